import { and, eq, sql } from 'drizzle-orm'
import type { Static, TSchema } from 'typebox'
import type { Context } from '../context.ts'
import { isDeadlock } from '../db/errors.ts'
import { type Db, rows } from '../db/open.ts'
import { account, movement, movementStep, person } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { attempt } from './attempt.ts'
import { freeFolio } from './folio.ts'
import type { Actor, Definition, MovementRow } from './movement.ts'
import { overtake } from './overtake.ts'
import { record } from './record.ts'
import { resume } from './resume.ts'
import { inTheWay, isLive, soon } from './state.ts'

export interface Intent<D> {
  /** Of an account that exists; a creation makes it `within`. */
  account?: string
  person?: string
  visit?: string
  detail: D
  oficio?: unknown
  reason?: string
  /** It does not wait for what hands something out or lets somebody in: a live one of these kinds ends where it stands. */
  overtakes?: readonly string[]
  /** The secret that the caller knows already: the person's own password, a key to be handed over. It is worked with here and now. */
  chosen?: string
  /** Last checks and own rows under the locks of the intent: what it throws leaves nothing behind. */
  within?(tx: Db): Promise<{ account: string } | undefined>
  /** Own rows that name the movement, committed with its intent. */
  beside?(tx: Db, row: MovementRow): Promise<void>
}

/**
 * Runs an act now: intent committed before, outcome after. Returns the row as the first attempt left it; what is
 * still live goes on by itself. Throws the refusals of `within`, and `in-progress` where another act is live.
 */
export async function perform<S extends TSchema>(
  ctx: Context,
  actor: Actor,
  definition: Definition<S>,
  intent: Intent<Static<S>>,
): Promise<MovementRow> {
  const here = ctx.config.work !== 'off' || intent.chosen !== undefined
  const intending = () => ctx.db.transaction(tx => intend(ctx, tx as Db, actor, definition, intent, here))
  const row = await (intent.overtakes ? untilAlone(intending) : intending())
  if (!here) return row
  const act = definition as unknown as Definition
  const left = await attempt(ctx, act, row, intent.chosen)
  return act.secret === 'chosen' && isLive(left.state) ? clearUp(ctx, act, left) : left
}

/** What overtakes locks the act that it ends after its account; that one locks them the other way round as it settles. */
async function untilAlone<T>(work: () => Promise<T>, tries = 5): Promise<T> {
  return work().catch(error => {
    if (tries > 1 && isDeadlock(error)) return untilAlone(work, tries - 1)
    throw error
  })
}

/** Her own password may have arrived or not: the target is asked while she waits, so that she hears the truth. */
async function clearUp(ctx: Context, act: Definition, row: MovementRow): Promise<MovementRow> {
  await resume(ctx, [act], row.id)
  const [left] = await ctx.db.select().from(movement).where(eq(movement.id, row.id))
  return left ?? row
}

async function intend<S extends TSchema>(
  ctx: Context,
  tx: Db,
  actor: Actor,
  definition: Definition<S>,
  intent: Intent<Static<S>>,
  here: boolean,
): Promise<MovementRow> {
  const year = await refuseWhenFull(ctx, tx)
  if (intent.person)
    await tx.select({ id: person.id }).from(person).where(eq(person.id, intent.person)).for('no key update')
  const accountId = (await intent.within?.(tx))?.account ?? intent.account
  if (!accountId) throw new Error(`a movement «${definition.kind}» without an account`)
  const kind = await lockAccount(tx, accountId)
  if (intent.overtakes) await overtake(tx, actor, accountId, intent.overtakes)
  await refuseWhenLive(tx, accountId)
  const [row] = await tx
    .insert(movement)
    .values({
      folio: await freeFolio(tx, year),
      kind: definition.kind,
      state: 'intended',
      accountId,
      personId: intent.person ?? null,
      actor: actor.as,
      channel: actor.channel,
      origin: actor.origin ?? null,
      visitId: intent.visit ?? null,
      privacyNotice: `${ctx.institution.privacyNotice.version} ${ctx.institution.privacyNotice.date}`,
      oficio: intent.oficio ?? null,
      reason: intent.reason ?? null,
      detail: intent.detail as object,
      fence: sql`nextval('fence')` as never,
      attempts: here ? 1 : 0,
      leaseUntil: here ? soon(ctx.pace.leaseSeconds) : null,
    })
    .returning()
  if (!row) throw new Error('no movement was written')
  await intent.beside?.(tx, row)
  const told = { movementId: row.id, personId: intent.person, detail: { kind: definition.kind } }
  await Promise.all([
    tx.insert(movementStep).values(stepsOf(ctx, definition, kind, row.id)),
    record(tx, actor, { kind: 'movement-intended', ...told }),
    ctx.queue.send(tx, 'movement', { id: row.id }, here ? ctx.pace.leaseSeconds + 1 : 0),
  ])
  return row
}

/** The account's version rises with every act, so that a confirmation given before it is void. */
async function lockAccount(tx: Db, id: string): Promise<string> {
  const [locked] = await tx
    .update(account)
    .set({ version: sql`${account.version} + 1` as never })
    .where(eq(account.id, id))
    .returning({ kind: account.kind })
  if (!locked) throw new Refusal('not-found', 404)
  return locked.kind
}

async function refuseWhenLive(tx: Db, accountId: string) {
  const [live] = await tx
    .select({ folio: movement.folio })
    .from(movement)
    .where(and(eq(movement.accountId, accountId), inTheWay()))
  if (live) throw new Refusal('in-progress', 409, { folio: live.folio })
}

/** The year by the database's clock and the institution's calendar comes with it. */
async function refuseWhenFull(ctx: Context, tx: Db): Promise<number> {
  const [live] = await rows<{ n: number; year: number }>(
    tx,
    sql`select count(*)::int as n, extract(year from now() at time zone ${ctx.institution.timeZone})::int as year
        from (select 1 from ${movement} where ${inTheWay()} limit ${ctx.pace.liveAtMost}) as live_ones`,
  )
  if ((live?.n ?? 0) >= ctx.pace.liveAtMost) throw new Refusal('not-available', 503, {}, 60)
  return live?.year ?? 0
}

/** The first provider of the account's kind holds the password; the others have a step where they are to follow. */
function stepsOf(ctx: Context, { follows }: { follows?: boolean }, kind: string, movementId: string) {
  const rule = ctx.institution.accounts.find(rule => rule.kind === kind)
  if (!rule) throw new Error(`the institution names no kind of account «${kind}»`)
  return rule.provider.slice(0, follows ? undefined : 1).map((provider, ordinal) => ({
    movementId,
    provider,
    ordinal,
    state: 'waiting' as const,
  }))
}
