import { and, eq, isNull, ne } from 'drizzle-orm'
import { credentialIssue } from '../db/schema.ts'
import { chooseByLink as byLink } from '../mail/es-mx/choose-by-link.ts'
import { temporaryPassword as passwordLetter } from '../mail/es-mx/temporary-password.ts'
import type { HandingOver, Letter } from '../mail/letter.ts'
import type { Delivering, Settling } from '../movements/movement.ts'
import { now } from '../movements/state.ts'
import { deliveryAddress } from './facts.ts'
import { keepAlert, keepLink } from './links.ts'

/** That a temporary password was handed out, and which change in the directory it belongs to. Older ones are void. */
export async function noteIssue(work: Settling<unknown>): Promise<void> {
  const { tx, account, movement, fence, until } = work
  if (!until) throw new Error('a temporary password without an end')
  await tx
    .insert(credentialIssue)
    .values({ accountId: account.id, movementId: movement.id, fence, expiresAt: until })
    .onConflictDoUpdate({
      target: credentialIssue.movementId,
      set: { fence, issuedAt: now(), expiresAt: until },
    })
  await tx
    .update(credentialIssue)
    .set({ expiredAt: now() })
    .where(
      and(
        eq(credentialIssue.accountId, account.id),
        ne(credentialIssue.movementId, movement.id),
        isNull(credentialIssue.claimedAt),
        isNull(credentialIssue.expiredAt),
      ),
    )
  await noteAlert(work)
}

/** That a link was handed out; older ones are void. */
export async function noteLink(work: Settling<unknown>): Promise<void> {
  await keepLink(work, 'password')
  await noteAlert(work)
}

const noteAlert = ({ ctx, tx, account, movement, alert }: Settling<unknown>): Promise<void> =>
  keepAlert(ctx, tx, {
    token: alert,
    account: account.id,
    person: movement.personId,
    movement: movement.id,
  })

type HandedOver = 'create' | 'reset' | 'reassign'

interface Addressed {
  to: string
  letter: Letter
}

/** The mail with the temporary password, to the address that stands in the padrón at this moment. */
export const credentialLetter = (
  act: HandedOver,
  work: Delivering<unknown>,
): Promise<Addressed | undefined> =>
  addressed(work, facts => passwordLetter({ ...facts, act, password: work.secret }))

/** The mail with the link to choose a password by; likewise. */
export const linkLetter = (act: HandedOver, work: Delivering<unknown>): Promise<Addressed | undefined> =>
  addressed(work, facts => byLink({ ...facts, act, token: work.secret }))

async function addressed(
  work: Delivering<unknown>,
  write: (facts: HandingOver) => Letter,
): Promise<Addressed | undefined> {
  const { ctx, movement, account, institution, person, until } = work
  if (!movement.personId) return undefined
  const to = await deliveryAddress(ctx.db, account.unit, movement.personId)
  if (!to || !person || !until) return undefined
  const letter = write({
    name: [person.given, person.surname1, person.surname2].filter(Boolean).join(' '),
    channel: movement.channel,
    askedAt: movement.intendedAt,
    account: work.address,
    expiresAt: until,
    folio: movement.folio,
    sends: work.sends,
    alert: work.alert,
    publicUrl: work.publicUrl,
    timeZone: institution.timeZone,
    contact: institution.contact,
    texts: institution.texts,
  })
  return { to: to.address, letter }
}
