/** Templates of the local part of an address: `{given}.{surname1}`. */

/** What can stand between braces, and for which accounts. */
const PLACEHOLDERS = {
  person: ['given', 'surname1', 'surname2'],
  student: ['controlNumber'],
  centre: ['cct'],
  unit: ['name'],
} as const

const HOLE = /\{([^{}]*)\}/g
const LOCAL = /^[a-z0-9]+([._-][a-z0-9]+)*$/
/** Room that has to be left for what fills the holes; a local part has 64 characters. */
const LITERALS = 32

/** Names between braces, in order. */
const holes = (template: string) => [...template.matchAll(HOLE)].map(found => found[1] as string)

/** Why the template cannot give addresses to an account of this profile or unit; undefined where it can. */
export function templateProblem(
  template: string,
  profile: string | undefined,
  unit: string | undefined,
): string | undefined {
  const known = placeholdersFor(profile, unit)
  const foreign = holes(template).find(hole => !known.includes(hole))
  if (foreign !== undefined)
    return `no existe {${foreign}} para esta cuenta; hay: ${known.map(name => `{${name}}`).join(' ')}`
  if (template.includes('@')) return 'va sin dominio'
  if (holes(template).length === 0) return 'daría la misma dirección a todas las cuentas'
  const literal = template.replaceAll(HOLE, '')
  if (literal.length > LITERALS || !LOCAL.test(template.replaceAll(HOLE, 'a'))) {
    return 'no da una parte local válida: minúsculas sin acento, cifras, y . _ - sueltos y nunca en un extremo'
  }
  return undefined
}

function placeholdersFor(profile: string | undefined, unit: string | undefined): readonly string[] {
  if (profile === undefined)
    return unit === 'centre' ? [...PLACEHOLDERS.centre, ...PLACEHOLDERS.unit] : PLACEHOLDERS.unit
  return profile === 'worker' ? PLACEHOLDERS.person : [...PLACEHOLDERS.person, ...PLACEHOLDERS.student]
}

/** Not everybody has a second surname: somebody would be left without an address. */
export const needsSecondSurname = (template: string) => holes(template).includes('surname2')
