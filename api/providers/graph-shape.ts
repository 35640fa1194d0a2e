import type { ProviderSettings } from '../institution/institution.ts'
import type { Creation, Entry, Holder, KeyKind, Listed, NewPassword, StrongKeys } from './provider.ts'

/** How accounts look in this institution's tenant. */
export interface Shape {
  /** Attributes of text that hold our account's number and what our last change left. */
  marker: string
  state: string
  /** By fact: where an institution keeps what it knows of somebody; none unless it says so. */
  attributes: Readonly<Record<string, string>>
  usageLocation: string
  /** By kind of account. */
  licences: Readonly<Record<string, string>>
  mustChange: boolean
}

export function shapeOf(settings: ProviderSettings): Shape {
  const given = settings as unknown as Partial<Shape>
  return {
    marker: given.marker ?? 'extensionAttribute14',
    state: given.state ?? 'extensionAttribute15',
    attributes: given.attributes ?? {},
    usageLocation: given.usageLocation ?? 'MX',
    licences: given.licences ?? {},
    mustChange: given.mustChange ?? true,
  }
}

/** What our last change left in the entry. */
export interface Noted {
  fence: number
  /** Fence under which the password was set, and when by the other side's clock. */
  set: number
  at: number
  /** The password is one that nobody knows. */
  ended: boolean
}

const accountMark = 'cuenta:'
const stateMark = 'estado:'
const nothing: Noted = { fence: 0, set: 0, at: 0, ended: false }
const nested = 'onPremisesExtensionAttributes'
const isNested = (attribute: string) => /^extensionAttribute\d+$/.test(attribute)

export const accountMarker = (account: string) => `${accountMark}${account}`

const written = ({ fence, set, at, ended }: Noted) =>
  `${stateMark}fence=${fence};set=${set};at=${at};ended=${Number(ended)}`

function noted(text: unknown): Noted {
  const [, fence, set, at, ended] =
    /^estado:fence=(\d+);set=(\d+);at=(\d+);ended=([01])$/.exec(String(text)) ?? []
  return fence ? { fence: Number(fence), set: Number(set), at: Number(at), ended: ended === '1' } : nothing
}

/** An account as it was found. */
export interface Found {
  externalId: string
  /** UPN of the day. */
  upn: string
  enabled: boolean
  /** Active Directory is the truth about it. */
  synced: boolean
  noted: Noted
  /** When its password was set last, as Graph writes it; '' where it does not say. */
  passwordAt: string
  /** Our account that it was made for. */
  made: string | undefined
  usageLocation: string
  licences: string[]
}

// biome-ignore lint/suspicious/noExplicitAny: an answer, as wide as what was selected
type Raw = any

const heldIn = (raw: Raw, attribute: string | undefined): unknown =>
  attribute === undefined ? undefined : isNested(attribute) ? raw[nested]?.[attribute] : raw[attribute]

export function found(shape: Shape, raw: Raw): Found {
  const marker = String(heldIn(raw, shape.marker) ?? '')
  return {
    externalId: raw.id,
    upn: raw.userPrincipalName,
    enabled: raw.accountEnabled === true,
    synced: raw.onPremisesSyncEnabled === true,
    noted: noted(heldIn(raw, shape.state)),
    passwordAt: raw.lastPasswordChangeDateTime ?? '',
    made: marker.startsWith(accountMark) ? marker.slice(accountMark.length) : undefined,
    usageLocation: raw.usageLocation ?? '',
    licences: (raw.assignedLicenses ?? []).map(({ skuId }: { skuId: string }) => skuId),
  }
}

export const entry = ({ externalId, upn, enabled, noted: { fence } }: Found): Entry => ({
  externalId,
  seenAs: upn,
  active: enabled,
  fence,
})

const selected = (attributes: string[]) =>
  [...new Set(attributes.map(one => (isNested(one) ? nested : one)))].join(',')

/** What a change has to know of an account. */
const readAttributes = (shape: Shape): string[] => [
  'id',
  'userPrincipalName',
  'accountEnabled',
  'onPremisesSyncEnabled',
  'lastPasswordChangeDateTime',
  'usageLocation',
  'assignedLicenses',
  shape.marker,
  shape.state,
]
export const selectOf = (shape: Shape): string => selected(readAttributes(shape))

