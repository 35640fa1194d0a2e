import type { ProviderSettings } from '../institution/institution.ts'
import type { DirectoryAddress } from './ldap-connection.ts'
import type { Creation, Holder, KeyKind, Listed } from './provider.ts'

/** How entries look in this institution's directory. */
export interface Shape {
  baseDn: string
  /** Immutable name of an entry. */
  id: string
  classes: string[]
  /** Auxiliary class that allows the marker; undefined where another class already does. */
  markerClass: string | undefined
  marker: string
  attributes: Readonly<Record<string, string>>
  block: { attribute: string; value: string }
  /** Attribute after whose time the password ends by itself. */
  until: string | undefined
  /** Attribute in which the directory notes when a password was set. */
  changed: string
  mustChange: boolean
  password: 'exop' | 'server' | 'SSHA' | 'ARGON2'
  onClose: 'disable' | 'move' | 'delete'
  closedUnit: string | undefined
  /** Entry that nobody signs in to: what is tried in place of one that is not there. */
  decoy: string | undefined
  units: Readonly<Record<string, string>>
  dn: Readonly<Record<string, string>>
}

/** Where the directory is, and as whom we come. */
export function addressOf(settings: ProviderSettings): DirectoryAddress {
  const { timeoutSeconds, ...given } = settings as unknown as Omit<DirectoryAddress, 'timeoutMs'> & {
    timeoutSeconds?: number
  }
  const { url, ca, bindDn, bindPassword, startTls = false, connections = 2 } = given
  return { url, ca, bindDn, bindPassword, startTls, connections, timeoutMs: (timeoutSeconds ?? 5) * 1000 }
}

const attributes = { address: 'mail', login: 'uid', name: 'cn', given: 'givenName', surnames: 'sn' }
const dsBlock = { attribute: 'nsAccountLock', value: 'TRUE' }
const ppolicyBlock = { attribute: 'pwdAccountLockedTime', value: '000001010000Z' }

export function shapeOf(settings: ProviderSettings): Shape {
  const given = settings as unknown as Partial<Shape> & { baseDn: string; objectClasses?: string[] }
  const id = given.id ?? 'entryUUID'
  const ds = id.toLowerCase() === 'nsuniqueid'
  return {
    baseDn: given.baseDn,
    id,
    classes: given.objectClasses ?? ['inetOrgPerson'],
    markerClass: given.markerClass ?? (given.marker === undefined ? 'mciAccount' : undefined),
    marker: given.marker ?? 'mciMarker',
    attributes: { ...attributes, ...given.attributes },
    block: given.block ?? (ds ? dsBlock : ppolicyBlock),
    until: given.until,
    changed: given.changed ?? (ds ? 'pwdUpdateTime' : 'pwdChangedTime'),
    mustChange: given.mustChange ?? false,
    password: given.password ?? 'exop',
    onClose: given.onClose ?? 'disable',
    closedUnit: given.closedUnit,
    decoy: given.decoy,
    units: given.units ?? {},
    dn: given.dn ?? {},
  }
}

