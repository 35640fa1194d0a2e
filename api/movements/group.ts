import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'

/** Movements of some people and accounts: those of a name, an address, a centre, or of a member's units. */
export interface Group {
  /** Statements that each yield `id`. */
  persons: readonly SQL[]
  accounts: readonly SQL[]
  /** Its accounts count only where a movement names no person. */
  unnamed: boolean
}

/** A group of so many people, and so many accounts, is looked up by their ids; of a larger one the newest movements come soon. */
const most = 15_000

/** A group whose ids are known. */
export interface Listed {
  /** To begin at. */
  condition: SQL
  /** The same for a row that was found by something else. */
  compared: SQL
  size: number
}

const union = (parts: readonly SQL[]) => sql.join([...parts], sql` union all `)

/** One parameter for any number of ids, so that the statement stays the same. */
const each = (ids: string) => sql`(select unnest(string_to_array(${ids}, ',')::uuid[]))`

/** Their ids in one text; undefined where they are too many. */
async function idsOf(db: Db, parts: readonly SQL[]): Promise<{ ids: string; n: number } | undefined> {
  if (parts.length === 0) return { ids: '', n: 0 }
  const [found] = await rows<{ ids: string | null; n: number }>(
    db,
    sql`select case when count(*) <= ${most} then coalesce(string_agg(s.id::text, ','), '') end as ids, count(*)::int as n
        from (select id from (${union(parts)}) all_of_them limit ${sql.raw(String(most + 1))}) s`,
  )
  return found?.ids == null ? undefined : { ids: found.ids, n: found.n }
}

/**
 * One after another, until there are too many: no table is read whole for a list that ends. Planned for these very values: a
 * plan for any value takes a rare domain for a frequent one.
 */
const listing = sql`select set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

/** The condition by the ids themselves; undefined where they are too many to list. */
export async function listedIn(db: Db, group: Group): Promise<Listed | undefined> {
  const [persons, accounts] = await db.transaction(async tx => {
    await tx.execute(listing)
    const first = await idsOf(tx as Db, group.persons)
    return [first, first && (await idsOf(tx as Db, group.accounts))]
  })
  if (!persons || !accounts) return undefined
  const size = persons.n + accounts.n
  const both = (byPerson: SQL, byAccount: SQL) =>
    group.unnamed
      ? sql`(${byPerson} or (${movement.personId} is null and ${byAccount}))`
      : sql`(${byPerson} or ${byAccount})`
  const { personId, accountId } = movement
  const byPerson = sql`${personId} = any(array${each(persons.ids)})`
  return {
    size,
    condition:
      accounts.n > 0 ? both(byPerson, sql`${accountId} = any(array${each(accounts.ids)})`) : byPerson,
    // `is true`: asked of each row in memory, and never turned into a join.
    compared: sql`${both(sql`${personId} in ${each(persons.ids)}`, sql`${accountId} in ${each(accounts.ids)}`)} is true`,
  }
}

/** `offset 0` keeps the planner from asking about everybody first. */
const holds = (parts: readonly SQL[], id: SQL) =>
  parts.length > 0 ? sql`exists (select 1 from (${union(parts)}) s where s.id = ${id} offset 0)` : sql`false`

/** The condition asked of one movement. */
export const probe = ({ persons, accounts, unnamed }: Group): SQL => {
  const byAccount = holds(accounts, sql`${movement.accountId}`)
  const byPerson = holds(persons, sql`${movement.personId}`)
  return unnamed
    ? sql`(case when ${movement.personId} is null then ${byAccount} else ${byPerson} end)`
    : sql`(${byPerson} or ${byAccount})`
}

/** The condition for whoever looks through all: the group is taken together once. */
export const wholly = ({ persons, accounts, unnamed }: Group): SQL => {
  const isIn = (parts: readonly SQL[], id: SQL) =>
    parts.length > 0 ? sql`${id} in (${union(parts)})` : sql`false`
  const byAccount = isIn(accounts, sql`${movement.accountId}`)
  const byPerson = isIn(persons, sql`${movement.personId}`)
  return unnamed
    ? sql`(${byPerson} or (${movement.personId} is null and ${byAccount}))`
    : sql`(${byPerson} or ${byAccount})`
}
