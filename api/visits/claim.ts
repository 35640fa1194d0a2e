import type { Institution } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'
import { canonical, curpProblem } from '../roster/curp.ts'
import type { Claim } from '../roster/lookup.ts'

interface FieldError {
  name: string
  code: string
}

/**
 * The claim in canonical form. Shape and check digit are public rules and get their own `malformed` with the fields;
 * what is only unknown is not told here.
 */
export function canonicalClaim(
  institution: Institution,
  profile: string,
  said: Record<string, string>,
): Claim {
  const fields = institution.profiles[profile]?.claim
  if (!fields) throw new Refusal('malformed', 400, { fields: [{ name: 'profile', code: 'unknown' }] })
  const errors: FieldError[] = Object.keys(said)
    .filter(name => !fields.includes(name))
    .map(name => ({ name, code: 'unknown' }))
  const claim: Record<string, string> = {}
  for (const name of fields) {
    const value = canonical(said[name] ?? '')
    const code = problemOf(institution, name, value)
    if (code) errors.push({ name, code })
    claim[name] = value
  }
  if (errors.length > 0) throw new Refusal('malformed', 400, { fields: errors })
  return claim
}

function problemOf(institution: Institution, name: string, value: string): string | undefined {
  if (value === '') return 'required'
  if (name === 'curp') return curpProblem(value, { allowSexX: institution.sexX })?.code
  return institution.fields[name]?.regexp.test(value) ? undefined : 'shape'
}

/** The values that stand for the person: printed on lists, so they name her; a key that only proves does not. */
export const namesOf = (claim: Claim): string[] =>
  ['curp', 'controlNumber'].flatMap(kind => (claim[kind] ? [`${kind} ${claim[kind]}`] : []))