/** RFC 4514, each special character as its bytes: no reader takes one for a separator. */
const escaped = (value: string): string =>
  value.replace(/^[ #]|[ ]$|["+,;<=>\\\0]/g, one => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** A unit is written from the base down, or whole. */
export function within(base: string, unit: string | undefined): string {
  if (unit === undefined) return base
  return unit.toLowerCase().endsWith(base.toLowerCase()) ? unit : `${unit},${base}`
}

/** Of a value in an entry's name, in characters (X.520): servers keep names in keys of a few hundred bytes. */
const longest = 64

/** Where an entry to be stands, and every attribute that it is made with; no password. */
export function newEntry(shape: Shape, ask: Creation): { dn: string; attributes: Record<string, string[]> } {
  const login = ask.address.split('@')[0] ?? ''
  const name = ask.displayName.trim() || login
  const facts: Record<string, string> = {
    ...ask.keys,
    login,
    name,
    address: ask.address,
    given: ask.given,
    surnames: ask.surnames.trim() || name,
    quota: ask.quotaMb > 0 ? String(ask.quotaMb) : '',
  }
  const held: Record<string, string[]> = {
    objectClass: [...shape.classes, ...(shape.markerClass ? [shape.markerClass] : [])],
  }
  const hold = (attribute: string, value: string | undefined) => {
    const known = Object.keys(held).find(one => one.toLowerCase() === attribute.toLowerCase()) ?? attribute
    if (value?.trim() && !held[known]?.includes(value)) held[known] = [...(held[known] ?? []), value]
  }
  for (const [fact, attribute] of Object.entries(shape.attributes)) hold(attribute, facts[fact])
  const named = (shape.dn[ask.kind] ?? 'uid={login}').split('+').map(part => {
    const [attribute = '', hole = ''] = part.split('=')
    const value = [...(facts[hole.slice(1, -1)] ?? login)].slice(0, longest).join('')
    hold(attribute, value)
    return `${attribute}=${escaped(value)}`
  })
  return { dn: `${named.join('+')},${within(shape.baseDn, shape.units[ask.kind])}`, attributes: held }
}

export const parentOf = (dn: string): string => dn.slice((/^(?:\\.|[^\\,])*/s.exec(dn)?.[0].length ?? 0) + 1)

/** The same entry under another parent. Escapes by character become escapes by bytes, which no reader misreads. */
export function movedTo(dn: string, parent: string): string {
  const end = /^(?:\\.|[^\\,])*/s.exec(dn)?.[0].length ?? 0
  const name = dn
    .slice(0, end)
    .replace(/\\([ "#+,;<=>\\])/g, (_, one: string) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `${name},${parent}`
}

/** What our last change left in the entry. */
export interface Noted {
  fence: number
  /** Fence under which the password was set. */
  set: number
  /** When the directory says that it was, once it was looked at. */
  changed: string | undefined
  /** Fence of a password that was on its way, where the directory takes it apart from the rest. */
  pending: number
  /** While one is on its way: the entry is blocked, whatever the directory makes of a new password. */
  blocked: boolean
  /** The password is gone. */
  ended: boolean
  closed: boolean
  /** Where a closed one stood before, encoded. */
  home: string | undefined
}

const nothing: Noted = {
  fence: 0,
  set: 0,
  changed: undefined,
  pending: 0,
  blocked: false,
  ended: false,
  closed: false,
  home: undefined,
}

const accountMark = 'cuenta:'
const stateMark = 'estado:'

/** The value that never changes: an ambiguous creation is settled by it. */
export const accountMarker = (account: string) => `${accountMark}${account}`

export const written = (noted: Noted): string =>
  stateMark +
  Object.entries(noted)
    .filter(([, value]) => value !== undefined && value !== false && value !== 0)
    .map(([key, value]) => `${key}=${value === true ? 1 : value}`)
    .join(';')

function read(text: string | undefined): Noted {
  const pairs = Object.fromEntries(
    (text ?? stateMark)
      .slice(stateMark.length)
      .split(';')
      .map(pair => pair.split('=')),
  )
  const number = (key: string) => Number(pairs[key] ?? 0)
  return {
    ...nothing,
    fence: number('fence'),
    set: number('set'),
    changed: pairs.changed,
    pending: number('pending'),
    blocked: pairs.blocked === '1',
    ended: pairs.ended === '1',
    closed: pairs.closed === '1',
    home: pairs.home,
  }
}

/** An entry as it was found. */
export interface Found {
  dn: string
  externalId: string
  address: string
  /** Somebody blocked it, we or another one. */
  blocked: boolean
  noted: Noted
  /** The value to be asserted; undefined where the entry was never ours. */
  state: string | undefined
  /** '' where the directory does not say. */
  changed: string
  marked: boolean
  /** Our account that it was made for; undefined where somebody else made it. */
  made: string | undefined
}

type Raw = { dn: string } & Record<string, string | string[] | Buffer | Buffer[]>

export const readAttributes = (shape: Shape): string[] => [
  'objectClass',
  shape.id,
  shape.marker,
  shape.block.attribute,
  shape.changed,
  shape.attributes.address as string,
]

/** Values by attribute, however the directory spells its name. */
function valuesOf(raw: Raw) {
  const byName = new Map(
    Object.entries(raw).map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)]),
  )
  return (name: string | undefined) => byName.get((name ?? '').toLowerCase()) ?? []
}

const keyKinds: readonly KeyKind[] = ['curp', 'curt', 'controlNumber', 'mail']

/** What else an account is recognised by. */
export const listedAttributes = (shape: Shape): string[] => [
  ...readAttributes(shape),
  ...['name', 'centre', ...keyKinds].flatMap(fact => shape.attributes[fact] ?? []),
]

/** An entry for adoption; its keys as they stand there, in upper case where they are no address. */
export function listed(shape: Shape, raw: Raw): Listed {
  const values = valuesOf(raw)
  const one = found(shape, raw)
  const keys = keyKinds.flatMap(kind => {
    const held = values(shape.attributes[kind]).map(value => value.trim())
    const written = held.map(value => (kind === 'mail' ? value.toLowerCase() : value.toUpperCase()))
    return shape.attributes[kind] && held.length > 0 ? [[kind, written]] : []
  })
  return {
    externalId: one.externalId,
    seenAs: one.address,
    active: !one.blocked && !one.noted.closed,
    fence: one.noted.fence,
    at: one.dn,
    address: (values(shape.attributes.address)[0] ?? '').toLowerCase(),
    name: values(shape.attributes.name)[0] ?? '',
    centre: values(shape.attributes.centre)[0] ?? '',
    keys: Object.fromEntries(keys),
    marker: one.made,
    passwordAt: one.changed,
  }
}

/** What of an entry says whose it is, anew. What also names the entry stays until it is renamed by hand. */
export function described(shape: Shape, dn: string, holder: Holder): [string, string[]][] {
  const naming = dn.slice(0, /^(?:\\.|[^\\,])*/s.exec(dn)?.[0].length ?? 0).toLowerCase()
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
    const attribute = shape.attributes[fact]
    const names = naming.split('+').some(part => part.split('=')[0]?.trim() === attribute?.toLowerCase())
    return attribute && !names ? [[attribute, value?.trim() ? [value] : []]] : []
  })
}

export function found(shape: Shape, raw: Raw): Found {
  const values = valuesOf(raw)
  const state = values(shape.marker).find(value => value.startsWith(stateMark))
  const noted = read(state)
  const classes = values('objectClass').map(name => name.toLowerCase())
  return {
    dn: raw.dn,
    externalId: values(shape.id)[0] ?? '',
    address: values(shape.attributes.address)[0] ?? raw.dn,
    blocked:
      noted.blocked ||
      values(shape.block.attribute).some(value => value.toLowerCase() === shape.block.value.toLowerCase()),
    noted,
    state,
    changed: values(shape.changed)[0] ?? '',
    made: values(shape.marker)
      .find(value => value.startsWith(accountMark))
      ?.slice(accountMark.length),
    marked: !shape.markerClass || classes.includes(shape.markerClass.toLowerCase()),
  }
}
