import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { account, accountLink, address, holding, movement as movementTable } from '../db/schema.ts'
import { evenOut } from '../even-out.ts'
import type { Actor } from '../movements/movement.ts'
import { inTheWay } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { setChosen } from './password-change.ts'

interface Ask {
  /** As `canonicalAccount` gives it. */
  account: string
  current: string
  password: string
}

/** One spelling of an address, for the look-up and for the limits alike; undefined where no account can have it. */
export function canonicalAccount(text: string): string | undefined {
  const plain = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  return /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$/.test(plain) ? plain.toLowerCase() : undefined
}

/**
 * The holder changes a temporary (or any) password for her own. Refusals: `not-verified`, one for an unknown account, a
 * wrong password and a blocked account; what `setChosen` refuses, once the current password proved right.
 */
export async function changeOwnPassword(
  ctx: Context,
  actor: Actor,
  ask: Ask,
  /** Once the current password proved to be hers: what follows is no guess any more. */
  onProven: () => Promise<void>,
): Promise<void> {
  const since = performance.now()
  const [found, other] = [await find(ctx, ask.account), await decoy(ctx)]
  const asked = found ?? other
  const signsIn = await ctx.providers.get(asked.provider)?.accepts(asked.externalId, ask.current)
  if (!found || !signsIn || found.state !== 'active') {
    await evenOut(since, 80)
    throw new Refusal('not-verified', 403)
  }
  await onProven()
  await setChosen(ctx, actor, {
    account: found.id,
    person: found.personId,
    address: ask.account,
    password: ask.password,
    current: ask.current,
    within: tx => stopWhenChanged(tx, found),
  })
}

/** The password that proved to be hers may have been reset since: then it proves nothing. What is live is told by its folio. */
async function stopWhenChanged(tx: Db, found: { id: string; version: number }): Promise<void> {
  const [now] = await tx.select().from(account).where(eq(account.id, found.id)).for('update')
  if (now?.version === found.version && now.state === 'active') return
  const [live] = await tx
    .select({ folio: movementTable.folio })
    .from(movementTable)
    .where(and(eq(movementTable.accountId, found.id), inTheWay()))
  throw live ? new Refusal('in-progress', 409, { folio: live.folio }) : new Refusal('not-verified', 403)
}

/** The same one statement for an account that exists and for one that does not. */
async function find(ctx: Context, text: string) {
  const [local = '', domain = ''] = text.split('@')
  const [row] = await ctx.db
    .select({ account, link: accountLink, personId: holding.personId })
    .from(address)
    .innerJoin(account, eq(account.id, address.accountId))
    .innerJoin(accountLink, and(eq(accountLink.accountId, account.id), eq(accountLink.authority, true)))
    .leftJoin(holding, and(eq(holding.accountId, account.id), isNull(holding.to)))
    .where(
      and(eq(address.local, local), eq(address.domain, domain), inArray(address.role, ['primary', 'alias'])),
    )
  if (!row) return undefined
  const { id, state, version } = row.account
  const { provider, externalId } = row.link
  return { id, state, version, personId: row.personId, provider, externalId }
}

/** Where the account is unknown its directory is asked all the same, for nobody: nobody is locked out by that. */
async function decoy(ctx: Context): Promise<{ provider: string; externalId: undefined }> {
  const [some] = await ctx.db
    .select({ provider: accountLink.provider })
    .from(accountLink)
    .where(eq(accountLink.authority, true))
    .orderBy(accountLink.id)
    .limit(1)
  const provider = some?.provider ?? ctx.institution.accounts[0]?.provider[0] ?? ''
  return { provider, externalId: undefined }
}
