import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { Definition, MovementRow, Running } from './movement.ts'
import { end, now, Stale, soon, turn, write } from './state.ts'

/** What the directory's step came to, our own rows with it, and the next state, in one transaction. Ends the movement where no mail and no other system is due. */
export async function settle(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  { outcome, note }: { outcome: string; note?(tx: Db): Promise<void> },
  whole: boolean,
): Promise<MovementRow> {
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [row] = await tx.select().from(movement).where(eq(movement.id, running.movement.id)).for('update')
    if (row?.fence !== running.fence) throw new Stale()
    await note?.(tx)
    await definition.settle({ ...running, ctx, tx, outcome })
    const applied = { appliedAt: row.appliedAt ?? now(), problem: null }
    if (definition.letter) {
      const leaseUntil = soon(ctx.pace.leaseSeconds)
      const due = { ...applied, deliveryState: 'queued' as const, sends: row.sends + 1, leaseUntil }
      return turn(tx, row, 'delivering', due, { outcome })
    }
    if (definition.notice) await ctx.queue.send(tx, 'notice', { id: row.id }, 0)
    return whole ? end(tx, row, 'done', null, applied, { outcome }) : write(tx, row, applied)
  })
}
