import type { Institution } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'
import { isRole, type Role } from '../roles.ts'

const CCT = /^\d{2}[A-Z]{3}\d{4}[A-Z]$/
const wrong = (name: string, code: string) => new Refusal('malformed', 400, { fields: [{ name, code }] })

/** Each role once, in the order given. Throws `malformed`. */
export function knownRoles(given: readonly string[]): Role[] {
  const known = given.filter(isRole)
  if (known.length !== given.length || known.length === 0) throw wrong('roles', 'unknown')
  return [...new Set(known)]
}

/** One spelling of a unit: `level:Primaria`, `municipality:Colima`, `domain:…`, `centre:06DPR0104X`; a bare CCT is a centre. */
function unitOf(institution: Institution, text: string): string {
  const plain = text.trim().replace(/\s+/g, ' ')
  const bare = plain.toUpperCase()
  if (CCT.test(bare)) return `centre:${bare}`
  const at = plain.indexOf(':')
  const [kind, value] = [plain.slice(0, at), plain.slice(at + 1).trim()]
  if (kind === 'centre' && CCT.test(value.toUpperCase())) return `centre:${value.toUpperCase()}`
  if (kind === 'domain' && institution.domains.includes(value.toLowerCase()))
    return `domain:${value.toLowerCase()}`
  if ((kind === 'level' || kind === 'municipality') && value !== '' && value.length <= 120)
    return `${kind}:${value}`
  throw wrong('units', 'unknown')
}

/** Throws `malformed`. Who vouches for a centre vouches for one that is named. */
export function knownUnits(
  institution: Institution,
  given: readonly string[],
  roles: readonly Role[],
): string[] {
  const units = [...new Set(given.map(text => unitOf(institution, text)))]
  if (roles.includes('director') && !units.some(unit => unit.startsWith('centre:')))
    throw wrong('units', 'centre-missing')
  return units
}
