import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { attended } from '../movements/attend.ts'
import { isOwn, isResendable, standingOf } from '../movements/may-act.ts'
import type { Actor, MovementRow } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { movementOf } from '../movements/story.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { alternateEmail } from './facts.ts'
import { linkIssued } from './issue-link.ts'
import { passwordReset } from './reset.ts'

/**
 * «Reenviar»: what was sent before is void, and something new goes to the alternate address of today. Refusals: `not-found`,
 * `own-account`, `account-blocked`, `no-alternate-email`, `in-progress`, `nothing-to-resend`.
 */
export async function resendMovement(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { folio: string; reason?: string },
): Promise<MovementRow> {
  const row = await movementOf(ctx, member, ask.folio)
  const account = row.accountId
  const person = row.personId
  await stopUnlessGood(ctx.db, member, row)
  if (!account || !person) throw new Refusal('nothing-to-resend', 409)
  const act = ctx.institution.delivery === 'enlace' ? linkIssued : passwordReset
  const sent = await perform(ctx, actor, act, {
    account,
    person,
    detail: {},
    reason: `Reenvío de ${row.folio}${ask.reason ? `: ${ask.reason}` : ''}`,
    within: async tx => {
      const [again] = await tx.select().from(movement).where(eq(movement.id, row.id))
      await stopUnlessGood(tx, member, again ?? row)
      return undefined
    },
  })
  // The old one asks for nobody any more; the new one does, where it cannot be sent either.
  if (row.state === 'needs-attention' && row.attendedAt === null)
    await attended(ctx, actor, row, { by: sent.folio }).catch(error => {
      if (!(error instanceof Refusal)) throw error
    })
  return sent
}

async function stopUnlessGood(db: Db, member: Member, row: MovementRow): Promise<void> {
  const standing = await standingOf(db, row)
  if (isOwn(member, row, standing)) throw new Refusal('own-account', 403)
  if (standing.accountState === 'blocked') throw new Refusal('account-blocked', 409)
  if (!isResendable(row, standing)) throw new Refusal('nothing-to-resend', 409)
  if (!row.personId || !(await alternateEmail(db, row.personId))) throw new Refusal('no-alternate-email', 409)
}
