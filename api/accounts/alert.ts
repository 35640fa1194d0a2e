import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { link, movement, person } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { alertOf, voidLinks } from './links.ts'

/**
 * «No fui yo»: self-service of the person stops until staff end the pause, what was handed out to her is void, and staff
 * see it with the folio of the act. Pressed again while it lasts it does nothing. Refusals: `expired` (also for a token that
 * nobody knows); `used` once staff ended the pause.
 */
export async function raiseAlert(
  ctx: Context,
  actor: Actor,
  ask: { token: string },
  onKnown: () => Promise<void>,
): Promise<void> {
  const known = await ctx.db.transaction(outer => freeze(ctx, outer as Db, actor, ask.token))
  if (!known) throw new Refusal('expired', 410)
  await onKnown()
  if (known.refusal) throw known.refusal
}

async function freeze(ctx: Context, tx: Db, actor: Actor, token: string) {
  const found = await alertOf(ctx, tx, token)
  if (!found) return undefined
  const { usedAt, expiresAt, personId, movementId } = found.link
  const [her] = await tx
    .select({ paused: sql<boolean>`coalesce(${person.pausedUntil} = 'infinity', false)` })
    .from(person)
    .where(eq(person.id, personId))
    .for('update')
  if (usedAt)
    return { refusal: her?.paused ? undefined : new Refusal('used', 410, { at: usedAt.toISOString() }) }
  if (found.expired) return { refusal: new Refusal('expired', 410, { at: expiresAt.toISOString() }) }
  await tx.update(link).set({ usedAt: now() }).where(eq(link.id, found.link.id))
  await tx
    .update(person)
    .set({ pausedUntil: sql`'infinity'` as never })
    .where(eq(person.id, personId))
  await voidLinks(tx, personId)
  await tx.execute(sql`update code set voided_at = now() where voided_at is null and used_at is null
    and visit_id in (select id from visit where person_id = ${personId})`)
  const [from] = await tx
    .select({ folio: movement.folio, kind: movement.kind })
    .from(movement)
    .where(eq(movement.id, movementId ?? ''))
  await record(tx, actor, {
    kind: 'self-service-paused',
    movementId: movementId ?? undefined,
    personId,
    detail: { why: 'not-me', ...from },
  })
  return { refusal: undefined }
}
