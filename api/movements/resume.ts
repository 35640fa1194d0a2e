import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { askTheTarget } from './ask-target.ts'
import { attempt } from './attempt.ts'
import { heldFor, lease, whileLeased } from './lease.ts'
import type { Definition, MovementRow } from './movement.ts'
import { Setback, setBack } from './set-back.ts'
import { end, stillLive } from './state.ts'

/** Takes up a movement from its row: after a crash, a fault, or on another node. Does nothing where another works on it. */
export async function resume(ctx: Context, definitions: readonly Definition[], id: string): Promise<void> {
  const row = await lease(ctx, id)
  if (!row) return lookAgain(ctx, id)
  const definition = definitions.find(({ kind }) => kind === row.kind)
  // A node of an older version may meet a kind that it does not know: a newer one will.
  if (!definition) return setBack(ctx, { secret: 'none' }, row, new Setback('unknown-kind'))
  if (row.attempts > ctx.pace.attempts) await giveUp(ctx, row)
  else if (definition.secret === 'chosen') await ask(ctx, definition, row)
  else await attempt(ctx, definition, row)
}

const ask = (ctx: Context, definition: Definition, row: MovementRow): Promise<void> =>
  whileLeased(
    ctx,
    row,
    askTheTarget(ctx, definition, row).catch(error => setBack(ctx, definition, row, error)),
  )

/** Every try ended without a word, as when it takes its process with it. */
const giveUp = (ctx: Context, row: MovementRow) =>
  ctx.db.transaction(tx => end(tx as Db, row, 'needs-attention', row.problem ?? 'interrupted'))

/** Somebody works on it, or died over it: looked at again when the lease ends. One that only waits has its own job. */
async function lookAgain(ctx: Context, id: string): Promise<void> {
  const seconds = await heldFor(ctx, id)
  if (seconds !== undefined) await ctx.queue.send(undefined, 'movement', { id }, seconds)
}

/** Queues again what the queue lost: live, due, and nobody's. */
export async function sweep(ctx: Context): Promise<void> {
  const lost = await rows<{ id: string }>(
    ctx.db,
    sql`select ${movement.id} from ${movement} where ${stillLive()} and ${movement.nextAt} <= now()
          and coalesce(${movement.leaseUntil}, '-infinity') < now() order by ${movement.nextAt} limit 500`,
  )
  for (const { id } of lost) await ctx.queue.send(undefined, 'movement', { id }, 0)
}
