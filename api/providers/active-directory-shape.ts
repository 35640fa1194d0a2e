import { AndFilter, EqualityFilter } from 'ldapts'
import type { ProviderSettings } from '../institution/institution.ts'
import { cut, principalName, tidied } from './active-directory-names.ts'
import { within } from './ldap-names.ts'
import { type Raw, type Reading, type Seen, seen, valuesOf } from './ldap-read.ts'
import type { Creation } from './provider.ts'

/** How entries look in this institution's domain. */
export interface DomainShape {
  baseDn: string
  /** The domain itself: an address may be taken anywhere in it. */
  domainDn: string
  upnSuffix: string | undefined
  marker: string
  attributes: Readonly<Record<string, string>>
  units: Readonly<Record<string, string>>
  groups: readonly string[]
  mustChange: boolean
  onClose: 'disable' | 'move' | 'delete'
  closedUnit: string | undefined
}

const attributes = { address: 'mail', name: 'displayName', given: 'givenName', surnames: 'sn' }

export function domainShapeOf(settings: ProviderSettings): DomainShape {
  const given = settings as unknown as Partial<DomainShape> & { baseDn: string }
  return {
    baseDn: given.baseDn,
    domainDn: /dc\s*=.*$/is.exec(given.baseDn)?.[0] ?? given.baseDn,
    upnSuffix: given.upnSuffix,
    // Several values, no property set that people may write of themselves, and no use in Windows, Exchange or Entra.
    marker: given.marker ?? 'houseIdentifier',
    attributes: { ...attributes, ...given.attributes },
    units: given.units ?? {},
    groups: given.groups ?? [],
    mustChange: given.mustChange ?? false,
    onClose: given.onClose ?? 'disable',
    closedUnit: given.closedUnit,
  }
}

/** Bits of userAccountControl. */
const disabled = 0x2
const newAccount = 0x200 | disabled

/** An entry of the domain as it was found. */
export interface Person extends Seen {
  /** userAccountControl. */
  control: number
  /** Disabled for no other reason than that it never had a password. */
  asleep: boolean
}

export const barred = ({ control }: Person) => String(control | disabled)
export const admitted = ({ control }: Person) => String(control & ~disabled)

/** objectGUID as everybody writes it: the first three groups stand in the entry from their last byte to the first. */
const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

export const guidText = (bytes: Buffer): string =>
  Buffer.from(order.map(at => bytes[at] ?? 0))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) return undefined
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.from(order.map(at => bytes[at] ?? 0))
}

/** Tenths of a microsecond since 1601; 0 is no time. */
const fileTime = (text: string): string =>
  /^[1-9]\d{16,17}$/.test(text) ? new Date(Number(text) / 10_000 - 11_644_473_600_000).toISOString() : ''

export function domainReadingOf(shape: DomainShape): Reading<Person> {
  const { baseDn, marker, attributes } = shape
  return {
    baseDn,
    marker,
    markerClass: undefined,
    attributes,
    asked: [
      'objectGUID',
      'userAccountControl',
      'pwdLastSet',
      'lastLogon',
      'lastLogonTimestamp',
      marker,
      attributes.address as string,
    ],
    binary: ['objectGUID'],
    byId(id) {
      const value = guidBytes(id)
      return value && new EqualityFilter({ attribute: 'objectGUID', value })
    },
    // Computers are users, too.
    everyone: new AndFilter({
      filters: [
        new EqualityFilter({ attribute: 'objectCategory', value: 'person' }),
        new EqualityFilter({ attribute: 'objectClass', value: 'user' }),
      ],
    }),
    found: raw => personOf(shape, raw),
    moment: fileTime,
  }
}

function personOf(shape: DomainShape, raw: Raw): Person {
  const values = valuesOf(raw)
  const one = seen(shape, raw)
  const control = Number(values('userAccountControl')[0] ?? newAccount)
  const asleep = one.noted.asleep && (control & disabled) !== 0
  return {
    ...one,
    externalId: Buffer.isBuffer(raw.objectGUID) ? guidText(raw.objectGUID) : '',
    control,
    asleep,
    blocked: asleep ? one.noted.blocked : (control & disabled) !== 0,
    changed: values('pwdLastSet')[0] ?? '',
    // The first is this controller's own; the second is known to all of them, days late.
    signedIn:
      ['lastLogon', 'lastLogonTimestamp']
        .map(name => fileTime(values(name)[0] ?? ''))
        .toSorted()
        .at(-1) ?? '',
    marked: true,
  }
}

/** What the directory itself allows of each, in UTF-16 units. */
const longest: Record<string, number> = { displayname: 256, givenname: 64, sn: 64 }

/** A value as this attribute takes it; '' where nothing is left. */
export const fitting = (attribute: string, value: string): string =>
  cut(tidied(value), longest[attribute.toLowerCase()] ?? value.length).trim()

export const unitOf = ({ baseDn, units }: DomainShape, kind: string): string => within(baseDn, units[kind])

/** Every attribute of an entry to be, but its names and its marker; no password. */
export function newPerson(shape: DomainShape, ask: Creation): Record<string, string[]> {
  const name = ask.displayName.trim() || ask.address
  const facts: Record<string, string> = {
    ...ask.keys,
    login: ask.address.split('@')[0] ?? '',
    name,
    address: ask.address,
    given: ask.given,
    surnames: ask.surnames.trim() || name,
    quota: ask.quotaMb > 0 ? String(ask.quotaMb) : '',
  }
  const held = Object.entries(shape.attributes).flatMap(([fact, attribute]): [string, string[]][] => {
    const value = fitting(attribute, facts[fact] ?? '')
    return value === '' ? [] : [[attribute, [value]]]
  })
  return {
    objectClass: ['user'],
    ...Object.fromEntries(held),
    userPrincipalName: [principalName(ask.address, shape.upnSuffix)],
    userAccountControl: [String(newAccount)],
  }
}
