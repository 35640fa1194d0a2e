import { and, eq, isNull, sql } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import {
  account,
  accountLink,
  address,
  credentialIssue,
  holding,
  person,
  personIdentifier,
} from '../db/schema.ts'
import { type Actor, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import { passwordReasons } from './password.ts'

/** The person's own password. If it does not arrive she is told, and it is never tried again without her. */
export const passwordChange = movement('password-change', {
  detail: Type.Object({}),
  secret: 'chosen',
  notice: true,
  async apply({ provider, link, authority, secret, fence }) {
    if (!authority) return { outcome: 'no-secret-here' }
    if (!link) throw new ProviderRefusal('gone')
    await provider.setPassword(link.externalId, { password: secret, until: null, fence })
    return { outcome: 'changed' }
  },
  async settle({ tx, account }) {
    await tx
      .update(credentialIssue)
      .set({ claimedAt: now() })
      .where(
        and(
          eq(credentialIssue.accountId, account.id),
          isNull(credentialIssue.claimedAt),
          isNull(credentialIssue.expiredAt),
        ),
      )
  },
})

interface Ask {
  account: string
  current: string
  password: string
}

/**
 * The holder changes a temporary (or any) password for her own. Refusals: `not-verified`, one for an unknown account, a
 * wrong password and a blocked account; `password-refused` with reasons; `not-available` when the directory did not take it.
 */
export async function changeOwnPassword(
  ctx: Context,
  actor: Actor,
  ask: Ask,
  /** Once the current password proved to be hers: what follows is no guess any more. */
  onProven: () => Promise<void>,
): Promise<void> {
  const found = await find(ctx, ask.account)
  const reader = ctx.providers.get(found?.provider ?? ctx.institution.accounts[0]?.provider[0] ?? '')
  const signsIn = await reader?.accepts(found?.externalId, ask.current)
  if (!found || !signsIn || found.state !== 'active') throw new Refusal('not-verified', 403)
  await onProven()
  const reasons = passwordReasons(ask.password, [...found.personal, ask.account])
  if (ask.password === ask.current) reasons.push({ code: 'same' })
  if (reasons.length > 0) throw new Refusal('password-refused', 400, { reasons })
  const row = await perform(ctx, actor, passwordChange, {
    account: found.id,
    ...(found.personId ? { person: found.personId } : {}),
    chosen: ask.password,
    detail: {},
  })
  if (row.state !== 'done') throw new Refusal('not-available', 503, { folio: row.folio }, 60)
}

async function find(ctx: Context, text: string) {
  const [local = '', domain = ''] = text.toLowerCase().split('@')
  const [row] = await ctx.db
    .select({ id: account.id, state: account.state, link: accountLink, person })
    .from(address)
    .innerJoin(account, eq(account.id, address.accountId))
    .innerJoin(accountLink, and(eq(accountLink.accountId, account.id), eq(accountLink.authority, true)))
    .leftJoin(holding, and(eq(holding.accountId, account.id), isNull(holding.to)))
    .leftJoin(person, eq(person.id, holding.personId))
    .where(
      and(eq(address.local, local), eq(address.domain, domain), sql`${address.role} in ('primary', 'alias')`),
    )
  if (!row) return undefined
  const { id, state, link, person: holder } = row
  const personal = holder ? await knownOf(ctx, holder) : []
  return { id, state, personal, personId: holder?.id, provider: link.provider, externalId: link.externalId }
}

async function knownOf(ctx: Context, holder: typeof person.$inferSelect): Promise<string[]> {
  const identifiers = await ctx.db
    .select({ value: personIdentifier.value })
    .from(personIdentifier)
    .where(eq(personIdentifier.personId, holder.id))
  return [holder.given, holder.surname1, holder.surname2, ...identifiers.map(({ value }) => value)]
}
