import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { asJson, rows } from '../db/open.ts'
import { type Counted, limiterKey, type Source } from '../limits.ts'
import type { Visit } from './identify.ts'

/** Kept among a visit's keys; it limits nothing and only says, by an HMAC, which browser this person came with. */
export const browserMark = (ctx: Context, personId: string, source: Source): Counted => ({
  key: limiterKey(ctx, 'her browser', personId, source.browser),
  limits: [],
})

/**
 * Did a code of hers come back in this very browser before? Whoever only knows her keys cannot say so: what strangers use
 * up is then not hers.
 */
export async function isHerBrowser(ctx: Context, open: Visit): Promise<boolean> {
  const mark = open.counted.find(({ limits }) => limits.length === 0)
  if (!mark) return false
  const [found] = await rows<{ known: boolean }>(
    ctx.db,
    sql`select exists (
          select 1 from movement m join visit v on v.id = m.visit_id join code c on c.visit_id = v.id
          where m.person_id = ${open.personId} and c.used_at is not null
            and v.counted @> ${asJson([{ key: mark.key }])}) as known`,
  )
  return found?.known === true
}
