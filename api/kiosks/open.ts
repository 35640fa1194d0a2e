import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { kiosk } from '../db/schema.ts'
import { count, giveBack, limiterKey, type Source, sourceOf } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import { tokenDigest } from '../token.ts'
import { kioskOff } from './current.ts'

const days = 365

/**
 * A kiosk shows the token of its address and is known from then on; returns what its cookie says. The same address works
 * again after each start of the machine, which may keep no cookies. Refusals: `not-verified` for whatever is not the
 * token of a kiosk, `not-available` for one that is off, `too-many-attempts`.
 */
export async function openKiosk(
  ctx: Context,
  actor: Actor,
  { token, source }: { token: string; source: Source },
): Promise<{ id: string; from: number; until: number }> {
  const key = limiterKey(ctx, 'kiosk', sourceOf(source.address))
  const counted = await count(ctx.db, [{ key, limits: ctx.institution.limits.identifyFailures.source }])
  const ticket = await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [found] = await tx
      .update(kiosk)
      .set({ seenAt: sql`now()` })
      .where(eq(kiosk.token, tokenDigest(token)))
      .returning({
        name: kiosk.name,
        offAt: kiosk.offAt,
        now: sql<number>`floor(extract(epoch from now()))::float8`,
      })
    if (!found) throw new Refusal('not-verified', 403)
    if (found.offAt) throw kioskOff()
    const from = Number(found.now)
    await record(tx, { ...actor, channel: 'kiosk' }, { kind: 'kiosk-opened', detail: { kiosk: found.name } })
    return { id: token, from, until: from + days * 24 * 3600 }
  })
  await giveBack(ctx.db, counted)
  return ticket
}
