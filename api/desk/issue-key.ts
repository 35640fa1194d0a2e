import { eq } from 'drizzle-orm'
import { issueActivationKey } from '../accounts/activation-key.ts'
import { movement, person } from '../db/schema.ts'
import { record } from '../movements/record.ts'
import { shownMovements } from '../movements/shown.ts'
import { drawSlip } from '../oficios/slip.ts'
import { Refusal } from '../refusal.ts'
import type { Desk } from './act.ts'
import { assertGrounds, type Grounds, groundsOf } from './grounds.ts'
import { subjectOf } from './subject.ts'

/** A key on paper for the holder of an open account: told in this reply alone. Grounds as of a reset. */
export async function issueKey(desk: Desk, { id, ...ask }: Grounds & { id: string }) {
  const { ctx, member, actor } = desk
  const subject = await subjectOf(ctx, member, id)
  assertGrounds(subject.rule.requires.reset, ask)
  const { key, expiresAt, folio } = await issueActivationKey(ctx, actor, { account: id, ...groundsOf(ask) })
  const [her] = await ctx.db
    .select()
    .from(person)
    .where(eq(person.id, subject.holder ?? ''))
  const holder = [her?.given, her?.surname1, her?.surname2].filter(Boolean).join(' ')
  const [shown] = await shownMovements(ctx, member, eq(movement.folio, folio), 1)
  if (!shown) throw new Refusal('not-found', 404)
  const at = new Date(shown.intendedAt)
  const facts = { account: subject.address, label: subject.rule.label, holder, folio, expiresAt, at }
  const pdf = await drawSlip(ctx, { ...facts, secret: { activationKey: key } })
  await record(ctx.db, actor, {
    kind: 'slip-drawn',
    personId: subject.holder ?? undefined,
    detail: { folio },
  })
  return { ...shown, slip: { name: `clave-de-activacion-${folio}.pdf`, pdf: pdf.toString('base64') } }
}
