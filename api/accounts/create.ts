import { and, desc, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { type Db, violates } from '../db/open.ts'
import { account, address, holding, movement as movementTable } from '../db/schema.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { newToken } from '../token.ts'
import { markForeign, reserveAddress } from './addresses.ts'
import { credentialLetter, linkLetter, noteIssue, noteLink } from './credential.ts'
import { namingFacts } from './facts.ts'
import { temporaryPassword } from './password.ts'

/** An account for a person, in the directory of its kind, with a temporary password or a link to her alternate address. */
export const accountCreated = movement('account-creation', {
  detail: Type.Object({
    affiliation: Type.Integer(),
    domain: Type.String(),
    address: Type.Array(Type.String()),
    quotaMb: Type.Integer(),
    /** Nobody can sign in until she has chosen her password by a link. */
    byLink: Type.Optional(Type.Boolean()),
  }),
  secret: 'temporary',
  newSecret: ({ byLink }) => (byLink ? newToken() : temporaryPassword()),
  term: ({ byLink }) => (byLink ? 'link' : 'temporaryPassword'),
  notice: false,
  follows: true,
  async apply({ provider, account, address, person, keys, secret, until, fence, detail, link }) {
    const surnames = [person?.surname1, person?.surname2].filter(Boolean).join(' ')
    const entry = await provider.create({
      marker: account.id,
      kind: account.kind,
      address,
      displayName: [person?.given, surnames].filter(Boolean).join(' '),
      given: person?.given ?? '',
      surnames,
      keys,
      quotaMb: detail.quotaMb,
      ...(detail.byLink ? { password: null, until: null } : { password: secret, until }),
      fence,
    })
    return {
      outcome: link ? 'repeated' : 'created',
      link: { externalId: entry.externalId, seenAs: entry.seenAs },
    }
  },
  async settle(work) {
    await work.tx.update(account).set({ state: 'active' }).where(eq(account.id, work.account.id))
    await (work.detail.byLink ? noteLink(work) : noteIssue(work))
  },
  letter: work => (work.detail.byLink ? linkLetter('create', work) : credentialLetter('create', work)),
  async readdress({ tx, running }) {
    await markForeign(tx, running.account.id)
    await reserveAddress(
      tx,
      running.account.id,
      running.detail,
      await namingFacts(tx, running.detail.affiliation),
    )
  },
  async undo({ tx, account: made }) {
    await tx.delete(address).where(eq(address.accountId, made.id))
    await tx.update(holding).set({ to: now(), reason: 'undone' }).where(eq(holding.accountId, made.id))
    await tx.update(account).set({ state: 'closed', closedAt: now() }).where(eq(account.id, made.id))
  },
})

interface Ask {
  person: string
  kind: string
  affiliation: number
  visit?: string
  /** The caller's last checks, under the lock of the person. */
  within?(tx: Db): Promise<void>
}

/** Creates a person's account. Refusals: `in-progress` where she has one of the kind; what the caller's checks throw. */
export async function createAccount(ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> {
  const rule = ctx.institution.accounts.find(rule => rule.kind === ask.kind)
  if (!rule) throw new Error(`no kind of account «${ask.kind}»`)
  const { domain, quotaMb } = rule
  const detail = {
    affiliation: ask.affiliation,
    domain,
    address: [...rule.address],
    quotaMb: quotaMb ?? 0,
    byLink: ctx.institution.delivery === 'enlace',
  }
  const made = perform(ctx, actor, accountCreated, {
    person: ask.person,
    ...(ask.visit ? { visit: ask.visit } : {}),
    detail,
    within: async tx => {
      await ask.within?.(tx)
      const made = await openAccount(tx, ask)
      await reserveAddress(tx, made, rule, await namingFacts(tx, ask.affiliation))
      return { account: made }
    },
  })
  return made.catch(async error => {
    throw violates(error, 'holding_kind') ? await refusalWhenHeld(ctx, ask) : error
  })
}

/** Somebody else made it at the same moment: her folio is the answer. */
async function refusalWhenHeld(ctx: Context, ask: Ask): Promise<Refusal> {
  const [last] = await ctx.db
    .select({ folio: movementTable.folio })
    .from(holding)
    .innerJoin(movementTable, eq(movementTable.accountId, holding.accountId))
    .where(and(eq(holding.personId, ask.person), eq(holding.kind, ask.kind), isNull(holding.to)))
    .orderBy(desc(movementTable.seq))
    .limit(1)
  return last ? new Refusal('in-progress', 409, { folio: last.folio }) : new Refusal('needs-review', 409)
}

/** The account's row and its holder, before its address: a person holds one account of a kind. */
async function openAccount(tx: Db, ask: Ask): Promise<string> {
  const [made] = await tx
    .insert(account)
    .values({ kind: ask.kind, state: 'pending' })
    .returning({ id: account.id })
  if (!made) throw new Error('no account was written')
  await tx.insert(holding).values({ accountId: made.id, personId: ask.person, as: 'holder', kind: ask.kind })
  return made.id
}
