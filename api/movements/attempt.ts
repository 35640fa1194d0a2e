import { and, asc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { account, accountLink, address, movement, movementStep, person } from '../db/schema.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { deliver } from './deliver.ts'
import { writerOf } from './handles.ts'
import type { Applied, Definition, MovementRow, Running } from './movement.ts'
import { Setback, setBack } from './set-back.ts'
import { now, Stale, soon, turn, write } from './state.ts'

/** One try at a movement whose lease is ours. Never throws for what the outside did; answers the row as it stands. */
export async function attempt(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<MovementRow> {
  const work = tryOnce(ctx, definition, row, chosen).catch(error => setBack(ctx, definition, row, error))
  ctx.busy.add(work)
  await work.finally(() => ctx.busy.delete(work))
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
  await ctx.db.transaction(tx => turn(tx as Db, row, 'applying'))
  const outcome = await applySteps(ctx, definition, { ...running, movement: { ...row, state: 'applying' } })
  const settled = await settle(ctx, definition, running, outcome)
  if (definition.letter) await deliver(ctx, definition, { ...running, movement: settled })
}

/** The rows that a try works on, with a secret made for this try alone. */
export async function load(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<Running<unknown>> {
  const [found] = await ctx.db
    .select({ account, local: address.local, domain: address.domain, person })
    .from(account)
    .innerJoin(address, and(eq(address.accountId, account.id), eq(address.role, 'primary')))
    .leftJoin(person, eq(person.id, row.personId ?? '00000000-0000-0000-0000-000000000000'))
    .where(eq(account.id, row.accountId ?? ''))
  if (!found) throw new Setback('account-without-address')
  const temporary = definition.secret === 'temporary'
  return {
    movement: row,
    account: found.account,
    person: found.person ?? undefined,
    address: `${found.local}@${found.domain}`,
    detail: row.detail,
    fence: row.fence,
    secret: definition.newSecret?.() ?? chosen ?? '',
    until: temporary ? await dateAfter(ctx, ctx.institution.terms.temporaryPassword) : null,
  }
}

async function dateAfter(ctx: Context, seconds: number): Promise<Date> {
  const [moment] = await rows<{ at: string }>(
    ctx.db,
    sql`select now() + make_interval(secs => ${seconds}) as at`,
  )
  return new Date(moment?.at ?? 0)
}

async function applySteps(ctx: Context, definition: Definition, running: Running<unknown>): Promise<string> {
  const steps = await ctx.db
    .select()
    .from(movementStep)
    .where(eq(movementStep.movementId, running.movement.id))
    .orderBy(asc(movementStep.ordinal))
  let outcome = ''
  for (const step of steps) {
    const authority = step.ordinal === 0
    if (step.state === 'applied' && !(authority && definition.secret !== 'none')) continue
    const applied = await applyStep(ctx, definition, running, step)
    if (authority) outcome = applied.outcome
  }
  return outcome
}

async function applyStep(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  step: typeof movementStep.$inferSelect,
): Promise<Applied> {
  await write(ctx.db, running.movement, { leaseUntil: soon(ctx.pace.leaseSeconds) })
  const here = and(eq(movementStep.id, step.id))
  await ctx.db
    .update(movementStep)
    .set({ fence: running.fence, attempt: step.attempt + 1, at: now() })
    .where(here)
  const [link] = await ctx.db
    .select()
    .from(accountLink)
    .where(and(eq(accountLink.accountId, running.account.id), eq(accountLink.provider, step.provider)))
  const provider = writerOf(ctx, step.provider)
  const work = { ...running, provider, providerName: step.provider, authority: step.ordinal === 0, link }
  const applied = await definition.apply(work).catch(error => readdress(ctx, definition, running, error))
  await ctx.db.transaction(async tx => {
    await write(tx as Db, running.movement, { problem: null })
    await tx.update(movementStep).set({ state: 'applied', outcome: applied.outcome, at: now() }).where(here)
    if (applied.link) await keepLink(tx as Db, running, step, applied.link)
  })
  return applied
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
  await ctx.db.transaction(tx => definition.readdress?.({ tx: tx as Db, running }) ?? Promise.resolve())
  throw new Setback('address-taken', 0)
}

async function keepLink(
  tx: Db,
  running: Running<unknown>,
  step: { provider: string; ordinal: number },
  link: { externalId: string; seenAs: string },
) {
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

/** Our own rows with the outcome, and the next state, in one transaction. Ends the movement where no mail is due. */
export async function settle(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  outcome: string,
): Promise<MovementRow> {
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [row] = await tx.select().from(movement).where(eq(movement.id, running.movement.id)).for('update')
    if (row?.fence !== running.fence) throw new Stale()
    await definition.settle({ ...running, tx, outcome })
    const applied = { appliedAt: row.appliedAt ?? now() }
    if (definition.letter)
      return turn(tx, row, 'delivering', { ...applied, deliveryState: 'queued' }, { outcome })
    if (definition.notice) await ctx.queue.send(tx, 'notice', { id: row.id }, 0)
    return turn(tx, row, 'done', { ...applied, finishedAt: now(), leaseUntil: null }, { outcome })
  })
}
