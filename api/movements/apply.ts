import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { accountLink, movementStep } from '../db/schema.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { writerOf } from './handles.ts'
import type { Applied, Definition, Running } from './movement.ts'
import { Setback } from './set-back.ts'
import { now, soon, turn, write } from './state.ts'

export type Step = typeof movementStep.$inferSelect

/** What came of a step, and how it is written down. */
interface Worked {
  outcome: string
  /** Into the step and the link, in the transaction that commits it. */
  note(tx: Db): Promise<void>
}

/** The part of the provider that holds the password; a secret is always set anew, but where a person did it by hand. */
export async function applyAuthority(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  step: Step,
): Promise<Worked> {
  if (step.state === 'asked') throw new Setback('waiting')
  if (step.state === 'failed') throw new Setback('not-done-by-hand')
  const byHand = step.task !== null && running.told
  const begin = (tx: Db) =>
    turn(tx, running.movement, 'applying', { leaseUntil: soon(ctx.pace.leaseSeconds) })
  if (step.state === 'applied' && (definition.secret === 'none' || byHand)) {
    await ctx.db.transaction(tx => begin(tx as Db))
    return { outcome: step.outcome ?? '', note: async () => {} }
  }
  return working(ctx, running, step, begin, async (note, link) => {
    const provider = writerOf(ctx, step.provider)
    return definition.apply({
      ...running,
      provider: provider.noting?.(note, isBulk(running)) ?? provider,
      link,
    })
  }).catch(error => readdress(ctx, definition, running, error))
}

/** Nobody waits for what the service does by itself. */
export const isBulk = ({ movement }: Running<unknown>): boolean => movement.channel === 'system'

/** The part of a system that follows, with an outcome of its own. */
export async function applyFollower(
  ctx: Context,
  running: Running<unknown>,
  step: Step,
  work: Working,
): Promise<void> {
  const begin = (tx: Db) => write(tx, running.movement, { leaseUntil: soon(ctx.pace.leaseSeconds) })
  const { note } = await working(ctx, running, step, begin, work)
  await ctx.db.transaction(async tx => {
    await write(tx as Db, running.movement, { problem: null })
    await note(tx as Db)
  })
}

type Working = (
  note: (reference: string) => void,
  link: typeof accountLink.$inferSelect | undefined,
) => Promise<Applied>

/** One step: its fence stands in the row before the directory can carry it; the caller commits its outcome after. */
async function working(
  ctx: Context,
  running: Running<unknown>,
  step: Step,
  begin: (tx: Db) => Promise<unknown>,
  work: Working,
): Promise<Worked> {
  const mine = eq(movementStep.id, step.id)
  await ctx.db.transaction(async tx => {
    await begin(tx as Db)
    const attempt = sql`${movementStep.attempt} + 1` as never
    await tx.update(movementStep).set({ fence: running.fence, attempt, at: now() }).where(mine)
  })
  const [link] = await ctx.db
    .select()
    .from(accountLink)
    .where(and(eq(accountLink.accountId, running.account.id), eq(accountLink.provider, step.provider)))
  let reference: string | undefined
  const note = (said: string) => {
    reference = said
  }
  const applied = await work(note, link).catch(async error => {
    await noteRefusal(ctx, step, error, reference)
    throw error
  })
  const { outcome } = applied
  return {
    outcome,
    async note(tx) {
      const said = reference ? { reference } : {}
      await tx
        .update(movementStep)
        .set({ state: 'applied', outcome, at: now(), ...said })
        .where(mine)
      if (applied.link) await keepLink(tx, running, step, applied.link)
    },
  }
}

/** What the directory objects to stands in the step, for staff. */
async function noteRefusal(ctx: Context, step: Step, error: unknown, reference: string | undefined) {
  const detail = error instanceof ProviderRefusal ? error.detail : undefined
  if (detail === undefined && reference === undefined) return
  const waits = error instanceof ProviderRefusal && error.code === 'waiting'
  const said = waits ? { state: 'asked' as const, task: detail ?? '' } : { outcome: detail ?? null }
  await ctx.db
    .update(movementStep)
    .set({ ...said, at: now(), ...(reference ? { reference } : {}) })
    .where(eq(movementStep.id, step.id))
}

/** Somebody else's entry holds the address: a creation takes its next one and starts over; nothing else may. */
async function readdress(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  error: unknown,
): Promise<never> {
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
