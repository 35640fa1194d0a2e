import { and, eq, gt } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { MovementRow } from './movement.ts'
import { record } from './record.ts'
import { actorOf, isLive, now } from './state.ts'

/** Our mail or our change went out after another worker took over: it may be the last one, and no longer true. */
export async function doneTooLate(ctx: Context, row: MovementRow): Promise<void> {
  ctx.log.warn({ folio: row.folio, attempt: row.attempts }, 'done too late')
  await ctx.queue.send(undefined, 'late-mail', { id: row.id }, 0)
}

/** The act is done once more, so that the last mail holds what signs in. Not when something newer was done since. */
export async function redoLate(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [row] = await tx.select().from(movement).where(eq(movement.id, id)).for('update')
    if (!row) return
    if (isLive(row.state) && !row.trailing)
      return ctx.queue.send(tx, 'late-mail', { id }, ctx.pace.leaseSeconds)
    if (!(row.state === 'done' || row.trailing) || (await isOvertaken(tx, row))) return
    await tx
      .update(movement)
      .set({ state: 'applying', finishedAt: null, leaseUntil: null, nextAt: now(), trailing: false })
      .where(eq(movement.id, id))
    const detail = { kind: row.kind, attempt: row.attempts, why: 'late mail' }
    await record(tx, actorOf(row), {
      kind: 'movement-applying',
      movementId: id,
      personId: row.personId ?? undefined,
      detail,
    })
    await ctx.queue.send(tx, 'movement', { id }, 0)
  })
}

async function isOvertaken(tx: Db, row: MovementRow): Promise<boolean> {
  const newer = await tx
    .select({ id: movement.id })
    .from(movement)
    .where(and(eq(movement.accountId, row.accountId ?? ''), gt(movement.seq, row.seq)))
    .limit(1)
  return newer.length > 0
}
