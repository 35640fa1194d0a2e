import { and, eq, isNull, sql } from 'drizzle-orm'
import { affiliation, person } from '../db/schema.ts'
import type { AccountRule } from '../institution/institution.ts'
import { kindFor } from '../institution/kind-for.ts'
import { Refusal } from '../refusal.ts'
import { personWithin } from '../staff/scope.ts'
import type { Desk } from './act.ts'

/** Her posts and enrolments that stand, of somebody in the member's units. Refusals: `not-found`, `person-not-active`. */
async function standingOf({ ctx, member }: Desk, id: string) {
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

/** The one of them that an account of this kind stands on. Refusal: `not-entitled`. */
export async function postOf(desk: Desk, rule: AccountRule, id: string) {
  const posts = await standingOf(desk, id)
  const post = posts.find(one => kindFor(desk.ctx.institution, one)?.kind === rule.kind)
  if (!post) throw new Refusal('not-entitled', 409)
  return post
}
