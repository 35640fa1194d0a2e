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

/** A group of so many ids at most is looked up by them; a larger one is asked about, row by row or from its side. */
const listed = 2000

const union = (parts: readonly SQL[]) => sql.join([...parts], sql` union all `)

/** One parameter for any number of ids, so that the statement stays the same. */
const among = (ids: readonly string[]) => sql`any(string_to_array(${ids.join(',')}, ',')::uuid[])`

/** Up to one more than are listed. */
async function firstIds(db: Db, parts: readonly SQL[]): Promise<string[]> {
  if (parts.length === 0) return []
  const found = await rows<{ id: string }>(
    db,
    sql`select s.id::text as id from (${union(parts)}) s limit ${listed + 1}`,
  )
  return [...new Set(found.map(({ id }) => id))]
}

/** The condition by the ids themselves; undefined where they are too many to list. */
export async function listedIn(db: Db, group: Group): Promise<SQL | undefined> {
  const persons = await firstIds(db, group.persons)
  if (persons.length > listed) return undefined
  const accounts = await firstIds(db, group.accounts)
  if (accounts.length > listed) return undefined
  const byPerson = sql`${movement.personId} = ${among(persons)}`
  const byAccount = sql`${movement.accountId} = ${among(accounts)}`
  if (accounts.length === 0) return byPerson
  return group.unnamed
    ? sql`(${byPerson} or (${movement.personId} is null and ${byAccount}))`
    : sql`(${byPerson} or ${byAccount})`
}

/** Where groups are compared, one of more than so many is a large one. */
const weighed = 20_000

/** How many they are, roughly, by their people: of two large groups one begins at the smaller. */
export async function sizeOf(db: Db, { persons, accounts }: Group): Promise<number> {
  const parts = persons.length > 0 ? persons : accounts
  const [found] = await rows<{ n: number }>(
    db,
    sql`select count(*)::int as n from (select 1 from (${union(parts)}) s limit ${weighed}) w`,
  )
  return found?.n ?? 0
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

/** `seq` of the group's movements for which `condition` holds, begun at the group; one may come more than once. */
export function seqsFrom({ persons, accounts, unnamed }: Group, condition: SQL): SQL {
  const of = (parts: readonly SQL[], column: SQL, only: SQL) =>
    parts.length > 0
      ? [
          sql`select one.seq from (${union(parts)}) s cross join lateral
              (select seq from movement where ${column} = s.id and ${only} and ${condition} offset 0) one`,
        ]
      : []
  return union([
    ...of(persons, sql`${movement.personId}`, sql`true`),
    ...of(accounts, sql`${movement.accountId}`, unnamed ? sql`${movement.personId} is null` : sql`true`),
  ])
}
