import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import type { DeskAct } from '../institution/schema-desk.ts'
import type { Actor, MovementRow } from '../movements/movement.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { askApproval } from './approval.ts'
import { assertGrounds, type Grounds, groundsOf, keepScan } from './grounds.ts'
import { type Subject, stillSo, subjectOf } from './subject.ts'

/** Who acts at the desk, and from where. */
export interface Desk {
  ctx: Context
  member: Member
  actor: Actor
  /** What a sheet will show: in memory, for this act alone; never part of what is asked, which may be kept. */
  secret?: string
}

/** What an act is given once everything that may forbid it has been looked at. */
interface Work {
  account: string
  oficio?: unknown
  reason?: string
  within(tx: Db): Promise<undefined>
  beside?: Decided
}

/** A second person's yes, written with the intent of the act that it lets through. */
export type Decided = (tx: Db, begun: MovementRow) => Promise<void>

export interface Act<A extends Grounds> {
  act: DeskAct
  /** States of the account in which it can be done. */
  from: readonly Subject['state'][]
  /** It is done whatever was done meanwhile. */
  wins?: true
  /** Last looks of its own, before anybody is asked to approve. */
  check?(desk: Desk, subject: Subject, ask: A): Promise<void>
  run(desk: Desk, subject: Subject, work: Work, ask: A): Promise<MovementRow>
}

const wrongState: Record<Subject['state'], string> = {
  pending: 'account-not-ready',
  active: 'account-open',
  blocked: 'account-blocked',
  closed: 'account-closed',
}

export type Acted = MovementRow | { approval: string; state: 'waiting-approval' }
export const isWaiting = (acted: Acted): acted is Exclude<Acted, MovementRow> => 'approval' in acted

/**
 * One act on one account: in scope, nobody's own, in a state for it, on the grounds that the institution asks, approved
 * where it must be. Refusals: `not-found`, `own-account`, `account-…`, `oficio-required`, `reason-required`,
 * `waiting-approval`, `in-progress`, `changed-meanwhile`.
 */
export async function actOn<A extends Grounds>(
  desk: Desk,
  act: Act<A>,
  id: string,
  ask: A,
  approved?: Decided,
): Promise<Acted> {
  const { ctx, member, actor } = desk
  const subject = await subjectOf(ctx, member, id)
  if (!act.from.includes(subject.state)) throw new Refusal(wrongState[subject.state], 409)
  assertGrounds(subject.rule.requires[act.act], ask)
  await act.check?.(desk, subject, ask)
  const needed = !approved && ctx.institution.desk.approvals.includes(act.act)
  if (needed)
    return askApproval(ctx, member, actor, {
      deed: `account.${act.act}`,
      account: id,
      ask: ask as unknown as Record<string, unknown>,
    })
  const work: Work = {
    account: id,
    ...groundsOf(ask),
    within: async tx => {
      if (!act.wins) await stillSo(subject)(tx)
      await keepScan(tx, member, ask)
      return undefined
    },
    ...(approved ? { beside: approved } : {}),
  }
  return act.run(desk, subject, work, ask)
}
