import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { type Db, rows } from './open.ts'

/** Ids of a list, in one text with commas between, so that the statement that asks about them stays the same. */
interface Ids {
  ids: string
  n: number
}

export const union = (parts: readonly SQL[]): SQL => sql.join([...parts], sql` union all `)

/** One parameter for any number of ids. */
export const each = ({ ids }: Ids): SQL => sql`(select unnest(string_to_array(${ids}, ',')::uuid[]))`

/** The same for an index to begin at. */
export const isOne = (id: SQLWrapper, list: Ids): SQL => sql`${id} = any(array${each(list)})`

/**
 * One after another, until there are too many: no table is read whole for a list that ends. Planned for these very values: a
 * plan for any value takes a rare domain for a frequent one.
 */
const listing = sql`select set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

/** Both lists, of statements that each yield `id`; undefined where one of them has more than `most`. */
export const idsOf = (
  db: Db,
  persons: readonly SQL[],
  accounts: readonly SQL[],
  most: number,
): Promise<{ persons: Ids; accounts: Ids } | undefined> =>
  db.transaction(async outer => {
    const tx = outer as Db
    await tx.execute(listing)
    const first = await listed(tx, persons, most)
    const second = first && (await listed(tx, accounts, most))
    return first && second && { persons: first, accounts: second }
  })

async function listed(tx: Db, parts: readonly SQL[], most: number): Promise<Ids | undefined> {
  if (parts.length === 0) return { ids: '', n: 0 }
  const [found] = await rows<{ ids: string | null; n: number }>(
    tx,
    sql`select case when count(*) <= ${most} then coalesce(string_agg(s.id::text, ','), '') end as ids, count(*)::int as n
        from (select id from (${union(parts)}) all_of_them limit ${sql.raw(String(most + 1))}) s`,
  )
  return found?.ids == null ? undefined : { ids: found.ids, n: found.n }
}
