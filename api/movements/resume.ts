import { and, asc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { accountLink, movement, movementStep } from '../db/schema.ts'
import { attempt, load, settle } from './attempt.ts'
import type { Definition, MovementRow } from './movement.ts'
import { isLive, now, soon, turn } from './state.ts'

/** Takes up a movement from its row: after a crash, a fault, or on another node. Does nothing where another works on it. */
export async function resume(ctx: Context, definitions: readonly Definition[], id: string): Promise<void> {
  const row = await lease(ctx, id)
  if (!row) return laterIfLive(ctx, id)
  const definition = definitions.find(({ kind }) => kind === row.kind)
  if (!definition) throw new Error(`no definition of «${row.kind}»`)
  if (definition.secret === 'chosen') await askTheTarget(ctx, definition, row)
  else await attempt(ctx, definition, row)
}

async function lease(ctx: Context, id: string): Promise<MovementRow | undefined> {
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
        sql`${movement.state} in ('intended', 'applying', 'delivering')`,
        sql`coalesce(${movement.leaseUntil}, '-infinity') < now() and ${movement.nextAt} <= now()`,
      ),
    )
    .returning()
  return row
}

/** The queue carries ids only and forgets; a movement that somebody else holds is looked at again when its lease ends. */
async function laterIfLive(ctx: Context, id: string): Promise<void> {
  const [row] = await ctx.db.select().from(movement).where(eq(movement.id, id))
  if (!row || !isLive(row.state)) return
  const [wait] = await rows<{ seconds: number }>(
    ctx.db,
    sql`select ceil(greatest(1, extract(epoch from
          greatest(${movement.leaseUntil}, ${movement.nextAt}) - now())))::int as seconds from movement where id = ${id}`,
  )
  await ctx.queue.send(undefined, 'movement', { id }, wait?.seconds ?? 1)
}

/** A password that the person chose is not ours to repeat: the fence at the target says whether it arrived. */
async function askTheTarget(ctx: Context, definition: Definition, row: MovementRow): Promise<void> {
  const [step] = await ctx.db
    .select()
    .from(movementStep)
    .where(eq(movementStep.movementId, row.id))
    .orderBy(asc(movementStep.ordinal))
    .limit(1)
  const [link] = await ctx.db
    .select()
    .from(accountLink)
    .where(
      and(eq(accountLink.accountId, row.accountId ?? ''), eq(accountLink.provider, step?.provider ?? '')),
    )
  const entry = link && (await ctx.providers.get(link.provider)?.look(link.externalId))
  const arrived = step?.fence != null && entry?.fence === step.fence
  if (arrived) await settle(ctx, definition, await load(ctx, definition, row), 'changed')
  else
    await ctx.db.transaction(tx =>
      turn(tx as Db, row, 'failed', { finishedAt: now(), leaseUntil: null, problem: 'interrupted' }),
    )
}

/** Queues again what the queue lost: live, due, and nobody's. */
export async function sweep(ctx: Context): Promise<void> {
  const lost = await rows<{ id: string }>(
    ctx.db,
    sql`select id from movement where state in ('intended', 'applying', 'delivering')
          and next_at <= now() and coalesce(lease_until, '-infinity') < now() order by next_at limit 500`,
  )
  for (const { id } of lost) await ctx.queue.send(undefined, 'movement', { id }, 0)
}
