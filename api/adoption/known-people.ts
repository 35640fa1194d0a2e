import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import {
  account,
  accountLink,
  address,
  affiliation,
  contact,
  holding,
  person,
  personIdentifier,
  proposal,
} from '../db/schema.ts'
import type { Institution } from '../institution/institution.ts'
import type { Listed } from '../providers/provider.ts'
import type { Affiliation } from '../roster/lookup.ts'
import { type Key, keysOf, keyText } from './entry-keys.ts'

/** What the padrón and our books know of somebody. */
export interface Known {
  id: string
  given: string
  surname1: string
  surname2: string
  identifiers: { kind: 'curp' | 'curt' | 'controlNumber'; value: string; current: boolean }[]
  /** Open ones. */
  affiliations: Affiliation[]
  /** Kinds of account that she holds. */
  kinds: Set<string>
}

/** Everything that decides whose entries are whose, gathered page by page. */
export interface Books {
  provider: string
  persons: Map<string, Known>
  /** By `keyText`: who has it now, and who had it before. */
  current: Map<string, Set<string>>
  former: Map<string, Set<string>>
  /** By external id: whose account it is already. */
  linked: Map<string, { person: string; kind: string }>
  /** Ids of our accounts that entries carry. */
  ours: Set<string>
  /** Addresses that belong to another account, or rest. */
  taken: Set<string>
  /** By `${externalId} ${person}`: staff said no. */
  rejected: Set<string>
}

export const openBooks = (provider: string): Books => ({
  provider,
  persons: new Map(),
  current: new Map(),
  former: new Map(),
  linked: new Map(),
  ours: new Set(),
  taken: new Set(),
  rejected: new Set(),
})

const put = (map: Map<string, Set<string>>, key: string, id: string) =>
  void map.set(key, (map.get(key) ?? new Set()).add(id))
const nobody = '00000000-0000-0000-0000-000000000000'
const isUuid = (text: string) => /^[0-9a-f-]{36}$/.test(text)

/** Adds what must be known to judge these entries. */
export async function learn(
  db: Db,
  institution: Institution,
  books: Books,
  entries: readonly Listed[],
): Promise<void> {
  await learnKeys(
    db,
    books,
    entries.flatMap(entry => keysOf(institution, entry)),
  )
  await learnLinks(db, books, entries)
  await learnAddresses(db, books, entries)
  const meant = [...books.current.values(), ...books.former.values()].flatMap(ids => [...ids])
  await learnPeople(db, books, [...meant, ...[...books.linked.values()].map(({ person }) => person)])
}

async function learnKeys(db: Db, books: Books, keys: readonly Key[]): Promise<void> {
  const isNew = (key: Key) => !books.current.has(keyText(key)) && !books.former.has(keyText(key))
  const values = keys.filter(isNew).flatMap(({ kind, value }) => (kind === 'mail' ? [] : [value]))
  const wanted = new Set(keys.map(keyText))
  if (values.length > 0) {
    const kinds = inArray(personIdentifier.kind, ['curp', 'curt', 'controlNumber'])
    const held = await db
      .select()
      .from(personIdentifier)
      .where(and(kinds, inArray(personIdentifier.value, values)))
    for (const { kind, value, personId, to } of held)
      if (wanted.has(keyText({ kind, value })))
        put(to === null ? books.current : books.former, keyText({ kind, value }), personId)
  }
  const mails = keys.filter(isNew).flatMap(({ kind, value }) => (kind === 'mail' ? [value] : []))
  if (mails.length === 0) return
  const lower = sql<string>`lower(${contact.address})`
  const reached = await db
    .select({ value: lower, personId: contact.personId })
    .from(contact)
    .where(and(inArray(lower, mails), isNull(contact.to)))
  for (const { value, personId } of reached)
    if (personId) put(books.current, keyText({ kind: 'mail', value }), personId)
}

async function learnLinks(db: Db, books: Books, entries: readonly Listed[]): Promise<void> {
  const ids = entries.map(({ externalId }) => externalId)
  const inProvider = eq(accountLink.provider, books.provider)
  const links = await db
    .select({ externalId: accountLink.externalId, kind: account.kind, person: holding.personId })
    .from(accountLink)
    .innerJoin(account, eq(account.id, accountLink.accountId))
    .leftJoin(holding, and(eq(holding.accountId, account.id), isNull(holding.to)))
    .where(and(inProvider, inArray(accountLink.externalId, ids)))
  for (const { externalId, kind, person } of links)
    books.linked.set(externalId, { person: person ?? nobody, kind })
  const markers = entries.flatMap(({ marker }) => (marker && isUuid(marker) ? [marker] : []))
  if (markers.length > 0)
    for (const { id } of await db
      .select({ id: account.id })
      .from(account)
      .where(inArray(account.id, markers)))
      books.ours.add(id)
  const decided = await db
    .select()
    .from(proposal)
    .where(
      and(
        eq(proposal.provider, books.provider),
        inArray(proposal.externalId, ids),
        eq(proposal.state, 'rejected'),
      ),
    )
  for (const { externalId, personId } of decided) books.rejected.add(`${externalId} ${personId}`)
}

async function learnAddresses(db: Db, books: Books, entries: readonly Listed[]): Promise<void> {
  const asked = entries.map(entry => entry.address).filter(one => one !== '')
  if (asked.length === 0) return
  const locals = asked.map(one => one.slice(0, one.lastIndexOf('@')))
  const rows = await db.select().from(address).where(inArray(address.local, locals))
  for (const { local, domain, role } of rows) if (role !== 'foreign') books.taken.add(`${local}@${domain}`)
}

/** Adds those of these people that are not known yet. */
export async function learnPeople(db: Db, books: Books, people: readonly string[]): Promise<void> {
  const ids = [...new Set(people)].filter(id => id !== nobody && !books.persons.has(id))
  for (let from = 0; from < ids.length; from += 1000) await learnSome(db, books, ids.slice(from, from + 1000))
}

async function learnSome(db: Db, { persons }: Books, ids: readonly string[]): Promise<void> {
  for (const { id, given, surname1, surname2 } of await db
    .select()
    .from(person)
    .where(inArray(person.id, [...ids])))
    persons.set(id, { id, given, surname1, surname2, identifiers: [], affiliations: [], kinds: new Set() })
  const identifiers = await db
    .select()
    .from(personIdentifier)
    .where(inArray(personIdentifier.personId, [...ids]))
    .orderBy(personIdentifier.id)
  for (const { personId, kind, value, to } of identifiers)
    persons.get(personId)?.identifiers.push({ kind, value, current: to === null })
  const posts = await db
    .select()
    .from(affiliation)
    .where(and(inArray(affiliation.personId, [...ids]), isNull(affiliation.to)))
    .orderBy(affiliation.id)
  for (const post of posts) persons.get(post.personId)?.affiliations.push(post)
  const held = await db
    .select()
    .from(holding)
    .where(and(inArray(holding.personId, [...ids]), eq(holding.as, 'holder'), isNull(holding.to)))
  for (const { personId, kind } of held) persons.get(personId)?.kinds.add(kind)
}
