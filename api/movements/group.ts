import { type SQL, sql } from 'drizzle-orm'
import { each, idsOf, isOne, union } from '../db/ids.ts'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'

/** Movements of some people and accounts: those of a name, an address, a centre, or of a member's units. */
export interface Group {
  /** Statements that each yield `id`. */
  persons: readonly SQL[]
  accounts: readonly SQL[]
  /** Its accounts count only where a movement names no person. */
  unnamed: boolean
}

/** A group whose ids are known. */
export interface Listed {
  /** To begin at. */
  condition: SQL
  /** The same for a row that was found by something else. */
  compared: SQL
  size: number
}

/** The condition by the ids themselves; undefined where there are more than `most` of people or of accounts. */
export async function listedIn(db: Db, group: Group, most: number): Promise<Listed | undefined> {
  const lists = await idsOf(db, group.persons, group.accounts, most)
  if (!lists) return undefined
  const { persons, accounts } = lists
  const size = persons.n + accounts.n
  const both = (byPerson: SQL, byAccount: SQL) =>
    group.unnamed
      ? sql`(${byPerson} or (${movement.personId} is null and ${byAccount}))`
      : sql`(${byPerson} or ${byAccount})`
  const { personId, accountId } = movement
  const byPerson = isOne(personId, persons)
  return {
    size,
    condition: accounts.n > 0 ? both(byPerson, isOne(accountId, accounts)) : byPerson,
    // `is true`: asked of each row in memory, and never turned into a join.
    compared: sql`${both(sql`${personId} in ${each(persons)}`, sql`${accountId} in ${each(accounts)}`)} is true`,
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
