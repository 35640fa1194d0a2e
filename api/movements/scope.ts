import { type SQL, sql } from 'drizzle-orm'
import { movement } from '../db/schema.ts'
import type { Member } from '../staff/member.ts'
import { accountsWithin, accountWithin, personsWithin, personWithin } from '../staff/scope.ts'
import type { Group } from './group.ts'

type Scoped = Pick<Member, 'units'>

/** A movement is of the member's units where its account or its person is. */
export const movementWithin = (member: Scoped): SQL =>
  sql`(${accountWithin(member, sql`${movement.accountId}`)} or ${personWithin(member, sql`${movement.personId}`)})`

/** The same for a look-up among very many; none where she may see all. */
export const groupWithin = (member: Scoped): Group[] =>
  member.units.length === 0
    ? []
    : [{ persons: personsWithin(member), accounts: accountsWithin(member), unnamed: false }]
