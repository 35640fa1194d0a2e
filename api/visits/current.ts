import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { visit } from '../db/schema.ts'
import { now, soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { tokenDigest } from '../token.ts'
import { liveCodeOf, type SentCode, shownCode } from './code.ts'
import type { Visit } from './identify.ts'
import { extensionsAtMost, longerAtKiosk, longestOf } from './life.ts'
import { answer, type Confirmed } from './outcome.ts'

/** What a cookie says: an opaque id, and from when until when it may be used, in seconds. */
export interface Ticket {
  id: string
  from: number
  until: number
}

/** What stands in a visit's cookie: valid from its start to the last moment that extensions could give it. */
export function ticketOf(ctx: Context, open: Visit, token: string): Ticket {
  const from = Math.floor(open.createdAt.getTime() / 1000)
  return { id: token, from, until: from + longestOf(ctx, open.channel) + 1 }
}

/** The visit behind a cookie. Its end and the cookie's are in the same predicate, by the database's clock. */
export async function openVisitOf(ctx: Context, { id, from, until }: Ticket): Promise<Visit | undefined> {
  const clock = sql`extract(epoch from now())`
  const [found] = await ctx.db
    .select()
    .from(visit)
    .where(
      and(
        eq(visit.token, tokenDigest(id)),
        isNull(visit.endedAt),
        sql`${visit.expiresAt} > now() and ${clock} >= ${from}::float8 and ${clock} < ${until}::float8`,
      ),
    )
  return found
}

/** What the screen of a visit shows; the same for the reply of a proof and for a reload. */
export function shownVisit(ctx: Context, open: Visit) {
  const [first] = open.options
  if (!first) throw new Error('a visit without options')
  const { name, centre, alternateEmail } = open.shown
  const accounts = open.options.map(({ id, act, address, kind }) => {
    const label = ctx.institution.accounts.find(rule => rule.kind === kind)?.label ?? ''
    return { id, act, account: address, kind, label }
  })
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

/** Where the visit stands, for a reload: the code that is on its way; after the confirmation what it came to. */
export async function whereItStands(ctx: Context, open: Visit) {
  const more: { result?: Confirmed; code?: SentCode } = {}
  if (open.confirmedAt) more.result = await answer(ctx, open)
  else {
    const live = await liveCodeOf(ctx.db, open)
    if (live) more.code = shownCode(live, open.shown.alternateEmail)
  }
  return { ...shownVisit(ctx, open), ...more }
}

/**
 * More time, asked for by the person: ten times at most, on a kiosk once and for all its life. `here`: somebody touched
 * the kiosk, which only starts its short life anew. Refusal: `no-more-time`.
 */
export async function extendVisit(
  ctx: Context,
  open: Visit,
  { here = false }: { here?: boolean },
): Promise<{ expiresAt: string }> {
  if (open.channel === 'kiosk') return extend(ctx, open, longerAtKiosk(ctx, here))
  if (here) return { expiresAt: open.expiresAt.toISOString() }
  const longer = { expiresAt: soon(ctx.institution.terms.visit), extensions: sql`${visit.extensions} + 1` }
  return extend(ctx, open, longer, lt(visit.extensions, extensionsAtMost))
}

async function extend(ctx: Context, open: Visit, longer: object, also?: SQL): Promise<{ expiresAt: string }> {
  const [extended] = await ctx.db
    .update(visit)
    .set(longer)
    .where(and(eq(visit.id, open.id), also, sql`${visit.expiresAt} > now()`))
    .returning({ expiresAt: visit.expiresAt })
  if (!extended) throw new Refusal('no-more-time', 409)
  return { expiresAt: extended.expiresAt.toISOString() }
}

/** «No soy yo», «Terminar»: the visit is dead; what was confirmed goes on. */
export async function endVisit(ctx: Context, id: string): Promise<void> {
  await ctx.db
    .update(visit)
    .set({ endedAt: now() })
    .where(and(eq(visit.id, id), isNull(visit.endedAt)))
}
