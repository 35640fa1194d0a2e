import { and, asc, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { accountLink, address, movement, movementStep } from '../db/schema.ts'
import { idByHand } from '../providers/by-hand.ts'
import { Refusal } from '../refusal.ts'
import { attempt } from './attempt.ts'
import { lease } from './lease.ts'
import type { Actor, Definition } from './movement.ts'
import { record } from './record.ts'
import { now, stillLive } from './state.ts'

export interface Task {
  folio: string
  /** Of the movement: `account-creation`. */
  kind: string
  provider: string
  /** Word for word. */
  text: string
  /** ISO 8601. */
  since: string
  /** It ends with a temporary password that whoever did it has set. */
  needsPassword: boolean
}

/** What people have to do by hand, the oldest first. */
export async function openTasks(ctx: Context, definitions: readonly Definition[]): Promise<Task[]> {
  const found = await ctx.db
    .select({ step: movementStep, folio: movement.folio, kind: movement.kind })
    .from(movementStep)
    .innerJoin(movement, eq(movement.id, movementStep.movementId))
    .where(and(eq(movementStep.state, 'asked'), stillLive()))
    .orderBy(asc(movementStep.at))
  return found.map(({ step, folio, kind }) => ({
    folio,
    kind,
    provider: step.provider,
    text: step.task ?? '',
    since: (step.at ?? new Date(0)).toISOString(),
    needsPassword: needsPassword(definitions, kind, step.ordinal),
  }))
}

const needsPassword = (definitions: readonly Definition[], kind: string, ordinal: number) =>
  ordinal === 0 && definitions.find(one => one.kind === kind)?.secret === 'temporary'

interface Ask {
  folio: string
  /** Where several of the movement's providers wait. */
  provider?: string
  how: 'done' | 'not-done'
  note?: string
  /** What whoever did it has set: mailed once, kept nowhere. */
  password?: string
}

/**
 * A person says «hecho» or «no se pudo», and the movement goes on. Refusals: `not-found`;
 * `password-needed` where the act hands one out and none was told; `password-short` under eight characters;
 * `mail-unreachable` where it could not be mailed now.
 */
export async function endTask(
  ctx: Context,
  actor: Actor,
  definitions: readonly Definition[],
  ask: Ask,
): Promise<void> {
  if (ask.password && !(await ctx.mail.isUp())) throw new Refusal('mail-unreachable', 503)
  const { id, kind } = await ctx.db.transaction(tx => noteEnd(tx as Db, actor, definitions, ask))
  const definition = definitions.find(one => one.kind === kind)
  if (!ask.password || !definition) return ctx.queue.send(undefined, 'movement', { id }, 0)
  // What was typed lives in this process only: here and now, or not at all.
  const row = await lease(ctx, id)
  if (row) await attempt(ctx, definition, row, ask.password)
}

async function noteEnd(tx: Db, actor: Actor, definitions: readonly Definition[], ask: Ask) {
  const [found] = await tx
    .select({ step: movementStep, movement })
    .from(movementStep)
    .innerJoin(movement, eq(movement.id, movementStep.movementId))
    .where(
      and(
        eq(movement.folio, ask.folio),
        eq(movementStep.state, 'asked'),
        ...(ask.provider ? [eq(movementStep.provider, ask.provider)] : []),
      ),
    )
    .orderBy(asc(movementStep.ordinal))
    .limit(1)
    .for('update')
  if (!found) throw new Refusal('not-found', 404)
  const { step, movement: row } = found
  const wanted = ask.how === 'done' && needsPassword(definitions, row.kind, step.ordinal)
  if (wanted && !ask.password) throw new Refusal('password-needed', 409)
  if (wanted && (ask.password?.length ?? 0) < 8) throw new Refusal('password-short', 400)
  const state = ask.how === 'done' ? 'applied' : 'failed'
  await tx
    .update(movementStep)
    .set({ state, outcome: ask.note ?? (ask.how === 'done' ? 'by-hand' : null), at: now() })
    .where(eq(movementStep.id, step.id))
  if (ask.how === 'done') await keepLink(tx, row.accountId ?? '', step)
  await tx.update(movement).set({ nextAt: now(), problem: null }).where(eq(movement.id, row.id))
  await record(tx, actor, {
    kind: `task-${ask.how}`,
    movementId: row.id,
    personId: row.personId ?? undefined,
    detail: { provider: step.provider },
  })
  return { id: row.id, kind: row.kind }
}

async function keepLink(tx: Db, accountId: string, step: typeof movementStep.$inferSelect): Promise<void> {
  const [primary] = await tx
    .select()
    .from(address)
    .where(and(eq(address.accountId, accountId), eq(address.role, 'primary')))
  if (!primary) return
  const seenAs = `${primary.local}@${primary.domain}`
  const externalId = idByHand(seenAs, accountId)
  const { provider, ordinal } = step
  await tx
    .insert(accountLink)
    .values({ accountId, provider, externalId, seenAs, authority: ordinal === 0, origin: 'created' })
    .onConflictDoNothing()
}
