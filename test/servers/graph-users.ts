import { randomUUID } from 'node:crypto'
import type { User } from '@microsoft/microsoft-graph-types'
import { selected, shown } from './graph-query.ts'

export interface Held extends User {
  id: string
  userPrincipalName: string
  password: string
  sessions: number
  /** Replicas know it from then on, by this double's clock. */
  knownFrom: number
  /** Holds a role that our application may not touch. */
  privileged: boolean
  deletedAt?: number
}

export interface Asked {
  method: string
  /** Behind `/v1.0`, decoded segment by segment. */
  path: string[]
  query: URLSearchParams
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent is judged here
  body: any
  bulk: boolean
}

export interface Reply {
  status: number
  body?: object
}

export interface Tenancy {
  users: Map<string, Held>
  /** Licences left, by skuId. */
  skus: { skuId: string; skuPartNumber: string; enabled: number }[]
  /** What no documentation names: each is a fault of the one who asks. */
  strange: string[]
  origin: string
  now(): number
  /** Milliseconds until a new object is known. */
  lag(): number
}

export const refused = (status: number, code: string, message: string, details?: object[]): Reply => ({
  status,
  body: { error: { code, message, ...(details ? { details } : {}) } },
})
const missing = (id: string) =>
  refused(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )
export const malformed = (message: string, details?: object[]) =>
  refused(400, 'Request_BadRequest', message, details)
const conflict = (target: string) => {
  const message = `Another object with the same value for property ${target} already exists.`
  const details = [
    { code: 'ObjectConflict', message, target },
    { code: 'ConflictingObjects', message, target: 'User' },
  ]
  return malformed(message, details)
}

const attributes = Array.from({ length: 15 }, (_, n) => `extensionAttribute${n + 1}`)
const plain = [
  'displayName',
  'givenName',
  'surname',
  'department',
  'officeLocation',
  'jobTitle',
  'employeeId',
  'otherMails',
]
export const writable = [
  ...['accountEnabled', 'mailNickname', 'passwordProfile', 'userPrincipalName', 'usageLocation'],
  ...['onPremisesExtensionAttributes', ...plain],
]
const required = ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName']

function judge(
  at: Tenancy,
  where: string,
  body: object | undefined,
  allowed: readonly string[],
): Reply | undefined {
  const unknown = Object.keys(body ?? {}).filter(name => !allowed.includes(name))
  for (const name of unknown) at.strange.push(`${where}: ${name}`)
  if (unknown[0]) return malformed(`One or more property values specified are invalid: ${unknown[0]}`)
  return undefined
}

/** Entra's own rule: 8 to 256 characters of its alphabet, three of four classes. */
export function conforms(password: unknown): boolean {
  if (typeof password !== 'string' || !/^[\x20-\x7e]{8,256}$/.test(password)) return false
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter(some => some.test(password)).length >= 3
}

function judgeProperties(at: Tenancy, where: string, body: Asked['body']): Reply | undefined {
  const nested = body.onPremisesExtensionAttributes
  const profile = body.passwordProfile
  const wrong =
    judge(at, where, body, writable) ??
    judge(at, `${where} onPremisesExtensionAttributes`, nested, attributes) ??
    judge(at, `${where} passwordProfile`, profile, ['password', 'forceChangePasswordNextSignIn'])
  if (wrong) return wrong
  if (Object.values(nested ?? {}).some(value => value !== null && String(value).length > 1024))
    return malformed('too long')
  if (body.displayName === '') return malformed('Invalid value specified for property displayName')
  if (profile && !conforms(profile.password)) {
    const message =
      'The specified password does not comply with password complexity requirements. Please provide a different password.'
    return malformed(message, [{ code: 'InvalidValue', message, target: 'passwordProfile' }])
  }
  return undefined
}

export const same = (one: unknown, other: unknown) =>
  String(one ?? '').toLowerCase() === String(other ?? '').toLowerCase()
export const alive = (at: Tenancy) => [...at.users.values()].filter(user => user.deletedAt === undefined)

/** As a replica knows it: one that was just made it does not. */
function userOf(at: Tenancy, name: string): Held | undefined {
  const user = alive(at).find(one => one.id === name || same(one.userPrincipalName, name))
  return user && user.knownFrom <= at.now() ? user : undefined
}

function write(at: Tenancy, user: Held, body: Asked['body']) {
  const { passwordProfile, onPremisesExtensionAttributes, ...rest } = body
  Object.assign(user, rest)
  user.onPremisesExtensionAttributes = {
    ...user.onPremisesExtensionAttributes,
    ...onPremisesExtensionAttributes,
  }
  if (!passwordProfile) return
  user.password = passwordProfile.password
  user.passwordProfile = { forceChangePasswordNextSignIn: passwordProfile.forceChangePasswordNextSignIn }
  user.lastPasswordChangeDateTime = new Date(at.now()).toISOString().replace(/\.\d+/, '')
}

