import { AndFilter, EqualityFilter } from 'ldapts'
import type { ProviderSettings } from '../institution/institution.ts'
import type { DirectoryAddress } from './ldap-connection.ts'
import { escaped, within } from './ldap-names.ts'
import { generalizedTime, type Reading, seen, valuesOf } from './ldap-read.ts'
import type { Creation } from './provider.ts'

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
  /** Attribute in which it notes when somebody last signed in, where it does. */
  signedIn: string
  /** It notes when a password was set only after it has answered: 389. */
  notesLater: boolean
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
    signedIn: ds ? 'lastLoginTime' : 'pwdLastSuccess',
    notesLater: ds,
    mustChange: given.mustChange ?? false,
    password: given.password ?? 'exop',
    onClose: given.onClose ?? 'disable',
    closedUnit: given.closedUnit,
    decoy: given.decoy,
    units: given.units ?? {},
    dn: given.dn ?? {},
  }
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

/** How this directory's entries are found and read. */
export function readingOf(shape: Shape): Reading {
  const { baseDn, marker, markerClass, attributes, id, block, changed, signedIn } = shape
  return {
    baseDn,
    marker,
    markerClass,
    attributes,
    asked: ['objectClass', id, marker, block.attribute, changed, signedIn, attributes.address as string],
    binary: [],
    byId: value => new EqualityFilter({ attribute: id, value }),
    everyone: new AndFilter({
      filters: shape.classes.map(value => new EqualityFilter({ attribute: 'objectClass', value })),
    }),
    moment: generalizedTime,
    found(raw) {
      const values = valuesOf(raw)
      const one = seen(shape, raw)
      const classes = values('objectClass').map(name => name.toLowerCase())
      const held = values(block.attribute).map(value => value.toLowerCase())
      return {
        ...one,
        externalId: values(id)[0] ?? '',
        blocked: one.noted.blocked || held.includes(block.value.toLowerCase()),
        changed: values(changed)[0] ?? '',
        signedIn: generalizedTime(values(signedIn)[0] ?? ''),
        marked: !markerClass || classes.includes(markerClass.toLowerCase()),
      }
    },
  }
}
