import { and, asc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { accountLink, movementStep } from '../db/schema.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { writerOf } from './handles.ts'
import type { Applied, Definition, Running } from './movement.ts'
import { Setback } from './set-back.ts'
import { now, soon, write } from './state.ts'

type Step = typeof movementStep.$inferSelect

/** Every provider's part that is not done yet, in order; a secret is always set anew. Answers the authority's outcome. */
export async function applySteps(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
): Promise<string> {
  const steps = await ctx.db
    .select()
    .from(movementStep)
    .where(eq(movementStep.movementId, running.movement.id))
    .orderBy(asc(movementStep.ordinal))
  let outcome = ''
  for (const step of steps) {
    const authority = step.ordinal === 0
    const over = step.state === 'applied' && !(authority && definition.secret !== 'none')
    const said = over ? step.outcome : (await applyStep(ctx, definition, running, step)).outcome
    if (authority) outcome = said ?? ''
  }
  return outcome
}

async function applyStep(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  step: Step,
): Promise<Applied> {
  const mine = eq(movementStep.id, step.id)
  // The fence stands in the step before the directory can carry it.
  await ctx.db.transaction(async tx => {
    await write(tx as Db, running.movement, { leaseUntil: soon(ctx.pace.leaseSeconds) })
    const attempt = sql`${movementStep.attempt} + 1` as never
    await tx.update(movementStep).set({ fence: running.fence, attempt, at: now() }).where(mine)
  })
  const link = await linkOf(ctx, running, step)
  const provider = writerOf(ctx, step.provider)
  const work = { ...running, provider, providerName: step.provider, authority: step.ordinal === 0, link }
  const applied = await definition.apply(work).catch(error => readdress(ctx, definition, running, error))
  await ctx.db.transaction(async tx => {
    await write(tx as Db, running.movement, { problem: null })
    await tx.update(movementStep).set({ state: 'applied', outcome: applied.outcome, at: now() }).where(mine)
    if (applied.link) await keepLink(tx as Db, running, step, applied.link)
  })
  return applied
}

async function linkOf(ctx: Context, running: Running<unknown>, { provider }: Step) {
  const [link] = await ctx.db
    .select()
    .from(accountLink)
    .where(and(eq(accountLink.accountId, running.account.id), eq(accountLink.provider, provider)))
  return link
}

/** Somebody else's entry holds the address: a creation takes its next one and starts over; nothing else may. */
async function readdress(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  error: unknown,
): Promise<Applied> {
  const taken = error instanceof ProviderRefusal && error.code === 'address-taken'
  if (!taken || !definition.readdress) throw error
  await ctx.db.transaction(async tx => {
    await write(tx as Db, running.movement, { problem: 'address-taken' })
    await definition.readdress?.({ tx: tx as Db, running })
  })
  throw new Setback('address-taken', 0)
}

async function keepLink(tx: Db, running: Running<unknown>, step: Step, link: NonNullable<Applied['link']>) {
  await tx
    .insert(accountLink)
    .values({
      accountId: running.account.id,
      provider: step.provider,
      ...link,
      authority: step.ordinal === 0,
      origin: 'created',
    })
    .onConflictDoUpdate({
      target: [accountLink.accountId, accountLink.provider],
      set: { ...link, observedAt: now() },
    })
}
