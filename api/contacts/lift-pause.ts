import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { person } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { performHere } from '../movements/perform-here.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { assertWithin } from './find-persons.ts'
import { written } from './standing.ts'

/**
 * Ends a pause of her self-service, with how it was made sure that it is her; where there is none nothing happens. The
 * cooling of an address is no pause, and stays. Refusals: `not-found`, `own-account`, `malformed`.
 */
export async function liftPause(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { id: string; check: string; reason: string },
): Promise<void> {
  await assertWithin(ctx, member, ask.id)
  if (member.persons.includes(ask.id)) throw new Refusal('own-account', 403)
  const [check, reason] = [written('check', ask.check), written('reason', ask.reason)]
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const ended = await tx
      .update(person)
      .set({ pausedUntil: null })
      .where(and(eq(person.id, ask.id), sql`${person.pausedUntil} > now()`))
      .returning({ id: person.id })
    if (ended.length > 0)
      await performHere(ctx, tx, actor, { kind: 'pause-lifted', person: ask.id, reason, detail: { check } })
  })
}
