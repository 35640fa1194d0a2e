import { and, desc, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { account, address, holding, movement as movementTable } from '../db/schema.ts'
import { type Actor, type MovementRow, movement, type Running } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { Setback } from '../movements/set-back.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { newToken } from '../token.ts'
import { markForeign, reserveAddress, reserveExactly } from './addresses.ts'
import { credentialLetter, linkLetter, noteIssue, noteLink } from './credential.ts'
import { namingFacts } from './facts.ts'
import type { NamingFacts } from './naming.ts'
import { temporaryPassword } from './password.ts'

/** An account for a person, in the directory of its kind, with a temporary password or a link to her alternate address. */
export const accountCreated = movement('account-creation', {
  detail: Type.Object({
    /** Post or enrolment that it stands on; a unit's account has none. */
    affiliation: Type.Optional(Type.Integer()),
    /** Of a unit: what the directory shows, and what its address is made of. */
    unit: Type.Optional(
      Type.Object({
        title: Type.String(),
        cct: Type.Optional(Type.String()),
        /** As staff wrote it: this address or none. */
        name: Type.Optional(Type.String()),
      }),
    ),
    /** Version of the policy of use that was accepted for it. */
    policy: Type.Optional(Type.String()),
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
    const entry = await provider.create({
      marker: account.id,
      kind: account.kind,
      address,
      ...holderOf(person, keys, detail.unit?.title),
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
  async readdress({ tx, running: { account, detail } }) {
    // What somebody wrote is this address or none: another one is for her to choose.
    if (detail.unit?.name) throw new Setback('address-is-foreign')
    await markForeign(tx, account.id)
    await reserveAddress(tx, account.id, detail, await factsOf(tx, detail))
  },
  async undo({ tx, account: made }) {
    await tx.delete(address).where(eq(address.accountId, made.id))
    await tx.update(holding).set({ to: now(), reason: 'undone' }).where(eq(holding.accountId, made.id))
    await tx.update(account).set({ state: 'closed', closedAt: now() }).where(eq(account.id, made.id))
  },
})

type Detail = Type.Static<typeof accountCreated.detail>

/** An account of a person shows her; one of a unit shows the unit, and nothing of who answers for it. */
function holderOf(
  person: Running<Detail>['person'],
  keys: Running<Detail>['keys'],
  title: string | undefined,
) {
  if (title !== undefined) return { displayName: title, given: '', surnames: '', keys: {} }
  const surnames = [person?.surname1, person?.surname2].filter(Boolean).join(' ')
  const displayName = [person?.given, surnames].filter(Boolean).join(' ')
  return { displayName, given: person?.given ?? '', surnames, keys }
}

/** What its address is made of. */
export const factsOf = async (
  tx: Db,
  { affiliation, unit }: Pick<Detail, 'affiliation' | 'unit'>,
): Promise<NamingFacts> =>
  affiliation === undefined
    ? { given: '', surname1: '', surname2: '', ...(unit?.cct ? { cct: unit.cct } : {}) }
    : namingFacts(tx, affiliation)

interface Ask extends Pick<Intent<unknown>, 'visit' | 'oficio' | 'reason' | 'chosen' | 'beside'> {
  /** Whose it is, or who answers for it. */
  person: string
  kind: string
  affiliation?: number
  unit?: NonNullable<Detail['unit']>
  policy?: string
  /** The caller's last checks, under the lock of the person. */
  within?(tx: Db): Promise<void>
}

/**
 * Creates an account, of a person or of a unit. Refusals: `in-progress` where she has one of the kind, `unit-has-account`,
 * `address-taken` of a name that was written; what the caller's checks throw.
 */
export async function createAccount(
  ctx: Context,
  actor: Actor,
  { kind, affiliation, unit, policy, within, ...ask }: Ask,
): Promise<MovementRow> {
  const rule = ctx.institution.accounts.find(rule => rule.kind === kind)
  if (!rule) throw new Error(`no kind of account «${kind}»`)
  const { domain, quotaMb } = rule
  const detail = {
    ...(affiliation === undefined ? {} : { affiliation }),
    ...(unit ? { unit } : {}),
    ...(policy === undefined ? {} : { policy }),
    domain,
    address: [...rule.address],
    quotaMb: quotaMb ?? 0,
    byLink: ctx.institution.delivery === 'enlace',
  }
  const { person, oficio, reason } = ask
  const made = perform(ctx, actor, accountCreated, {
    ...ask,
    detail,
    within: async tx => {
      await within?.(tx)
      const made = await openAccount(tx, { kind, person, oficio, reason, ...(unit ? { unit } : {}) })
      await (unit?.name
        ? reserveExactly(tx, made, unit.name, domain)
        : reserveAddress(tx, made, rule, await factsOf(tx, detail)))
      return { account: made }
    },
  })
  return made.catch(async error => {
    if (violates(error, 'account_unit')) throw new Refusal('unit-has-account', 409)
    throw violates(error, 'holding_kind') ? await refusalWhenHeld(ctx, { kind, person: ask.person }) : error
  })
}

/** Somebody else made it at the same moment: her folio is the answer. */
async function refusalWhenHeld(ctx: Context, ask: Pick<Ask, 'person' | 'kind'>): Promise<Refusal> {
  const [last] = await ctx.db
    .select({ folio: movementTable.folio })
    .from(holding)
    .innerJoin(movementTable, eq(movementTable.accountId, holding.accountId))
    .where(and(eq(holding.personId, ask.person), eq(holding.kind, ask.kind), isNull(holding.to)))
    .orderBy(desc(movementTable.seq))
    .limit(1)
  return last ? new Refusal('in-progress', 409, { folio: last.folio }) : new Refusal('needs-review', 409)
}

type Opening = Pick<Ask, 'person' | 'kind' | 'unit'> & { [one in 'oficio' | 'reason']?: Ask[one] | undefined }

/** The account's row and its holder, before its address: a person holds one account of a kind, a unit has one. */
async function openAccount(tx: Db, { person, unit, kind, oficio, reason }: Opening): Promise<string> {
  const [made] = await tx
    .insert(account)
    .values({ kind, state: 'pending', unit: unit ? (unit.cct ?? unit.title) : '' })
    .returning({ id: account.id })
  if (!made) throw new Error('no account was written')
  const as = unit ? 'responsible' : 'holder'
  await tx.insert(holding).values({
    accountId: made.id,
    personId: person,
    as,
    kind,
    oficio: oficio ?? null,
    reason: reason ?? null,
  })
  return made.id
}
