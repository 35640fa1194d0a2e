import { sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { Refusal } from '../refusal.ts'

/** «No fui yo», staff, or an alternate address that changed a moment ago. What ends it may be staff alone: no `until` then. */
export async function stopWhenPaused(
  db: Db,
  personId: string,
  mail?: { coolingUntil: Date | null } | undefined,
): Promise<void> {
  const [paused] = await rows<{ until: string | null }>(
    db,
    sql`select case when isfinite(max(ends)) then max(ends) end as until
        from (select paused_until as ends from person where id = ${personId}
              union all select ${mail?.coolingUntil?.toISOString() ?? null}::timestamptz) as pause
        where ends > now() having count(*) > 0`,
  )
  if (!paused) return
  throw new Refusal(
    'self-service-paused',
    409,
    paused.until ? { until: new Date(paused.until).toISOString() } : {},
  )
}
