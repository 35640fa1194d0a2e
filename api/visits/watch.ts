import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { count, limiterKey } from '../limits.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'

/** Different people refused within so many seconds: from one address as many as it may ask about for nothing, or in all. */
const within = 300
const fromOne = 15
const inAll = 100
/** Seconds until the same is said again. */
const quiet = 3600

interface Refused {
  people: number
  sources: number
  most: number
}

/** Somebody tries one key on many people: said once an hour in the bitácora, in numbers alone. */
export async function watch(ctx: Context): Promise<void> {
  const [seen] = await rows<Refused>(
    ctx.db,
    sql`with refused as (select detail->>'key' as person, origin from event
                         where kind = 'claim-refused' and at > now() - make_interval(secs => ${within})),
             one as (select count(distinct person) as people from refused group by origin)
        select count(distinct person)::int as people, count(distinct origin)::int as sources,
               (select coalesce(max(people), 0) from one)::int as most
        from refused`,
  )
  if (!seen || (seen.most < fromOne && seen.people < inAll)) return
  const { people, sources, most } = seen
  await ctx.db
    .transaction(async outer => {
      const tx = outer as Db
      await count(tx, [{ key: limiterKey(ctx, 'spray'), limits: [{ count: 1, seconds: quiet }] }])
      const detail = { people, sources, fromOne: most, seconds: within }
      await record(tx, { as: 'system', channel: 'system' }, { kind: 'spray-suspected', detail })
    })
    .catch(error => {
      if (!(error instanceof Refusal && error.status === 429)) throw error
    })
}
