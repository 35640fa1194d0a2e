import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { kiosk } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { tokenDigest } from '../token.ts'

/** The named kiosk that a request comes from. */
export interface KioskHere {
  name: string
  on: boolean
}

export const kioskOff = () => new Refusal('not-available', 503, {}, 30)

/**
 * The kiosk behind a cookie that we signed, seen at this moment. A row that took another token since, or a cookie out of
 * its time, is a kiosk that is off: what was once one of ours never becomes somebody's own browser by itself.
 */
export async function kioskOf(
  ctx: Context,
  { id, from, until }: { id: string; from: number; until: number },
): Promise<KioskHere> {
  const clock = sql`extract(epoch from now())`
  const [found] = await ctx.db
    .select({
      id: kiosk.id,
      name: kiosk.name,
      on: sql<boolean>`${kiosk.offAt} is null and ${clock} >= ${from}::float8 and ${clock} < ${until}::float8`,
      unseen: sql<boolean>`${kiosk.seenAt} is null or ${kiosk.seenAt} < now() - interval '1 minute'`,
    })
    .from(kiosk)
    .where(eq(kiosk.token, tokenDigest(id)))
  if (!found) return { name: '', on: false }
  if (found.on && found.unseen)
    await ctx.db.update(kiosk).set({ seenAt: sql`now()` }).where(eq(kiosk.id, found.id))
  return { name: found.name, on: found.on }
}
