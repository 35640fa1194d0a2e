import { and, eq, isNull, sql } from 'drizzle-orm'
import { voidLinks } from '../accounts/links.ts'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { contact, contactChange } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { performHere } from '../movements/perform-here.ts'
import { now, soon } from '../movements/state.ts'
import { queueContactNotices } from './notice.ts'

export type Change = typeof contactChange.$inferSelect

/**
 * The address is hers from now on, in the caller's transaction and under the lock of the person. One that takes the place
 * of another cools: no self-service meanwhile, both mailboxes are told, and links to the old one open nothing. Answers until when.
 */
export async function enforce(ctx: Context, tx: Db, actor: Actor, change: Change): Promise<Date | null> {
  const { personId, address, askedBy, check, reason, vouched } = change
  const cooldown = ctx.institution.terms.contactCooldown
  const replaces = await hadAnother(tx, change, cooldown)
  const closed = await tx
    .update(contact)
    .set({ to: now() })
    .where(and(eq(contact.personId, personId), isNull(contact.to)))
    .returning({ id: contact.id, address: contact.address })
  const [opened] = await tx
    .insert(contact)
    .values({
      ...{ personId, address, origin: `member:${askedBy}`, verifiedAt: now() },
      coolingUntil: replaces ? soon(cooldown) : null,
    })
    .returning()
  if (!opened) throw new Error('no contact was written')
  const others = closed.filter(one => one.address.toLowerCase() !== address.toLowerCase())
  const told = { opened: opened.id, closed: others.map(({ id }) => id) }
  const row = await performHere(ctx, tx, actor, {
    kind: 'alternate-email-change',
    person: personId,
    reason,
    detail: { ...told, first: !replaces, vouched, check, askedBy },
  })
  if (replaces) {
    await voidLinks(tx, personId)
    await queueContactNotices(ctx, tx, row.id, told)
  }
  await tx
    .update(contactChange)
    .set({ state: 'done', movementId: row.id, codeHmac: null })
    .where(eq(contactChange.id, change.id))
  return opened.coolingUntil
}

/** Another address is hers, or was a moment ago: then this one is a change. Letter case is no difference. */
async function hadAnother(tx: Db, { personId, address }: Change, cooldown: number): Promise<boolean> {
  const [other] = await rows<{ id: number }>(
    tx,
    sql`select id::int from contact where person_id = ${personId} and lower(address) <> lower(${address})
          and ("to" is null or "to" > now() - make_interval(secs => ${cooldown}::int)) limit 1`,
  )
  return other !== undefined
}
