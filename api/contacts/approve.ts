import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contactChange, person } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { approveAlternateEmail as contract } from './contract.ts'
import { enforce } from './enforce.ts'
import { assertWithin } from './find-persons.ts'
import { written } from './standing.ts'

/**
 * A second person says yes or no to an address that was verified. Refusals: `not-found` where nothing waits, also in
 * another unit; `own-act` to whoever asked for it; `own-account`.
 */
export async function approveAlternateEmail(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { id: string; reject?: string },
): Promise<Reply<typeof contract>> {
  await assertWithin(ctx, member, ask.id)
  if (member.persons.includes(ask.id)) throw new Refusal('own-account', 403)
  const why = ask.reject === undefined ? undefined : written('reject', ask.reject)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    await tx.select({ id: person.id }).from(person).where(eq(person.id, ask.id)).for('update')
    const [change] = await tx
      .select()
      .from(contactChange)
      .where(and(eq(contactChange.personId, ask.id), eq(contactChange.state, 'waiting-approval')))
      .for('update')
    if (!change) throw new Refusal('not-found', 404)
    if (change.askedBy === member.id) throw new Refusal('own-act', 403)
    const decided = { decidedBy: member.id, decidedAt: now() }
    if (why !== undefined) {
      await tx
        .update(contactChange)
        .set({ ...decided, state: 'rejected' })
        .where(eq(contactChange.id, change.id))
      const detail = { change: change.id, why }
      await record(tx, actor, { kind: 'contact-rejected', personId: ask.id, detail })
      return { state: 'rejected' as const, coolingUntil: null }
    }
    await tx.update(contactChange).set(decided).where(eq(contactChange.id, change.id))
    await record(tx, actor, { kind: 'contact-approved', personId: ask.id, detail: { change: change.id } })
    const cooling = await enforce(ctx, tx, actor, change)
    return { state: 'done' as const, coolingUntil: cooling?.toISOString() ?? null }
  })
}
