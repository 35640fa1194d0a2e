import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { visit } from '../db/schema.ts'
import { now, soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { answer, type Confirmed } from './confirm.ts'
import { tokenDigest, type Visit } from './identify.ts'

const extensionsAtMost = 10

/** The visit behind a cookie. Its end is in the same predicate, by the database's clock. */
export async function openVisitOf(ctx: Context, token: string): Promise<Visit | undefined> {
  const [found] = await ctx.db
    .select()
    .from(visit)
    .where(and(eq(visit.token, tokenDigest(token)), isNull(visit.endedAt), sql`${visit.expiresAt} > now()`))
  return found
}

/** What the screen of a visit shows; the same for the reply of a proof and for a reload. */
export function shownVisit(ctx: Context, open: Visit) {
  const [first] = open.options
  if (!first) throw new Error('a visit without options')
  const { name, centre, alternateEmail } = open.shown
  const accounts = open.options.map(({ id, act, address, kind }) => ({ id, act, account: address, kind }))
  return {
    act: first.act,
    person: { name, centre },
    account: first.address,
    ...(accounts.length > 1 ? { accounts } : {}),
    alternateEmail,
    confirmation: ctx.institution.confirmation,
    expiresAt: open.expiresAt.toISOString(),
  }
}

/** Where the visit stands, for a reload; after the confirmation also what it came to. */
export async function whereItStands(ctx: Context, open: Visit) {
  const result: { result?: Confirmed } = open.confirmedAt ? { result: await answer(ctx, open) } : {}
  return { ...shownVisit(ctx, open), ...result }
}

/** More time, asked for by the person, ten times at most. Refusal: `no-more-time`. */
export async function extendVisit(ctx: Context, open: Visit): Promise<{ expiresAt: string }> {
  const [longer] = await ctx.db
    .update(visit)
    .set({ expiresAt: soon(ctx.institution.terms.visit), extensions: sql`${visit.extensions} + 1` as never })
    .where(
      and(eq(visit.id, open.id), lt(visit.extensions, extensionsAtMost), sql`${visit.expiresAt} > now()`),
    )
    .returning({ expiresAt: visit.expiresAt })
  if (!longer) throw new Refusal('no-more-time', 409)
  return { expiresAt: longer.expiresAt.toISOString() }
}

/** «No soy yo», «Terminar»: the visit is dead; what was confirmed goes on. */
export async function endVisit(ctx: Context, token: string): Promise<void> {
  await ctx.db
    .update(visit)
    .set({ endedAt: now() })
    .where(and(eq(visit.token, tokenDigest(token)), isNull(visit.endedAt)))
}