const keyKinds: readonly KeyKind[] = ['curp', 'curt', 'controlNumber', 'mail']
export const selectListed = (shape: Shape): string =>
  selected([
    ...readAttributes(shape),
    'displayName',
    ...['centre', ...keyKinds].flatMap(fact => shape.attributes[fact] ?? []),
  ])

/** An account for adoption; its keys as they stand there, in upper case where they are no address. */
export function listed(shape: Shape, raw: Raw): Listed {
  const one = found(shape, raw)
  const keys = keyKinds.flatMap(kind => {
    const held = [heldIn(raw, shape.attributes[kind]) ?? []].flat().map(value => String(value).trim())
    const spelt = held.map(value => (kind === 'mail' ? value.toLowerCase() : value.toUpperCase()))
    return held.length > 0 ? [[kind, spelt]] : []
  })
  return {
    ...entry(one),
    at: one.upn,
    address: one.upn.toLowerCase(),
    name: raw.displayName ?? '',
    centre: String(heldIn(raw, shape.attributes.centre) ?? ''),
    keys: Object.fromEntries(keys),
    marker: one.made,
    passwordAt: one.passwordAt,
  }
}

/** A literal of OData: whatever stands in it stays inside it. */
const literal = (value: string) => `'${value.replaceAll("'", "''")}'`
const lists = new Set(['otherMails', 'proxyAddresses'])

export function equal(attribute: string, value: string): string {
  if (lists.has(attribute)) return `${attribute}/any(one:one eq ${literal(value)})`
  return `${isNested(attribute) ? `${nested}/${attribute}` : attribute} eq ${literal(value)}`
}

/** Of her keys those that the institution keeps somewhere; '' where it keeps none. */
export const anyOf = (shape: Shape, keys: StrongKeys): string =>
  Object.entries(keys)
    .flatMap(([kind, value]) => {
      const attribute = shape.attributes[kind]
      return attribute && value ? [equal(attribute, value)] : []
    })
    .join(' or ')

/** Attributes by name become the body's properties. */
export function properties(held: Record<string, unknown>): Record<string, unknown> {
  const plain = Object.entries(held).filter(([name]) => !isNested(name))
  const inside = Object.entries(held).filter(([name]) => isNested(name))
  return {
    ...Object.fromEntries(plain),
    ...(inside.length > 0 ? { [nested]: Object.fromEntries(inside) } : {}),
  }
}

export const stateOf = (shape: Shape, held: Noted) => ({ [shape.state]: written(held) })

export const profileOf = (shape: Shape, { password, until }: NewPassword) => ({
  passwordProfile: { password, forceChangePasswordNextSignIn: until !== null && shape.mustChange },
})

/** Whose it is, where the institution keeps that; `null` takes away what was there before. */
export function described(shape: Shape, holder: Holder): Record<string, unknown> {
  const { given, surnames, keys } = holder
  const facts = { given, surnames, curp: keys.curp, curt: keys.curt, controlNumber: keys.controlNumber }
  const held = Object.entries(facts).flatMap(([fact, value]): [string, string | null][] => {
    const attribute = shape.attributes[fact]
    return attribute ? [[attribute, value?.trim() ? value : null]] : []
  })
  const name = holder.displayName.trim()
  return { ...(name ? { displayName: name } : {}), ...Object.fromEntries(held) }
}

/** Every property that an account is made with. */
export function newAccount(shape: Shape, ask: Creation, password: NewPassword, at: number): object {
  const local = ask.address.split('@')[0] ?? ''
  const known = Object.entries(described(shape, ask)).filter(([, value]) => value !== null)
  return properties({
    displayName: local,
    ...Object.fromEntries(known),
    accountEnabled: true,
    mailNickname: local,
    userPrincipalName: ask.address,
    usageLocation: shape.usageLocation,
    ...profileOf(shape, password),
    [shape.marker]: accountMarker(ask.marker),
    ...stateOf(shape, {
      fence: ask.fence,
      set: ask.password === null ? 0 : ask.fence,
      at,
      ended: ask.password === null,
    }),
  })
}
