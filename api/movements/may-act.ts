import { sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import type { Member } from '../staff/member.ts'
import type { Definition, MovementRow } from './movement.ts'
import { isLive } from './state.ts'

export type Act = 'resend' | 'retry' | 'done-by-hand' | 'not-done-by-hand' | 'attended' | 'letter'

/** What decides about a movement, read at this moment. */
export interface Standing {
  /** Of its account; null where it has none. */
  accountState: string | null
  /** Who holds it now. */
  holder: string | null
  /** A newer movement of the account changed it since, or works on it. */
  overtaken: boolean
  /** A provider waits for a person. */
  asked: boolean
  /** A mail could go to her now. */
  hasAddress: boolean
}

export async function standingOf(db: Db, row: MovementRow): Promise<Standing> {
  const [found] = await rows<Standing>(
    db,
    sql`select
      (select state from account where id = ${row.accountId}) as "accountState",
      (select person_id::text from holding where account_id = ${row.accountId} and "to" is null) as holder,
      exists (select 1 from movement n where n.account_id = ${row.accountId} and n.seq > ${row.seq}
        and n.state not in ('failed', 'undone')) as overtaken,
      exists (select 1 from movement_step s where s.movement_id = ${row.id} and s.state = 'asked') as asked,
      exists (select 1 from contact c where c.person_id = ${row.personId} and c."to" is null
        and c.bounced_at is null) as "hasAddress"`,
  )
  if (!found) throw new Error('no answer')
  return found
}

/** Nobody acts on an account of her own. */
export const isOwn = (member: Member, row: MovementRow, { holder }: Standing): boolean =>
  [row.personId, holder].some(person => person !== null && member.persons.includes(person))

/** It handed something over by mail, and she who was to get it still holds the account. */
export const isResendable = (row: MovementRow, { accountState, holder }: Standing): boolean =>
  ['done', 'needs-attention'].includes(row.state) &&
  row.appliedAt !== null &&
  row.deliveryState !== null &&
  accountState === 'active' &&
  holder !== null &&
  holder === row.personId

/** What the machine can take up again: nothing newer stands in its way, and no secret is needed that a person chose. */
export function isRetryable(
  definitions: readonly Definition[],
  row: MovementRow,
  { overtaken, hasAddress }: Standing,
): boolean {
  const definition = definitions.find(({ kind }) => kind === row.kind)
  if (row.state !== 'needs-attention' || !definition || definition.secret === 'chosen') return false
  // Only other systems are left: they are told how things stand today.
  if (row.trailing) return true
  return !overtaken && (!definition.letter || hasAddress)
}

export function actsFor(
  definitions: readonly Definition[],
  member: Member,
  row: MovementRow,
  standing: Standing,
): Act[] {
  const settles = member.deeds.has('movement.settle') && !isOwn(member, row, standing)
  const resends = member.deeds.has('movement.resend') && !isOwn(member, row, standing)
  const byHand = settles && standing.asked && isLive(row.state)
  const open = row.state === 'needs-attention' && row.attendedAt === null
  return [
    ...(resends && isResendable(row, standing) ? (['resend'] as const) : []),
    ...(settles && isRetryable(definitions, row, standing) ? (['retry'] as const) : []),
    ...(byHand ? (['done-by-hand', 'not-done-by-hand'] as const) : []),
    ...(settles && open ? (['attended'] as const) : []),
    ...(member.deeds.has('oficio.write') && row.state === 'done' && row.accountId
      ? (['letter'] as const)
      : []),
  ]
}
