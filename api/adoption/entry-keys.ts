import { plain } from '../accounts/naming.ts'
import type { Institution } from '../institution/institution.ts'
import type { KeyKind, Listed } from '../providers/provider.ts'
import { cctProblem } from '../roster/cct.ts'

export interface Key {
  kind: KeyKind
  value: string
}

export const keyText = ({ kind, value }: Key) => `${kind} ${value}`

const curpShape = /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d$/

/** What of an entry can be a key at all: «SIN CURP» or a telephone number in that attribute is none. */
export function keysOf({ fields }: Pick<Institution, 'fields'>, entry: Listed): Key[] {
  const shapes: Record<KeyKind, RegExp> = {
    curp: curpShape,
    curt: fields.curt?.regexp ?? /^[A-Z0-9]{4,20}$/,
    controlNumber: fields.controlNumber?.regexp ?? /^[A-Z]?\d{8}$/,
    mail: /^[^@\s]+@[^@\s]+$/,
  }
  return (Object.keys(shapes) as KeyKind[]).flatMap(kind =>
    [...new Set(entry.keys[kind] ?? [])]
      .filter(value => shapes[kind].test(value))
      .map(value => ({ kind, value })),
  )
}

const particles = new Set(['del', 'las', 'los', 'van', 'von'])

/** The parts of a name that tell something, without accents and case. */
const nameParts = (name: string): string[] =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .map(plain)
    .filter(part => part.length > 2 && !particles.has(part))

/** Does the entry's name share a part with hers? Undefined where the directory says none. */
export function sharesName(entryName: string, hers: string): boolean | undefined {
  const parts = nameParts(entryName)
  if (parts.length === 0) return undefined
  const known = new Set(nameParts(hers))
  return parts.some(part => known.has(part))
}

/** The same name, however it is written and in whatever order. */
export const nameKey = (name: string): string => nameParts(name).sort().join(' ')

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
export const localOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf('@')))

/** A mailbox that is named like a work centre is the centre's, whoever's keys stand in it. */
export const isCentres = ({ address }: Listed): boolean => {
  const local = localOf(address).toUpperCase()
  return local !== '' && cctProblem(local) !== 'format'
}
