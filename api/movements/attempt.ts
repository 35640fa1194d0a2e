import { asc, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { movement, movementStep } from '../db/schema.ts'
import { applyAuthority } from './apply.ts'
import { deliver, letterFor } from './deliver.ts'
import { followSteps } from './follow.ts'
import { writerOf } from './handles.ts'
import { doneTooLate } from './late-mail.ts'
import { whileLeased } from './lease.ts'
import { load } from './load.ts'
import type { Definition, MovementRow, Running } from './movement.ts'
import { Setback, setBack } from './set-back.ts'
import { settle } from './settle.ts'
import { end, soon, write } from './state.ts'

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
  if (left && left.fence !== row.fence && definition.secret !== 'chosen') await makeGood(ctx, row)
  return left ?? row
}

/** Another took over meanwhile: where the directory cannot refuse who is late, ours may be the change that stayed. */
async function makeGood(ctx: Context, row: MovementRow): Promise<void> {
  const [authority] = await stepsOf(ctx, row)
  if (authority && writerOf(ctx, authority.provider).comparesFences === false) await doneTooLate(ctx, row)
}

async function tryOnce(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<void> {
  if (row.trailing) return trail(ctx, row, await load(ctx, definition, row))
  if (definition.letter && !(await ctx.mail.isUp())) throw new Setback('mail-unreachable')
  const running = await load(ctx, definition, row, chosen)
  // Whom nobody can tell her new password keeps the one that she has.
  if (definition.letter && !(await letterFor(ctx, definition, running)))
    return void (await ctx.db.transaction(tx => end(tx as Db, row, 'needs-attention', 'no-alternate-email')))
  const [authority, ...others] = await stepsOf(ctx, row)
  if (!authority) throw new Error(`movement ${row.folio} without a step`)
  const applied = await applyAuthority(ctx, definition, running, authority)
  const settled = await settle(ctx, definition, running, applied, others.length === 0)
  const now = { ...running, movement: settled }
  // Others follow before the mail is due, but nobody's credentials wait until they can.
  const failure = others.length === 0 ? undefined : await followSteps(ctx, now, others)
  // That took a while: whoever lost the lease meanwhile mails nothing.
  if (others.length > 0) await write(ctx.db, settled, { leaseUntil: soon(ctx.pace.leaseSeconds) })
  const whole = failure === undefined
  if (definition.letter) await deliver(ctx, definition, now, whole)
  else if (others.length > 0) await close(ctx, settled, whole)
  if (failure) throw failure
}

const stepsOf = (ctx: Context, row: MovementRow) =>
  ctx.db
    .select()
    .from(movementStep)
    .where(eq(movementStep.movementId, row.id))
    .orderBy(asc(movementStep.ordinal))

const close = (ctx: Context, row: MovementRow, whole: boolean) =>
  ctx.db.transaction(tx =>
    whole ? end(tx as Db, row, 'done', null) : write(tx as Db, row, { trailing: true }),
  )

/** Her part was over before: what is left are the others. */
async function trail(ctx: Context, row: MovementRow, running: Running<unknown>): Promise<void> {
  const [, ...others] = await stepsOf(ctx, row)
  const failure = await followSteps(ctx, running, others)
  if (failure) throw failure
  await close(ctx, row, true)
}
