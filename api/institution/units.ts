import type { AccountRule } from './institution.ts'

/** The kinds of Colima's guide stand for these units without saying so. */
const UNITS: Record<string, AccountRule['unit']> = {
  workCentre: 'centre',
  service: 'programme',
  function: 'appointment',
}

export const unitOf = (kind: string, written: AccountRule['unit']) => written ?? UNITS[kind]

/** What people call an account, where the institution does not say. */
const LABELS: Record<string, string> = {
  worker: 'Personal',
  student: 'Estudiante',
  graduate: 'Persona egresada',
  centre: 'Centro de trabajo',
  programme: 'Servicio',
  appointment: 'Función',
}

/** By its profile or its unit. */
export const labelOf = (owner: string | undefined) => LABELS[owner ?? ''] ?? 'Cuenta'
