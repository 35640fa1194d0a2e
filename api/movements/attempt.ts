import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { applySteps } from './apply.ts'
import { deliver, letterFor } from './deliver.ts'
import { whileLeased } from './lease.ts'
import { load } from './load.ts'
import type { Definition, MovementRow } from './movement.ts'
import { Setback, setBack } from './set-back.ts'
import { settle } from './settle.ts'
import { end, turn } from './state.ts'

/** One try at a movement whose lease is ours. Never throws for what the outside did; answers the row as it stands. */
export async function attempt(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<MovementRow> {
  const trying = tryOnce(ctx, definition, row, chosen)
  await whileLeased(
    ctx,
    row,
    trying.catch(error => setBack(ctx, definition, row, error)),
  )
  const [left] = await ctx.db.select().from(movement).where(eq(movement.id, row.id))
  return left ?? row
}

async function tryOnce(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<void> {
  if (definition.letter && !(await ctx.mail.isUp())) throw new Setback('mail-unreachable')
  const running = await load(ctx, definition, row, chosen)
  // Whom nobody can tell her new password keeps the one that she has.
  if (definition.letter && !(await letterFor(ctx, definition, running)))
    return void (await ctx.db.transaction(tx => end(tx as Db, row, 'needs-attention', 'no-alternate-email')))
  const applying = await ctx.db.transaction(tx => turn(tx as Db, row, 'applying'))
  const outcome = await applySteps(ctx, definition, { ...running, movement: applying })
  const settled = await settle(ctx, definition, running, outcome)
  if (definition.letter) await deliver(ctx, definition, { ...running, movement: settled })
}
