import { setTimeout as sleep } from 'node:timers/promises'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { createAccount } from '../accounts/create.ts'
import { alternateEmail } from '../accounts/facts.ts'
import { resetPassword } from '../accounts/reset.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { account, address, credentialIssue, movement, person, type VisitOption, visit } from '../db/schema.ts'
import { maskAccount, maskEmail } from '../mask.ts'
import type { Actor, MovementRow } from '../movements/movement.ts'
import { isLive, now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Visit } from './identify.ts'
import { assertRoom, count, limiterKey } from './limits.ts'
import { stopWhenPaused, stopWhenRecent } from './stops.ts'

export interface Confirmed {
  folio: string
  act: 'create' | 'reset'
  state: 'done' | 'in-progress'
  account: string
  deliveredTo: string
  at: string
  expiresAt?: string
  againAt?: string
}

/** Somebody was faster with this very confirmation: her answer is ours. */
class Spent extends Error {}

/**
 * Spends the confirmation, once, and does the act. Repeated, it answers the same and does nothing. Refusals:
 * `visit-expired`, and the stops that became true since she identified herself.
 */
export async function confirm(
  ctx: Context,
  actor: Actor,
  open: Visit,
  ask: { account?: string },
): Promise<Confirmed> {
  const until = performance.now() + ctx.pace.patienceSeconds * 1000
  if (open.confirmedAt) return answer(ctx, open, until)
  const option = chosen(open, ask.account)
  try {
    const acting = act(ctx, actor, open, option)
    acting.catch(() => {}) // heard below, unless patience ends first
    await Promise.race([acting, sleep(ctx.pace.patienceSeconds * 1000, undefined, { ref: false })])
  } catch (error) {
    if (!(error instanceof Spent)) throw error
  }
  return answer(ctx, open, until)
}

function chosen(open: Visit, id: string | undefined): VisitOption {
  const option =
    id === undefined && open.options.length === 1 ? open.options[0] : open.options.find(o => o.id === id)
  if (!option)
    throw new Refusal('malformed', 400, { fields: [{ name: 'account', code: id ? 'unknown' : 'required' }] })
  return option
}

async function act(ctx: Context, actor: Actor, open: Visit, option: VisitOption): Promise<MovementRow> {
  const within = (tx: Db) => spend(ctx, tx, open, option)
  const ask = { person: open.personId, visit: open.id, within }
  await assertRoom(ctx.db, open.counted)
  if (option.act === 'create')
    return createAccount(ctx, actor, { ...ask, kind: option.kind, affiliation: option.affiliationId })
  if (!option.accountId) throw new Error('a reset without an account')
  return resetPassword(ctx, actor, { ...ask, account: option.accountId })
}

/** Under the lock of the person: one statement spends the confirmation, then what was true when she came must still be. */
async function spend(ctx: Context, tx: Db, open: Visit, option: VisitOption): Promise<void> {
  const [spent] = await tx
    .update(visit)
    .set({ confirmedAt: now() })
    .where(
      and(
        eq(visit.id, open.id),
        isNull(visit.confirmedAt),
        isNull(visit.endedAt),
        sql`${visit.expiresAt} > now()`,
      ),
    )
    .returning({ at: visit.confirmedAt })
  if (!spent?.at) throw (await isConfirmed(tx, open)) ? new Spent() : new Refusal('visit-expired', 410)
  const [who] = await tx.select().from(person).where(eq(person.id, open.personId))
  const mail = await alternateEmail(tx, open.personId)
  if (!who || !mail) throw new Refusal('no-alternate-email', 409)
  stopWhenPaused(who, mail.coolingUntil, spent.at)
  if (option.accountId) await stopWhenChanged(ctx, tx, option.accountId, option.version, mail.address)
  const key = limiterKey(ctx, 'mail', mail.address.toLowerCase())
  await count(tx, [{ key, limits: ctx.institution.limits.mailsPerAddress }])
}

const isConfirmed = async (tx: Db, open: Visit) => {
  const [row] = await tx.select({ at: visit.confirmedAt }).from(visit).where(eq(visit.id, open.id))
  return row?.at != null
}

/** A movement since she identified herself voids her confirmation; why it does is told first. */
async function stopWhenChanged(
  ctx: Context,
  tx: Db,
  id: string,
  version: number,
  mail: string,
): Promise<void> {
  const [now] = await tx.select().from(account).where(eq(account.id, id)).for('update')
  if (now?.state === 'blocked') throw new Refusal('account-blocked', 409)
  const [live] = await tx
    .select({ folio: movement.folio })
    .from(movement)
    .where(and(eq(movement.accountId, id), sql`${movement.state} in ('intended', 'applying', 'delivering')`))
  if (live) throw new Refusal('in-progress', 409, { folio: live.folio })
  await stopWhenRecent(tx, ctx.institution.limits.resets, id, mail)
  if (now?.version !== version || now.state !== 'active') throw new Refusal('visit-expired', 410)
}

/** What the confirmation came to; waits a little while somebody is still at it. */
export async function answer(ctx: Context, open: Visit, until = performance.now()): Promise<Confirmed> {
  for (;;) {
    const found = await outcome(ctx, open)
    const settled =
      found && (!isLive(found.movement.state) || found.movement.attempts > 1 || found.movement.problem)
    if (found && (settled || performance.now() > until)) return told(ctx, found)
    if (!found && performance.now() > until) throw new Refusal('visit-expired', 410)
    await sleep(60)
  }
}

type Outcome = NonNullable<Awaited<ReturnType<typeof outcome>>>

async function outcome(ctx: Context, open: Visit) {
  const [found] = await ctx.db
    .select({ movement, local: address.local, domain: address.domain, issue: credentialIssue })
    .from(movement)
    .innerJoin(address, and(eq(address.accountId, movement.accountId), eq(address.role, 'primary')))
    .leftJoin(credentialIssue, eq(credentialIssue.movementId, movement.id))
    .where(eq(movement.visitId, open.id))
  return found
}

async function told(ctx: Context, { movement: row, local, domain, issue }: Outcome): Promise<Confirmed> {
  if (row.state === 'failed' || row.state === 'undone')
    throw new Refusal('not-available', 503, { folio: row.folio }, 60)
  const mail = row.personId ? await alternateEmail(ctx.db, row.personId) : undefined
  const done = row.state === 'done'
  const [again] = ctx.institution.limits.resets
  return {
    folio: row.folio,
    act: row.kind === 'account-creation' ? 'create' : 'reset',
    state: done ? 'done' : 'in-progress',
    account: maskAccount(`${local}@${domain}`),
    deliveredTo: row.deliveryTo ?? (mail ? maskEmail(mail.address) : ''),
    at: row.intendedAt.toISOString(),
    ...(done && issue ? { expiresAt: issue.expiresAt.toISOString() } : {}),
    ...(done && issue && again
      ? { againAt: new Date(issue.issuedAt.getTime() + again.seconds * 1000).toISOString() }
      : {}),
  }
}
