import { and, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { account, address, holding } from '../db/schema.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { now, soon } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { endStaffSessions } from './staff-sessions.ts'
import { tellHolder } from './tell.ts'

/** What is not there any more is closed. */
const unlessGone = (error: unknown): string => {
  if (error instanceof ProviderRefusal && error.code === 'gone') return 'no-entry'
  throw error
}

/** The account ends, its history stays, and its address rests before anybody else may have it. */
export const accountClosed = movement('account-closure', {
  detail: Type.Object({ quarantine: Type.Integer() }),
  secret: 'none',
  notice: false,
  follows: true,
  async apply({ provider, link, fence }) {
    if (!link) return { outcome: 'no-entry' } // a creation that never came to be
    const outcome = provider.close(link.externalId, fence).then(() => 'closed')
    return { outcome: await outcome.catch(unlessGone) }
  },
  async settle(work) {
    const { tx, account: closed, address: closing, detail, movement } = work
    await tx.update(account).set({ state: 'closed', closedAt: now() }).where(eq(account.id, closed.id))
    await tx
      .update(holding)
      .set({ to: now(), reason: movement.reason, oficio: movement.oficio })
      .where(and(eq(holding.accountId, closed.id), isNull(holding.to)))
    await tx
      .update(address)
      .set({ role: 'quarantined', until: soon(detail.quarantine) })
      .where(and(eq(address.accountId, closed.id), eq(address.role, 'primary')))
    await endStaffSessions(tx, closing)
    await tellHolder(work)
  },
})

/** Closes an account; `terms.addressQuarantine` decides how long its address rests. */
export const closeAccount = (
  ctx: Context,
  actor: Actor,
  ask: { account: string } & Pick<Intent<unknown>, 'person' | 'oficio' | 'reason' | 'within' | 'beside'>,
): Promise<MovementRow> =>
  perform(ctx, actor, accountClosed, {
    ...ask,
    detail: { quarantine: ctx.institution.terms.addressQuarantine },
  })
