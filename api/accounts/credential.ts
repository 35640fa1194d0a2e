import { and, eq, isNull, ne } from 'drizzle-orm'
import { credentialIssue, person as personTable } from '../db/schema.ts'
import { temporaryPassword as passwordLetter } from '../mail/es-mx/temporary-password.ts'
import type { Letter } from '../mail/letter.ts'
import type { Delivering, Settling } from '../movements/movement.ts'
import { now } from '../movements/state.ts'
import { alternateEmail } from './facts.ts'

/** That a temporary password was handed out, and which change in the directory it belongs to. Older ones are void. */
export async function noteIssue({ tx, account, movement, fence, until }: Settling<unknown>): Promise<void> {
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
}

/** The mail with the temporary password, to the address that stands in the padrón at this moment. */
export async function credentialLetter(
  act: 'create' | 'reset',
  work: Delivering<unknown>,
): Promise<{ to: string; letter: Letter } | undefined> {
  const { ctx, movement, institution, until } = work
  if (!movement.personId) return undefined
  const to = await alternateEmail(ctx.db, movement.personId)
  const [person] = await ctx.db.select().from(personTable).where(eq(personTable.id, movement.personId))
  if (!to || !person || !until) return undefined
  const letter = passwordLetter({
    name: [person.given, person.surname1, person.surname2].filter(Boolean).join(' '),
    act,
    channel: movement.channel,
    askedAt: movement.intendedAt,
    account: work.address,
    password: work.secret,
    expiresAt: until,
    folio: movement.folio,
    sends: work.sends,
    publicUrl: work.publicUrl,
    timeZone: institution.timeZone,
    contact: institution.contact,
    texts: institution.texts,
  })
  return { to: to.address, letter }
}
