import { candidateLogins } from '../accounts/naming.ts'
import type { AccountRule, Institution } from '../institution/institution.ts'
import { kindFor } from '../institution/kind-for.ts'
import type { Listed } from '../providers/provider.ts'
import { domainOf, type Key, localOf } from './entry-keys.ts'
import type { Known } from './known-people.ts'

export type Unkind = 'no-address' | 'other-domain' | 'several-kinds'

/** Which kind of account an entry of hers is: by its directory, its domain, her posts and what the entry carries. */
export function kindOfEntry(
  institution: Institution,
  provider: string,
  entry: Listed,
  matched: readonly Key[],
  her: Known,
): { rule: AccountRule } | { reason: Unkind } {
  if (!/^[^@\s]+@[^@\s]+$/.test(entry.address)) return { reason: 'no-address' }
  const domain = domainOf(entry.address)
  const legacy = institution.legacyDomains.includes(domain)
  const fitting = institution.accounts.filter(
    rule => rule.profile && rule.provider[0] === provider && (legacy || rule.domain === domain),
  )
  const entitled = new Set(her.affiliations.map(post => kindFor(institution, post)?.kind))
  const narrower: ((rule: AccountRule) => boolean)[] = [
    rule => entitled.has(rule.kind),
    rule => matched.some(({ kind }) => speaksFor[kind] === doorOf(rule)),
    rule => isNamedBy(rule, localOf(entry.address), her),
  ]
  let left = fitting
  for (const narrow of narrower) {
    if (left.length < 2) break
    const some = left.filter(narrow)
    if (some.length > 0) left = some
  }
  const [rule] = left
  if (!rule) return { reason: 'other-domain' }
  return left.length === 1 ? { rule } : { reason: 'several-kinds' }
}

const speaksFor: Partial<Record<Key['kind'], string>> = { curt: 'worker', controlNumber: 'student' }
const doorOf = ({ profile }: AccountRule) => (profile === 'worker' ? 'worker' : 'student')

/** Is this what the kind's templates make of her name, but for a number at the end? */
function isNamedBy(rule: AccountRule, local: string, her: Known): boolean {
  const { given, surname1, surname2 } = her
  const controlNumber = her.identifiers.find(({ kind }) => kind === 'controlNumber')?.value
  const names = candidateLogins(rule.address, {
    given,
    surname1,
    surname2,
    ...(controlNumber ? { controlNumber } : {}),
  })
  for (let n = 0; n <= rule.address.length; n++) {
    const { value } = names.next()
    if (value && (value === local || value === local.replace(/\d{1,4}$/, ''))) return true
  }
  return false
}
