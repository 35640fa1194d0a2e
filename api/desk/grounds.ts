import type { Db } from '../db/open.ts'
import { attach } from '../files/attach.ts'
import type { Needs } from '../institution/schema-desk.ts'
import { Refusal } from '../refusal.ts'
import type { OficioRef } from '../route.ts'
import type { Member } from '../staff/member.ts'

/** What an act stands on. */
export interface Grounds {
  oficio?: OficioRef
  reason?: string
}

const blank = (text: string | undefined) => !text || text.trim() === ''

/** Refusals: `oficio-required`, `reason-required`, as the institution asks for this act. */
export function assertGrounds(needs: Needs, { oficio, reason }: Grounds): void {
  const without = oficio === undefined
  if (without && (needs === 'oficio' || needs === 'both')) throw new Refusal('oficio-required', 409)
  if (blank(reason) && (needs === 'reason' || needs === 'both')) throw new Refusal('reason-required', 409)
  if (needs === 'either' && without && blank(reason)) throw new Refusal('reason-required', 409)
}

/** The scan that an oficio names belongs to the act from now on. */
export async function keepScan(tx: Db, member: Member, { oficio }: Grounds): Promise<void> {
  if (oficio?.file) await attach(tx, member, oficio.file)
}

/** What goes into the movement. */
export const groundsOf = ({ oficio, reason }: Grounds) => ({
  ...(oficio ? { oficio } : {}),
  ...(blank(reason) ? {} : { reason: (reason as string).trim() }),
})
