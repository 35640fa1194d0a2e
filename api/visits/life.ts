import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { visit } from '../db/schema.ts'

export const extensionsAtMost = 10
/** A visit on a kiosk lasts no longer, however often somebody touches it; ten times that for who asked for more time. */
const kioskAtMost = 300
/** «Necesito más tiempo» on a kiosk. */
const times = 10

/** The condition «open, and not confirmed yet», for a statement. */
export const isUnspent = (id: string) =>
  and(eq(visit.id, id), isNull(visit.confirmedAt), isNull(visit.endedAt), sql`${visit.expiresAt} > now()`)

const idleOf = ({ institution: { kiosk } }: Context) => kiosk.idle + kiosk.countdown
const capOf = (ctx: Context) => Math.max(kioskAtMost, idleOf(ctx))

/** Seconds that a visit lives when it opens: on a kiosk, whose browser may be gone, until its page would have wiped it. */
export const lifeOf = (ctx: Context, channel: string) =>
  channel === 'kiosk' ? idleOf(ctx) : ctx.institution.terms.visit

/** Seconds from its opening to the last moment that extensions can give it. */
export const longestOf = (ctx: Context, channel: string) =>
  channel === 'kiosk' ? times * capOf(ctx) : (extensionsAtMost + 1) * ctx.institution.terms.visit

/** On a kiosk a touch starts the idle time anew; who asked for more time has ten times as much from then on. */
export function longerAtKiosk(ctx: Context, here: boolean) {
  const asked = here ? sql`${visit.extensions} > 0` : sql`true`
  const factor = sql`(case when ${asked} then ${times}::int else 1 end)`
  return {
    // A code on its way keeps the visit open longer; no touch takes that back.
    expiresAt: sql`greatest(${visit.expiresAt}, least(now() + ${factor} * make_interval(secs => ${idleOf(ctx)}),
      ${visit.createdAt} + ${factor} * make_interval(secs => ${capOf(ctx)})))`,
    ...(here ? {} : { extensions: 1 }),
  }
}
