/** RFC 4514, each special character as its bytes: no reader takes one for a separator. */
export const escaped = (value: string): string =>
  value.replace(/^[ #]|[ ]$|["+,;<=>\\\0]/g, one => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** A unit is written from the base down, or whole. */
export function within(base: string, unit: string | undefined): string {
  if (unit === undefined) return base
  return unit.toLowerCase().endsWith(base.toLowerCase()) ? unit : `${unit},${base}`
}

const endOfFirst = (dn: string) => /^(?:\\.|[^\\,])*/s.exec(dn)?.[0].length ?? 0

/** What an entry is called among its neighbours: `cn=Ana`, `cn=Ana+uid=ana`. */
export const ownName = (dn: string): string => dn.slice(0, endOfFirst(dn))

export const parentOf = (dn: string): string => dn.slice(endOfFirst(dn) + 1)

/** The same entry under another parent. Escapes by character become escapes by bytes, which no reader misreads. */
export function movedTo(dn: string, parent: string): string {
  const name = ownName(dn).replace(
    /\\([ "#+,;<=>\\])/g,
    (_, one: string) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `${name},${parent}`
}
