import { and, eq, isNull } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { account, holding } from '../db/schema.ts'
import { type Actor, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { Refusal } from '../refusal.ts'
import { drawn, typedSymbols } from '../token.ts'
import { keepLink, linkOf } from './links.ts'

/** Twelve places are 60 bits. */
const newKey = (): string => drawn(typedSymbols, 12)

/** `K7WQ 4TXM 9RBH` */
const inGroups = (key: string): string => key.replace(/.{4}(?=.)/g, '$& ')

/** A key on paper: what a link in a mail does, for who has no mailbox to read. Taken up again it is one that nobody knows. */
export const activationKeyIssued = movement('activation-key-issue', {
  detail: Type.Object({}),
  secret: 'temporary',
  newSecret: newKey,
  term: () => 'activationKey',
  notice: false,
  apply: async () => ({ outcome: 'unchanged' }),
  settle: work => keepLink(work, 'activation'),
})

interface Ask {
  account: string
  oficio?: unknown
  reason?: string
}

/** Told this once, for the slip that is handed over. */
interface Issued {
  /** In three groups of four. */
  key: string
  expiresAt: Date
  folio: string
}

/**
 * A key for the holder of an open account, in place of every link and key of before. Refusals: `not-found`,
 * `account-blocked`, `in-progress`, `not-available`.
 */
export async function issueActivationKey(ctx: Context, actor: Actor, ask: Ask): Promise<Issued> {
  const person = await holderOf(ctx.db, ask.account)
  const key = newKey()
  const row = await perform(ctx, actor, activationKeyIssued, {
    ...ask,
    person,
    chosen: key,
    detail: {},
    within: tx => stopUnlessHers(tx, ask.account, person),
  })
  if (row.state !== 'done') throw new Refusal('not-available', 503, { folio: row.folio }, 60)
  const { expiresAt } = await linkOf(ctx, ctx.db, key)
  return { key: inGroups(key), expiresAt: new Date(expiresAt), folio: row.folio }
}

async function holderOf(db: Db, id: string): Promise<string> {
  const [held] = await db
    .select({ person: holding.personId })
    .from(holding)
    .where(and(eq(holding.accountId, id), isNull(holding.to)))
  if (!held) throw new Refusal('not-found', 404)
  return held.person
}

async function stopUnlessHers(tx: Db, id: string, person: string): Promise<undefined> {
  const [open] = await tx
    .select({ state: account.state })
    .from(account)
    .where(eq(account.id, id))
    .for('update')
  if (open?.state === 'blocked') throw new Refusal('account-blocked', 409)
  if (open?.state !== 'active' || (await holderOf(tx, id)) !== person) throw new Refusal('not-found', 404)
}
