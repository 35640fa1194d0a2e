import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { account, movement, movementStep } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Ask } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { settleMovement as contract } from './contract.ts'
import { isOwn, isRetryable, standingOf } from './may-act.ts'
import type { Actor, Definition, MovementRow } from './movement.ts'
import { record } from './record.ts'
import { isLive, now } from './state.ts'
import { movementOf } from './story.ts'
import { endTask } from './task.ts'

const nothingToSettle = () => new Refusal('nothing-to-settle', 409)

/**
 * Somebody deals with what stands still. Refusals: `not-found`, `own-account`, `nothing-to-settle` where it does not ask
 * for that, `in-progress` where a newer act is live, and those of a task.
 */
export async function attendMovement(
  ctx: Context,
  member: Member,
  actor: Actor,
  definitions: readonly Definition[],
  ask: Ask<typeof contract>,
): Promise<MovementRow> {
  const row = await movementOf(ctx, member, ask.folio)
  if (isOwn(member, row, await standingOf(ctx.db, row))) throw new Refusal('own-account', 403)
  if (ask.how === 'retry') await retry(ctx, actor, definitions, row, ask.note)
  else if (ask.how === 'attended') await attended(ctx, actor, row, { note: ask.note })
  else await byHand(ctx, actor, definitions, row, { ...ask, how: ask.how })
  return movementOf(ctx, member, ask.folio)
}

/** It goes on from where it stands, with the tries that it had; the count keeps room for one more. */
async function retry(
  ctx: Context,
  actor: Actor,
  definitions: readonly Definition[],
  { id }: MovementRow,
  note: string,
): Promise<void> {
  const again = ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [row] = await tx.select().from(movement).where(eq(movement.id, id)).for('update')
    if (!row || !isRetryable(definitions, row, await standingOf(tx, row))) throw nothingToSettle()
    if (row.accountId)
      // Like every act: a confirmation given before it is void.
      await tx
        .update(account)
        .set({ version: sql`${account.version} + 1` as never })
        .where(eq(account.id, row.accountId))
    const live = { state: 'applying', finishedAt: null, attendedAt: null, leaseUntil: null } as const
    const attempts = sql`least(${movement.attempts}, ${ctx.pace.attempts - 1})` as never
    await tx
      .update(movement)
      .set({ ...live, attempts, nextAt: now() })
      .where(eq(movement.id, id))
    // What somebody could not do by hand is asked for once more.
    await tx
      .update(movementStep)
      .set({ state: 'waiting' })
      .where(and(eq(movementStep.movementId, id), eq(movementStep.state, 'failed')))
    const detail = { kind: row.kind, attempt: row.attempts, why: 'retry', problem: row.problem, note }
    await tell(tx, actor, row, 'movement-applying', detail)
    await ctx.queue.send(tx, 'movement', { id }, 0)
  })
  await again.catch(error => {
    throw violates(error, 'movement_live_account') ? new Refusal('in-progress', 409) : error
  })
}

/** It keeps its state, which is true, and leaves the list of what asks for somebody. */
export async function attended(
  ctx: Context,
  actor: Actor,
  row: MovementRow,
  detail: Record<string, unknown>,
): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const done = await tx
      .update(movement)
      .set({ attendedAt: now() })
      .where(and(eq(movement.id, row.id), eq(movement.state, 'needs-attention'), isNull(movement.attendedAt)))
      .returning({ id: movement.id })
    if (done.length === 0) throw nothingToSettle()
    await tell(tx, actor, row, 'movement-attended', { kind: row.kind, ...detail })
  })
}

const tell = (tx: Db, actor: Actor, row: MovementRow, kind: string, detail: Record<string, unknown>) =>
  record(tx, actor, { kind, movementId: row.id, personId: row.personId ?? undefined, detail })

async function byHand(
  ctx: Context,
  actor: Actor,
  definitions: readonly Definition[],
  row: MovementRow,
  ask: Ask<typeof contract> & { how: 'done' | 'not-done' },
): Promise<void> {
  if (!isLive(row.state)) throw nothingToSettle()
  const { folio, how, note, provider, password } = ask
  await endTask(ctx, actor, definitions, {
    ...{ folio, how, note },
    ...(provider ? { provider } : {}),
    ...(password && how === 'done' ? { password } : {}),
  }).catch(error => {
    throw error instanceof Refusal && error.code === 'not-found' ? nothingToSettle() : error
  })
}
