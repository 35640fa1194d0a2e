import type { Institution } from '../institution/institution.ts'
import type { Listed } from '../providers/provider.ts'
import { claimOf, propose } from './claim-of.ts'
import { isCentres, nameKey } from './entry-keys.ts'
import { kindOfEntry } from './entry-kind.ts'
import type { Books } from './known-people.ts'
import { ambiguous, type Doubt, foreign, type Linkable, type Verdict } from './verdict.ts'

/** Whose is each of these entries? All that may compete for one person must be among them. */
export function judge(institution: Institution, books: Books, entries: readonly Listed[]): Verdict[] {
  const claims = entries.map(entry => claimOf(institution, books, entry))
  const byPerson = new Map<string, Verdict[]>()
  for (const claim of claims) {
    if (claim.class === 'proposed') continue
    for (const id of claim.persons) byPerson.set(id, [...(byPerson.get(id) ?? []), claim])
  }
  const addresses = new Map<string, number>()
  for (const { address } of entries) addresses.set(address, (addresses.get(address) ?? 0) + 1)
  const judged = claims.map(claim => {
    if (claim.class !== 'linked') return claim
    const repeated = (addresses.get(claim.entry.address) ?? 0) > 1
    const reason = doubtOf(claim, byPerson.get(claim.person) ?? [], books, repeated)
    return reason ? ambiguous(claim.entry, claim.persons, reason) : claim
  })
  return openOnly(institution, books, judged)
}

/** Two entries of hers are fine where they are of two kinds; else nobody but a person can tell them apart. */
function doubtOf(
  { entry, kind, person }: Linkable,
  rivals: readonly Verdict[],
  books: Books,
  repeated: boolean,
): Doubt | undefined {
  if (books.persons.get(person)?.kinds.has(kind)) return 'has-account'
  const isApart = (rival: Verdict) => {
    if (rival.entry === entry) return true
    if (rival.class === 'linked') return rival.kind !== kind
    const link = books.linked.get(rival.entry.externalId)
    return link !== undefined && link.person === person && link.kind !== kind
  }
  if (!rivals.every(isApart)) return 'several-entries'
  if (repeated) return 'address-repeated'
  return books.taken.has(entry.address) ? 'address-taken' : undefined
}

/** Weak evidence is heard only for an account that she neither has nor gets by a strong key. */
function openOnly(institution: Institution, books: Books, verdicts: readonly Verdict[]): Verdict[] {
  const gets = new Set(verdicts.flatMap(one => (one.class === 'linked' ? [`${one.person} ${one.kind}`] : [])))
  return verdicts.map(verdict => {
    if (verdict.class !== 'proposed') return verdict
    const { entry } = verdict
    const persons = verdict.persons.filter(id => {
      const her = books.persons.get(id)
      const found = her && kindOfEntry(institution, books.provider, entry, [], her)
      const kind = found && 'rule' in found ? found.rule.kind : undefined
      return kind === undefined || !(her?.kinds.has(kind) || gets.has(`${id} ${kind}`))
    })
    return persons.length === 0 ? foreign(entry) : { ...verdict, persons }
  })
}

/** Those that no key explains, where name and centre are somebody's: `people` by `placeKey`, known to the books. */
export function proposeByName(
  institution: Institution,
  books: Books,
  verdicts: readonly Verdict[],
  people: ReadonlyMap<string, readonly string[]>,
): Verdict[] {
  const proposed = verdicts.map(verdict => {
    const alike = isUnexplained(verdict) ? people.get(placeOf(verdict.entry)) : undefined
    return alike ? propose(books, verdict.entry, alike, 'name+centre') : verdict
  })
  return openOnly(institution, books, proposed)
}

export const isUnexplained = ({ class: is, entry }: Verdict): boolean =>
  is === 'foreign' && entry.centre.trim() !== '' && nameKey(entry.name) !== '' && !isCentres(entry)

export const placeKey = (centre: string, name: string): string =>
  `${centre.trim().toUpperCase()} ${nameKey(name)}`
export const placeOf = ({ centre, name }: Listed): string => placeKey(centre, name)
