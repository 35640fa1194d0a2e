import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { MovementRow } from './movement.ts'
import { soon, stillLive, write } from './state.ts'

/** Takes a live movement that is due and nobody's, under a higher fence: whoever had it before is stale from now on. */
export async function lease(ctx: Context, id: string): Promise<MovementRow | undefined> {
  const [row] = await ctx.db
    .update(movement)
    .set({
      fence: sql`nextval('fence')` as never,
      leaseUntil: soon(ctx.pace.leaseSeconds),
      attempts: sql`${movement.attempts} + 1` as never,
    })
    .where(
      and(
        eq(movement.id, id),
        stillLive(),
        sql`coalesce(${movement.leaseUntil}, '-infinity') < now() and ${movement.nextAt} <= now()`,
      ),
    )
    .returning()
  return row
}

/** Seconds until the lease of whoever works on it ends, at least one: it may have ended just now. Undefined where nobody does. */
export async function heldFor(ctx: Context, id: string): Promise<number | undefined> {
  const [held] = await rows<{ seconds: number }>(
    ctx.db,
    sql`select ceil(greatest(1, extract(epoch from ${movement.leaseUntil} - now())))::int as seconds
        from ${movement} where ${movement.id} = ${id} and ${stillLive()} and ${movement.leaseUntil} is not null`,
  )
  return held?.seconds
}

/** So often is a lease renewed; work that takes longer hangs, and another worker may have it. */
const renewals = 30

/**
 * Work under a lease: renewed while it lasts, so that a slow mail server makes nobody stale but only death or a hang does.
 * A graceful stop waits for it.
 */
export async function whileLeased(ctx: Context, row: MovementRow, work: Promise<void>): Promise<void> {
  let left = renewals
  let renewed: Promise<unknown> = Promise.resolve()
  const renew = () => write(ctx.db, row, { leaseUntil: soon(ctx.pace.leaseSeconds) }).catch(() => {})
  const beat = setInterval(
    () => {
      if (left-- > 0) renewed = renew()
    },
    (ctx.pace.leaseSeconds * 1000) / 3,
  )
  const ending = work.finally(async () => {
    clearInterval(beat)
    await renewed
  })
  ctx.busy.add(ending)
  await ending.finally(() => ctx.busy.delete(ending))
}
