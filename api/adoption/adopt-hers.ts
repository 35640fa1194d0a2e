import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contact, holding, proposal } from '../db/schema.ts'
import type { AccountRule } from '../institution/institution.ts'
import type { Actor } from '../movements/movement.ts'
import type { KeyKind, Listed, ProviderReader, StrongKeys } from '../providers/provider.ts'
import { type Key, keysOf, keyText } from './entry-keys.ts'
import { judge } from './judge-entries.ts'
import { type Books, learn, learnPeople, openBooks } from './known-people.ts'
import { type Adopted, keepProposals, linkEntries } from './link-entries.ts'
import type { Verdict } from './verdict.ts'

/** What the directories hold of somebody without our having known it. */
export interface Elsewhere {
  held: Adopted[]
  /** Directories in which only a person can say what is hers: nothing is made for her there. */
  inReview: ReadonlySet<string>
  /** Somebody was faster with one of her entries: what was known of her is old. */
  overtaken?: boolean
}

/**
 * Before an account of these kinds is made for her, their directories are looked through for entries that carry her keys.
 * What is hers beyond doubt is adopted at once; the rest is left to staff.
 */
export async function adoptHers(
  ctx: Context,
  actor: Actor,
  personId: string,
  kinds: readonly AccountRule[],
): Promise<Elsewhere> {
  // The embedded directory holds nothing but what was made here.
  const lacking = kinds.filter(
    ({ provider: [first = ''] }) => ctx.institution.providers[first]?.type !== 'sql',
  )
  const held: Adopted[] = []
  const inReview = new Set<string>()
  for (const provider of new Set(lacking.flatMap(rule => rule.provider.slice(0, 1)))) {
    const reader = ctx.providers.get(provider)
    const verdicts = reader ? await judgeHers(ctx, provider, reader, personId) : []
    const hers = verdicts.filter(one => one.class === 'linked').filter(one => one.person === personId)
    const adopted = hers.length > 0 ? await linkEntries(ctx.db, actor, provider, hers) : undefined
    if (hers.length > 0 && !adopted) return { held, inReview, overtaken: true }
    held.push(...(adopted?.values() ?? []))
    await keepProposals(ctx.db, provider, verdicts)
    const doubt = verdicts.some(one => isDoubt(one) && one.persons.includes(personId))
    if (doubt || (await isProposed(ctx.db, personId, provider))) inReview.add(provider)
  }
  const due = lacking.filter(({ kind }) => !held.some(one => one.kind === kind))
  return { held, inReview, overtaken: await hasNow(ctx.db, personId, due) }
}

/** Was one of these made or adopted while we looked? */
async function hasNow(db: Db, personId: string, kinds: readonly AccountRule[]): Promise<boolean> {
  if (kinds.length === 0) return false
  const named = kinds.map(({ kind }) => kind)
  const hers = and(eq(holding.personId, personId), eq(holding.as, 'holder'), isNull(holding.to))
  const has = await db
    .select({ id: holding.id })
    .from(holding)
    .where(and(hers, inArray(holding.kind, named)))
  return has.length > 0
}

export const isDoubt = ({ class: is }: Verdict) => is === 'ambiguous' || is === 'proposed'

/** Does staff still have to say whether an entry there is hers? */
export async function isProposed(db: Db, personId: string, provider: string): Promise<boolean> {
  const [open] = await db
    .select({ id: proposal.id })
    .from(proposal)
    .where(and(eq(proposal.personId, personId), eq(proposal.provider, provider), eq(proposal.state, 'open')))
    .limit(1)
  return open !== undefined
}

async function judgeHers(ctx: Context, provider: string, reader: ProviderReader, personId: string) {
  const books = openBooks(provider)
  await learnPeople(ctx.db, books, [personId])
  const found = new Map<string, Listed>()
  const asked = new Set<string>()
  let keys = await hersKeys(ctx.db, books, personId)
  // Who else carries a key of what was found competes for it.
  for (let round = 0; round < 2 && keys.length > 0; round++) {
    for (const key of keys) asked.add(keyText(key))
    for (const entry of await findAll(reader, keys)) found.set(entry.externalId, entry)
    keys = [...found.values()]
      .flatMap(entry => keysOf(ctx.institution, entry))
      .filter(key => !asked.has(keyText(key)))
  }
  if (found.size === 0) return []
  const entries = [...found.values()]
  await learn(ctx.db, ctx.institution, books, entries)
  return judge(ctx.institution, books, entries)
}

async function hersKeys(db: Db, { persons }: Books, personId: string): Promise<Key[]> {
  const mails = await db
    .select({ value: contact.address })
    .from(contact)
    .where(and(eq(contact.personId, personId), isNull(contact.to)))
  return [
    ...(persons.get(personId)?.identifiers ?? []),
    ...mails.map(({ value }) => ({ kind: 'mail' as const, value: value.toLowerCase() })),
  ]
}

/** One question asks for one value of each kind; who has two of a kind is asked for twice. */
async function findAll(reader: ProviderReader, keys: readonly Key[]): Promise<Listed[]> {
  const byKind = new Map<KeyKind, string[]>()
  for (const { kind, value } of keys) byKind.set(kind, [...(byKind.get(kind) ?? []), value])
  const rounds = Math.max(...[...byKind.values()].map(values => values.length))
  const found: Listed[] = []
  for (let n = 0; n < rounds; n++) {
    const ask = [...byKind].flatMap(([kind, values]) => (values[n] === undefined ? [] : [[kind, values[n]]]))
    found.push(...(await reader.find(Object.fromEntries(ask) as StrongKeys)))
  }
  return found
}
