import { desc, eq } from 'drizzle-orm'
import { alternateEmail } from '../accounts/facts.ts'
import type { Context } from '../context.ts'
import { person, personIdentifier } from '../db/schema.ts'
import { wholeName } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { unmask as contract } from './contract.ts'
import { assertWithin } from './find-persons.ts'
import { written } from './standing.ts'

/** Shows what is masked of somebody; first it is written down who asked and why. Refusals: `malformed`, `not-found`. */
export async function unmask(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { id: string; reason: string },
): Promise<Reply<typeof contract>> {
  const reason = written('reason', ask.reason)
  await assertWithin(ctx, member, ask.id)
  await record(ctx.db, actor, { kind: 'unmasked', personId: ask.id, detail: { reason } })
  const [row] = await ctx.db.select().from(person).where(eq(person.id, ask.id))
  if (!row) throw new Refusal('not-found', 404)
  const identifiers = await ctx.db
    .select()
    .from(personIdentifier)
    .where(eq(personIdentifier.personId, ask.id))
    .orderBy(personIdentifier.kind, desc(personIdentifier.id))
  const mail = await alternateEmail(ctx.db, ask.id)
  return {
    name: wholeName(row),
    identifiers: identifiers.map(({ kind, value, to }) => ({ kind, value, current: to === null })),
    alternateEmail: mail?.address ?? null,
  }
}
