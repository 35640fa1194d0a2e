import { and, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { credentialIssue, person, personIdentifier } from '../db/schema.ts'
import { type Actor, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import { unspendLink } from './links.ts'
import { passwordReasons } from './password.ts'
import { stopWhenPaused } from './pause.ts'

/** The person's own password. If it does not arrive she is told, and it is never tried again without her. */
export const passwordChange = movement('password-change', {
  /** The link that it was chosen by. */
  detail: Type.Object({ link: Type.Optional(Type.Integer()) }),
  secret: 'chosen',
  notice: true,
  async apply({ provider, link, secret, fence }) {
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
  async undo({ tx, detail }) {
    if (detail.link) await unspendLink(tx, detail.link)
  },
})

interface Choice {
  account: string
  person: string | null
  address: string
  password: string
  /** The one of before, where she told it. */
  current?: string
  link?: number
  /** What lets her choose is looked at again, under the locks of the intent. */
  within(tx: Db): Promise<void>
}

/** Refusals: `password-refused` with reasons, the directory's own among them; `self-service-paused`; `not-available` when the directory did not take it. */
export async function setChosen(ctx: Context, actor: Actor, choice: Choice): Promise<void> {
  const { account, password, current, link } = choice
  const reasons = passwordReasons(password, [...(await knownOf(ctx, choice.person)), choice.address])
  if (password === current) reasons.push({ code: 'same' })
  if (reasons.length > 0) throw new Refusal('password-refused', 400, { reasons })
  const row = await perform(ctx, actor, passwordChange, {
    account,
    ...(choice.person ? { person: choice.person } : {}),
    chosen: password,
    detail: link === undefined ? {} : { link },
    within: async tx => {
      if (choice.person) await stopWhenPaused(tx, choice.person)
      await choice.within(tx)
      return undefined
    },
  })
  if (row.problem === 'password-refused')
    throw new Refusal('password-refused', 400, { reasons: [{ code: 'directory' }] })
  if (row.state !== 'done') throw new Refusal('not-available', 503, { folio: row.folio }, 60)
}

/** What others know of her. */
async function knownOf(ctx: Context, personId: string | null): Promise<string[]> {
  if (!personId) return []
  const [holder] = await ctx.db.select().from(person).where(eq(person.id, personId))
  const identifiers = await ctx.db
    .select({ value: personIdentifier.value })
    .from(personIdentifier)
    .where(eq(personIdentifier.personId, personId))
  const names = holder ? [holder.given, holder.surname1, holder.surname2] : []
  return [...names, ...identifiers.map(({ value }) => value)]
}
