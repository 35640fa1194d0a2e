import { and, eq, isNull, sql } from 'drizzle-orm'
import { deliveryAddress } from '../accounts/facts.ts'
import type { Context } from '../context.ts'
import { affiliation, centre, person, personIdentifier } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { centreInScope, personWithin } from '../staff/scope.ts'
import type { Desk } from './act.ts'
import type { Subject } from './subject.ts'

/** What a shared account stands for, as people call it. */
export async function titleOf(ctx: Context, { rule, unit }: Pick<Subject, 'rule' | 'unit'>): Promise<string> {
  if (rule.unit !== 'centre') return unit
  const [found] = await ctx.db.select({ name: centre.name }).from(centre).where(eq(centre.cct, unit))
  return found?.name ?? unit
}

/** Somebody of the member's units who works or studies now. Refusals: `not-found`, `person-not-active`. */
export async function assertEntitled({ ctx, member }: Desk, id: string): Promise<void> {
  const [found] = await ctx.db
    .select({ id: person.id })
    .from(person)
    .where(and(eq(person.id, id), personWithin(member, sql`${person.id}`)))
  if (!found) throw new Refusal('not-found', 404)
  const standing = await ctx.db
    .select({ id: affiliation.id })
    .from(affiliation)
    .where(and(eq(affiliation.personId, id), isNull(affiliation.to), eq(affiliation.status, 'active')))
    .limit(1)
  if (standing.length === 0) throw new Refusal('person-not-active', 409)
}

/** An active centre of the member's units. Refusals: `not-found`, `centre-not-active`. */
export async function centreOf({ ctx, member }: Desk, cct: string) {
  const [found] = await ctx.db
    .select()
    .from(centre)
    .where(and(eq(centre.cct, cct), centreInScope(member, sql`${centre.cct}`)))
  if (!found) throw new Refusal('not-found', 404)
  if (found.status !== 'active') throw new Refusal('centre-not-active', 409)
  return found
}

/** Who directs a centre, in the padrón. Refusals name the datum that is missing: `centre-without-director`, `director-not-in-roster`. */
export async function directorOf(
  { ctx }: Desk,
  { directorCurp }: typeof centre.$inferSelect,
): Promise<string> {
  if (!directorCurp) throw new Refusal('centre-without-director', 409)
  const [found] = await ctx.db
    .select({ id: personIdentifier.personId })
    .from(personIdentifier)
    .where(
      and(
        eq(personIdentifier.kind, 'curp'),
        eq(personIdentifier.value, directorCurp),
        isNull(personIdentifier.to),
      ),
    )
  if (!found) throw new Refusal('director-not-in-roster', 409)
  return found.id
}

/** The secret must have somewhere to go, and that is a registered address. Refusal: `no-alternate-email`. */
export async function assertReaches({ ctx }: Desk, unit: string, id: string): Promise<void> {
  if (!(await deliveryAddress(ctx.db, unit, id))) throw new Refusal('no-alternate-email', 409)
}
