import { and, desc, eq, isNotNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { account, address, holding } from '../db/schema.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { now, soon } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import { credentialLetter, noteIssue } from './credential.ts'
import { temporaryPassword } from './password.ts'

/** A closing is taken back within the directory's term; the holder gets a new temporary password. */
export const accountReopened = movement('account-reopening', {
  /** How long the address rests again where the directory keeps nothing of the account. */
  detail: Type.Object({ quarantine: Type.Integer() }),
  secret: 'temporary',
  newSecret: temporaryPassword,
  notice: false,
  follows: true,
  async apply({ provider, link, secret, until, fence }) {
    if (!link) throw new ProviderRefusal('gone')
    await provider.reopen(link.externalId, fence)
    await provider.setPassword(link.externalId, { password: secret, until, fence })
    return { outcome: 'reopened' }
  },
  async settle(work) {
    await work.tx
      .update(account)
      .set({ state: 'active', closedAt: null })
      .where(eq(account.id, work.account.id))
    await noteIssue(work)
  },
  letter: work => credentialLetter('reset', work),
  async undo({ tx, account: { id }, detail }) {
    await tx.update(account).set({ state: 'closed', closedAt: now() }).where(eq(account.id, id))
    await tx
      .update(address)
      .set({ role: 'quarantined', until: soon(detail.quarantine) })
      .where(and(eq(address.accountId, id), eq(address.role, 'primary')))
    await tx.update(holding).set({ to: now(), reason: 'undone' }).where(eq(holding.accountId, id))
  },
})

interface Ask extends Pick<Intent<unknown>, 'reason' | 'oficio' | 'within' | 'beside' | 'chosen'> {
  account: string
}

/**
 * Opens a closed account again for who held it last. Refusals: `not-found` where it is not closed; `address-taken` where
 * its address is somebody else's by now; `holds-another` where she has another account of the kind.
 */
export async function reopenAccount(ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> {
  const last = await lastHolding(ctx.db, ask.account)
  const opened = perform(ctx, actor, accountReopened, {
    ...ask,
    person: last.personId,
    detail: { quarantine: ctx.institution.terms.addressQuarantine },
    within: async tx => {
      await ask.within?.(tx)
      await takeBack(tx, ask.account, last)
      return { account: ask.account }
    },
  })
  return opened.catch(error => {
    throw violates(error, 'holding_kind') ? new Refusal('holds-another', 409) : error
  })
}

type Holding = typeof holding.$inferSelect

async function lastHolding(db: Db, id: string): Promise<Holding> {
  const [last] = await db
    .select()
    .from(holding)
    .where(and(eq(holding.accountId, id), isNotNull(holding.to)))
    .orderBy(desc(holding.id))
    .limit(1)
  if (!last) throw new Refusal('not-found', 404)
  return last
}

/** The account's own rows, under the locks of the intent. */
async function takeBack(tx: Db, id: string, { personId, as, kind }: Holding): Promise<void> {
  const pending = await tx
    .update(account)
    .set({ state: 'pending' })
    .where(and(eq(account.id, id), eq(account.state, 'closed')))
    .returning({ id: account.id })
  if (pending.length === 0) throw new Refusal('not-found', 404)
  const rested = await tx
    .update(address)
    .set({ role: 'primary', until: null })
    .where(and(eq(address.accountId, id), eq(address.role, 'quarantined')))
    .returning({ id: address.id })
  if (rested.length !== 1) throw new Refusal('address-taken', 409)
  await tx.insert(holding).values({ accountId: id, personId, as, kind })
}
