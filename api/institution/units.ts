import type { AccountRule } from './institution.ts'

/** The kinds of Colima's guide stand for these units without saying so. */
const UNITS: Record<string, AccountRule['unit']> = {
  workCentre: 'centre',
  service: 'programme',
  function: 'appointment',
}

export const unitOf = (kind: string, written: AccountRule['unit']) => written ?? UNITS[kind]
