import { and, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { holding } from '../db/schema.ts'
import { type Actor, type MovementRow, movement, type Settling } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { newToken } from '../token.ts'
import { credentialLetter, linkLetter, noteIssue, noteLink } from './credential.ts'
import { temporaryPassword } from './password.ts'
import { endStaffSessions } from './staff-sessions.ts'
import { tellHolder } from './tell.ts'

/**
 * Somebody else answers for a shared account: one act closes the old holding and opens the new one, and what signed in
 * before signs in no more. The kind never changes.
 */
export const accountReassigned = movement('account-reassignment', {
  detail: Type.Object({
    /** Whom it is taken from; null where nobody held it. */
    from: Type.Union([Type.String(), Type.Null()]),
    /** What it stands for, as the directory shows it. */
    title: Type.String(),
    byLink: Type.Optional(Type.Boolean()),
  }),
  secret: 'temporary',
  newSecret: ({ byLink }) => (byLink ? newToken() : temporaryPassword()),
  term: ({ byLink }) => (byLink ? 'link' : 'temporaryPassword'),
  notice: false,
  async apply({ provider, link, detail, secret, until, fence }) {
    if (!link) throw new ProviderRefusal('gone')
    const holder = { displayName: detail.title, given: '', surnames: '', keys: {} }
    await provider.describe(link.externalId, holder, fence)
    const password = detail.byLink
      ? { password: temporaryPassword(), until: null }
      : { password: secret, until }
    await provider.setPassword(link.externalId, { ...password, fence })
    return { outcome: 'reassigned' }
  },
  async settle(work) {
    await changeHolding(work)
    await (work.detail.byLink ? noteLink(work) : noteIssue(work))
    await endStaffSessions(work.tx, work.address)
    if (work.detail.from) await tellHolder(work)
  },
  letter: work => (work.detail.byLink ? linkLetter('reassign', work) : credentialLetter('reassign', work)),
})

/** Said again after a crash, it finds the new holding there. */
async function changeHolding({ tx, account, movement: { personId, reason, oficio } }: Settling<unknown>) {
  const [held] = await tx
    .select()
    .from(holding)
    .where(and(eq(holding.accountId, account.id), isNull(holding.to)))
    .for('update')
  if (!personId || held?.personId === personId) return
  if (held) await tx.update(holding).set({ to: now() }).where(eq(holding.id, held.id))
  await tx
    .insert(holding)
    .values({ accountId: account.id, personId, as: 'responsible', kind: account.kind, reason, oficio })
}

interface Ask extends Pick<Intent<unknown>, 'oficio' | 'reason' | 'within' | 'beside' | 'chosen'> {
  account: string
  from: string | null
  to: string
  title: string
}

/** Gives a shared account to somebody else; the new secret goes to her alternate address alone. */
export const reassignAccount = (
  ctx: Context,
  actor: Actor,
  { from, to, title, ...ask }: Ask,
): Promise<MovementRow> =>
  perform(ctx, actor, accountReassigned, {
    ...ask,
    person: to,
    detail: { from, title, ...(ctx.institution.delivery === 'enlace' ? { byLink: true } : {}) },
  })
