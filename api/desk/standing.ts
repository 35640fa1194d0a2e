import { and, eq, isNull, sql } from 'drizzle-orm'
import { affiliation, person } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { personWithin } from '../staff/scope.ts'
import type { Desk } from './act.ts'

/** Her posts and enrolments that stand, of somebody in the member's units. Refusals: `not-found`, `person-not-active`. */
export async function standingOf({ ctx, member }: Desk, id: string) {
  const posts = await ctx.db
    .select({ affiliation })
    .from(person)
    .leftJoin(affiliation, and(eq(affiliation.personId, person.id), isNull(affiliation.to)))
    .where(and(eq(person.id, id), personWithin(member, sql`${person.id}`)))
    .orderBy(affiliation.id)
  if (posts.length === 0) throw new Refusal('not-found', 404)
  const standing = posts.flatMap(({ affiliation: one }) => (one && one.status !== 'inactive' ? [one] : []))
  if (standing.length === 0) throw new Refusal('person-not-active', 409)
  return standing
}