export function create(at: Tenancy, { body }: Asked): Reply {
  const wrong = judgeProperties(at, 'POST users', body)
  if (wrong) return wrong
  const absent = required.find(name => body[name] === undefined)
  if (absent) return malformed(`A value is required for property '${absent}' of resource 'User'.`)
  if (!/^[A-Za-z0-9'.\-_!#^~]{1,64}(?<!\.)@[A-Za-z0-9.-]{1,48}$/.test(body.userPrincipalName))
    return malformed('Property userPrincipalName is invalid.', [
      { code: 'InvalidValue', target: 'userPrincipalName' },
    ])
  if (alive(at).some(one => same(one.userPrincipalName, body.userPrincipalName)))
    return conflict('userPrincipalName')
  if (
    alive(at).some(one =>
      one.proxyAddresses?.some(address => same(address, `smtp:${body.userPrincipalName}`)),
    )
  )
    return conflict('proxyAddresses')
  const user: Held = {
    id: randomUUID(),
    userPrincipalName: '',
    password: '',
    sessions: 0,
    privileged: false,
    knownFrom: at.now() + at.lag(),
    userType: 'Member',
    assignedLicenses: [],
  }
  write(at, user, body)
  at.users.set(user.id, user)
  return { status: 201, body: shown(user, ['id', 'displayName', 'userPrincipalName']) }
}

const denied = refused(
  403,
  'Authorization_RequestDenied',
  'Insufficient privileges to complete the operation.',
)
const sensitive = ['accountEnabled', 'passwordProfile', 'userPrincipalName', 'otherMails']

function change(at: Tenancy, user: Held, { body }: Asked): Reply {
  const wrong = judgeProperties(at, 'PATCH user', body)
  if (wrong) return wrong
  const names = Object.keys(body)
  if (user.privileged && names.some(name => sensitive.includes(name))) return denied
  if (user.onPremisesSyncEnabled && names.some(name => name !== 'usageLocation'))
    return malformed(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    )
  write(at, user, body)
  return { status: 204 }
}

function assignLicense(at: Tenancy, user: Held, { body }: Asked): Reply {
  const wrong = judge(at, 'assignLicense', body, ['addLicenses', 'removeLicenses'])
  if (wrong) return wrong
  if (!Array.isArray(body.addLicenses) || !Array.isArray(body.removeLicenses))
    return malformed('both lists are required')
  if (body.addLicenses.length > 0 && !user.usageLocation)
    return malformed('License assignment cannot be done for user with invalid usage location.')
  for (const one of body.addLicenses) {
    const bad = judge(at, 'assignLicense addLicenses', one, ['skuId', 'disabledPlans'])
    const sku = at.skus.find(({ skuId }) => skuId === one.skuId)
    if (bad || !sku)
      return bad ?? malformed(`License ${one.skuId} does not correspond to a valid company License.`)
    if (user.assignedLicenses?.some(({ skuId }) => skuId === one.skuId)) continue
    if (holding(at, sku.skuId) >= sku.enabled)
      return malformed(`Subscription with SKU ${sku.skuId} does not have any available licenses.`)
    user.assignedLicenses?.push({ skuId: one.skuId, disabledPlans: [] })
  }
  user.assignedLicenses =
    user.assignedLicenses?.filter(({ skuId }) => !body.removeLicenses.includes(skuId)) ?? []
  return { status: 200, body: shown(user, ['id', 'userPrincipalName', 'assignedLicenses']) }
}

export const holding = (at: Tenancy, sku: string): number =>
  alive(at).filter(user => user.assignedLicenses?.some(({ skuId }) => skuId === sku)).length

const month = 30 * 86_400_000

export function restore(at: Tenancy, id: string): Reply {
  const user = binned(at, id)
  if (!user) return missing(id)
  if (alive(at).some(one => same(one.userPrincipalName, user.userPrincipalName)))
    return conflict('userPrincipalName')
  delete user.deletedAt
  user.knownFrom = at.now() + at.lag()
  return { status: 200, body: shown(user, ['id', 'displayName', 'userPrincipalName']) }
}

export function binned(at: Tenancy, id: string): Held | undefined {
  const user = at.users.get(id)
  return user?.deletedAt !== undefined && at.now() - user.deletedAt < month ? user : undefined
}

export function about(at: Tenancy, asked: Asked): Reply {
  const [, name = '', verb] = asked.path
  const user = userOf(at, name)
  if (!user) return missing(name)
  const { method } = asked
  if (verb === undefined && method === 'GET') {
    const names = selected(at, asked.query)
    return names ? { status: 200, body: shown(user, names) } : malformed('Could not find a property')
  }
  if (verb === undefined && method === 'PATCH') return change(at, user, asked)
  if (verb === undefined && method === 'DELETE') {
    if (user.privileged) return denied
    user.deletedAt = at.now()
    return { status: 204 }
  }
  if (verb === 'assignLicense' && method === 'POST') return assignLicense(at, user, asked)
  if (verb !== 'revokeSignInSessions' || method !== 'POST')
    return refused(405, 'Request_BadRequest', 'no such call')
  if (asked.body !== undefined) at.strange.push('revokeSignInSessions: a body')
  user.sessions++
  // Documented with 200; 204 is what some tenants say.
  return user.sessions % 2 ? { status: 200, body: { '@odata.context': 'x', value: true } } : { status: 204 }
}
