import type { Institution } from '../institution/institution.ts'
import type { Listed } from '../providers/provider.ts'
import { isCentres, type Key, keysOf, keyText, sharesName } from './entry-keys.ts'
import { kindOfEntry } from './entry-kind.ts'
import type { Books, Known } from './known-people.ts'
import { ambiguous, foreign, type Verdict } from './verdict.ts'

const union = (sets: readonly ReadonlySet<string>[]) => [...new Set(sets.flatMap(set => [...set]))]
const inAll = (sets: readonly ReadonlySet<string>[]) =>
  union(sets).filter(id => sets.every(set => set.has(id)))

/** What an entry says by itself, before others are looked at. */
export function claimOf(institution: Institution, books: Books, entry: Listed): Verdict {
  const keys = keysOf(institution, entry)
  const strong = keys.filter(({ kind }) => kind !== 'mail')
  const who = (key: Key) => books.current.get(keyText(key)) ?? new Set<string>()
  const telling = strong.filter(key => who(key).size > 0)
  const named = telling.map(who)
  const link = books.linked.get(entry.externalId)
  if (link || (entry.marker && books.ours.has(entry.marker)))
    return { class: 'already', entry, persons: union([new Set(link ? [link.person] : []), ...named]) }
  if (isCentres(entry)) return foreign(entry)
  const ask = { institution, books, entry, strong }
  if (telling.length === 0) return byWeakKey(ask, inAll(keys.filter(({ kind }) => kind === 'mail').map(who)))
  const [person, another] = inAll(named)
  if (person === undefined || another !== undefined) return ambiguous(entry, union(named), 'two-persons')
  const her = books.persons.get(person)
  if (!her || strong.some(key => contradicts(key, her))) return ambiguous(entry, [person], 'keys-disagree')
  return claimOn(ask, her, telling)
}

interface Ask {
  institution: Institution
  books: Books
  entry: Listed
  /** Every key of the entry but addresses. */
  strong: readonly Key[]
}

/** A key that is hers alone. Who shares no part of her name may hold it for her: a mailbox of an office, a typing slip. */
function claimOn({ institution, books, entry }: Ask, her: Known, telling: readonly Key[]): Verdict {
  const evidence = [...new Set(telling.map(({ kind }) => kind))].join('+')
  if (sharesName(entry.name, nameOf(her)) === false)
    return propose(books, entry, [her.id], `${evidence}, other name`)
  const found = kindOfEntry(institution, books.provider, entry, telling, her)
  if ('reason' in found) return ambiguous(entry, [her.id], found.reason)
  return { class: 'linked', entry, persons: [her.id], person: her.id, kind: found.rule.kind, evidence }
}

/**
 * None of its CURPs and keys is anybody's now. An alternate address is a family's now and then: it links with the name
 * alone; a key that was corrected may have been somebody else's all the time.
 */
function byWeakKey(ask: Ask, reached: readonly string[]): Verdict {
  const { books, entry, strong } = ask
  const people = reached.flatMap(id => books.persons.get(id) ?? [])
  const fitting = people.filter(her => !strong.some(key => contradicts(key, her)))
  const [her, another] = fitting
  if (her && !another && sharesName(entry.name, nameOf(her)))
    return claimOn(ask, her, [{ kind: 'mail', value: '' }])
  if (her)
    return propose(
      books,
      entry,
      fitting.map(one => one.id),
      'mail',
    )
  const had = strong.filter(key => books.former.has(keyText(key)))
  const before = union(had.map(key => books.former.get(keyText(key)) ?? new Set<string>()))
  return propose(books, entry, before, `former ${had[0]?.kind ?? ''}`)
}

const nameOf = ({ given, surname1, surname2 }: Known) => `${given} ${surname1} ${surname2}`

/** A key of a kind that she has, with a value that was never hers. */
function contradicts({ kind, value }: Key, her: Known): boolean {
  const hers = her.identifiers.filter(one => one.kind === kind)
  return hers.length > 0 && hers.every(one => one.value !== value)
}

/** Staff's no stands. */
export function propose(books: Books, entry: Listed, persons: readonly string[], evidence: string): Verdict {
  const open = persons.filter(id => !books.rejected.has(`${entry.externalId} ${id}`))
  return open.length === 0 ? foreign(entry) : { class: 'proposed', entry, persons: open, evidence }
}
