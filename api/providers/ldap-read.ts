import type { Filter } from 'ldapts'
import { type Noted, readMarker } from './ldap-marker.ts'
import { ownName } from './ldap-names.ts'
import type { Entry, Holder, KeyKind, Listed } from './provider.ts'

export type Raw = { dn: string } & Record<string, string | string[] | Buffer | Buffer[]>

/** An entry as it was found. */
export interface Seen {
  dn: string
  externalId: string
  address: string
  /** Somebody blocked it, we or another one. */
  blocked: boolean
  noted: Noted
  /** The values to be asserted; none where the entry was never ours. */
  states: string[]
  /** When its password was set; '' where the directory does not say. */
  changed: string
  /** When somebody last signed in, ISO 8601; '' likewise. */
  signedIn: string
  /** The marker can be written as the entry stands. */
  marked: boolean
  /** Our account that it was made for; undefined where somebody else made it. */
  made: string | undefined
}

/** How entries of one directory are found and read. */
export interface Reading<F extends Seen = Seen> {
  baseDn: string
  marker: string
  /** Auxiliary class that allows the marker; undefined where another class already does. */
  markerClass: string | undefined
  /** Attribute that holds each fact of an account. */
  attributes: Readonly<Record<string, string>>
  /** What is asked for of an entry; those of `binary` come as bytes. */
  asked: string[]
  binary: string[]
  /** Undefined where nobody can have this id. */
  byId(id: string): Filter | undefined
  /** All that could be an account. */
  everyone: Filter
  found(raw: Raw): F
  /** A time of this directory in ISO 8601; '' where it is none. */
  moment(text: string): string
}

/** `20261122190000Z`, with or without a fraction (RFC 4517, 3.3.13). */
export const generalizedTime = (text: string): string => {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ?? []
  return year ? `${year}-${month}-${day}T${hour}:${minute}:${second}Z` : ''
}

/** Values by attribute, however the directory spells its name. */
export function valuesOf(raw: Raw) {
  const byName = new Map(
    Object.entries(raw).map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)]),
  )
  return (name: string | undefined) => byName.get((name ?? '').toLowerCase()) ?? []
}

/** What every directory's entry says in the same way. */
export function seen({ marker, attributes }: Pick<Reading, 'marker' | 'attributes'>, raw: Raw) {
  const values = valuesOf(raw)
  return { dn: raw.dn, address: values(attributes.address)[0] ?? raw.dn, ...readMarker(values(marker)) }
}

export const entryOf = ({ externalId, address, blocked, noted }: Seen): Entry => ({
  externalId,
  seenAs: address,
  active: !blocked && !noted.closed,
  fence: noted.fence,
})

const keyKinds: readonly KeyKind[] = ['curp', 'curt', 'controlNumber', 'mail']

/** What else an account is recognised by. */
export const askedToList = ({ asked, attributes }: Reading): string[] => [
  ...asked,
  ...['name', 'centre', ...keyKinds].flatMap(fact => attributes[fact] ?? []),
]

/** An entry for adoption; its keys as they stand there, in upper case where they are no address. */
export function listed({ attributes, found, moment }: Reading, raw: Raw): Listed {
  const values = valuesOf(raw)
  const one = found(raw)
  const keys = keyKinds.flatMap(kind => {
    const held = values(attributes[kind]).map(value => value.trim())
    const written = held.map(value => (kind === 'mail' ? value.toLowerCase() : value.toUpperCase()))
    return attributes[kind] && held.length > 0 ? [[kind, written]] : []
  })
  return {
    ...entryOf(one),
    at: one.dn,
    address: (values(attributes.address)[0] ?? '').toLowerCase(),
    name: values(attributes.name)[0] ?? '',
    centre: values(attributes.centre)[0] ?? '',
    keys: Object.fromEntries(keys),
    marker: one.made,
    passwordAt: moment(one.changed),
  }
}

/** What of an entry says whose it is, anew. What also names the entry stays until it is renamed. */
export function described(
  attributes: Reading['attributes'],
  dn: string,
  holder: Holder,
): [string, string[]][] {
  const naming = ownName(dn).toLowerCase()
  const name = holder.displayName.trim()
  const facts: Record<string, string | undefined> = {
    name,
    given: holder.given,
    surnames: holder.surnames.trim() || name,
    curp: holder.keys.curp,
    curt: holder.keys.curt,
    controlNumber: holder.keys.controlNumber,
  }
  return Object.entries(facts).flatMap(([fact, value]): [string, string[]][] => {
    const attribute = attributes[fact]
    const names = naming.split('+').some(part => part.split('=')[0]?.trim() === attribute?.toLowerCase())
    return attribute && !names ? [[attribute, value?.trim() ? [value] : []]] : []
  })
}
