import { randomBytes } from 'node:crypto'
import type { ProviderSettings } from '../institution/institution.ts'
import { refusalOf } from './graph-answer.ts'
import {
  about,
  accountAt,
  accountOf,
  allAccounts,
  byKeys,
  change,
  endSessions,
  pathOf,
  type Step,
  type Tenant,
} from './graph-change.ts'
import { type Asking, openConnection, type Tell } from './graph-connection.ts'
import { follow, license } from './graph-licence.ts'
import { openNewcomers } from './graph-pace.ts'
import { accountMarker, described, entry, type Found, newAccount, profileOf, shapeOf } from './graph-shape.ts'
import { openQueues } from './ldap-change.ts'
import {
  type Creation,
  type Entry,
  type Follower,
  type NewPassword,
  type Provider,
  ProviderRefusal,
} from './provider.ts'

type Act = <T>(work: (to: Tenant) => Promise<T>, key?: string) => Promise<T>

/** Microsoft 365: accounts in Entra ID, by Microsoft Graph with rights of its own. */
export function openGraph(
  settings: ProviderSettings,
  tell: Tell,
): { provider: Provider; follower: Follower } {
  const tenant = {
    shape: shapeOf(settings),
    send: openConnection(settings, tell),
    newcomers: openNewcomers(),
    skus: new Map<string, string>(),
  }
  const oneByOne = openQueues()
  /** Each act has its own patience; those about one account go one after the other. */
  const acting =
    ({ bulk, note }: Omit<Asking, 'act'>): Act =>
    (work, key) => {
      const run = () => work({ ...tenant, asking: { act: { begun: false, waitedMs: 0 }, bulk, note } })
      return key === undefined ? run() : oneByOne(key, run)
    }
  const silent = { bulk: false, note: () => {} }
  const heard = (note: Asking['note'], bulk = false) => acting({ note, bulk })
  return {
    provider: {
      ...providerOf(acting(silent), acting({ ...silent, bulk: true })),
      noting: (note, bulk) => providerOf(heard(note, bulk), heard(note, true)),
    },
    follower: {
      follow: account => acting(silent)(to => follow(to, account)),
      noting: (note, bulk) => ({ follow: account => heard(note, bulk)(to => follow(to, account)) }),
    },
  }
}

const providerOf = (act: Act, inBulk: Act): Provider => ({
  comparesFences: false,
  look: id => act(async to => shownAs(await accountAt(to, id))),
  find: keys => act(to => byKeys(to, keys)),
  async *list() {
    yield* await inBulk(async to => allAccounts(to))
  },
  // Graph checks nobody's password for an application; the one flow that would is refused wherever MFA is asked for.
  accepts: async () => false,
  create: ask => act(to => createAccount(to, ask), ask.marker),
  setPassword: (id, ask) => act(to => giveNewPassword(to, id, ask), id),
  hasArrived: (id, setUnder, fence) => act(to => hasArrived(to, id, setUnder, fence), id),
  expirePassword: (id, setUnder, fence) => inBulk(to => expirePassword(to, id, setUnder, fence), id),
  setBlocked: (id, blocked, fence) => act(to => setBlocked(to, id, blocked, fence), id),
  close: (id, fence) => act(to => closeAccount(to, id, fence), id),
  reopen: (id, fence) => act(to => reopenAccount(to, id, fence), id),
  describe: (id, holder, fence) =>
    act(async to => {
      await change(to, id, fence, () => ({ noted: {}, held: described(to.shape, holder) }))
    }, id),
})

const shownAs = (here: Found | undefined): Entry | undefined => here && entry(here)

/** One that nobody will ever know: Entra has no account without a password. */
const unknown = (): NewPassword => ({ password: `Aa1-${randomBytes(32).toString('base64url')}`, until: null })

async function giveNewPassword(to: Tenant, id: string, ask: NewPassword & { fence: number }): Promise<void> {
  await change(to, id, ask.fence, ({ seen }) => ({
    noted: { set: ask.fence, at: seen, ended: false },
    held: profileOf(to.shape, ask),
  }))
  await endSessions(to, id)
}

async function createAccount(to: Tenant, ask: Creation): Promise<Entry> {
  const made = to.newcomers.idOf(ask.marker)
  if (made) return again(to, made, ask)
  const { here, at } = await accountOf(to, accountMarker(ask.marker))
  if (here) return again(to, here.externalId, ask)
  const password = ask.password === null ? unknown() : { password: ask.password, until: ask.until }
  const body = newAccount(to.shape, ask, password, at)
  const answer = await to.send(to.asking, { method: 'post', path: '/users', body })
  if (answer.ok) {
    to.newcomers.note(answer.body.id, ask.marker)
    await equip(to, answer.body.id, ask.kind)
    return { externalId: answer.body.id, seenAs: ask.address, active: true, fence: ask.fence }
  }
  const refusal = refusalOf(answer, 'POST users')
  if (refusal.code !== 'address-taken') throw refusal
  const holder = await accountAt(to, ask.address)
  if (holder && holder.made !== ask.marker) throw refusal
  // Its name is taken and nobody bears it: ours of a moment ago, which not every replica knows yet.
  if (!holder) throw new ProviderRefusal('unavailable', undefined, { detail: 'userPrincipalName' })
  to.newcomers.note(holder.externalId, ask.marker)
  return again(to, holder.externalId, ask)
}

/** An account that is ours gets the new password; one without stays without. */
async function again(to: Tenant, id: string, ask: Creation): Promise<Entry> {
  const { password, until, fence } = ask
  if (password !== null) await giveNewPassword(to, id, { password, until, fence })
  else await change(to, id, fence, () => ({ noted: {} }))
  await equip(to, id, ask.kind)
  const here = await accountAt(to, id)
  if (!here) throw to.newcomers.missing(id)
  return { ...entry(here), fence }
}

/** A creation is over when the account is known and has its licence; until then there is an account, whatever is refused. */
async function equip(to: Tenant, id: string, kind: string): Promise<void> {
  try {
    if (await license(to, id, kind)) return
    await about(to, id, 'GET user', { method: 'get', path: pathOf(id), query: { $select: 'id' } })
  } catch (error) {
    if (!(error instanceof ProviderRefusal) || error.code === 'unavailable' || error.code === 'gone')
      throw error
    const { detail = error.code } = error
    throw new ProviderRefusal('unavailable', undefined, { detail, retryAfter: 300 })
  }
}

async function hasArrived(to: Tenant, id: string, setUnder: number, fence: number): Promise<boolean> {
  let arrived = false
  await change(to, id, fence, ({ noted }): Step => {
    arrived = noted.set === setUnder
    return arrived ? undefined : { noted: {} }
  })
  return arrived
}

/** Between our look at the clock and the change that follows lie seconds; until she has her mail, longer. */
const sameMs = 30_000

async function expirePassword(
  to: Tenant,
  id: string,
  setUnder: number,
  fence: number,
): Promise<'expired' | 'not-ours'> {
  let said: 'expired' | 'not-ours' = 'not-ours'
  let ends = false
  const decide = ({ noted, passwordAt, seen }: Found & { seen: number }): Step => {
    const changedSince = Date.parse(passwordAt) - noted.at > sameMs
    const ours = noted.set === setUnder && !changedSince
    said = noted.ended || ours ? 'expired' : 'not-ours'
    ends = ours && !noted.ended
    return ends ? { noted: { ended: true, at: seen }, held: profileOf(to.shape, unknown()) } : undefined
  }
  try {
    await change(to, id, fence, decide)
    if (ends) await endSessions(to, id)
    return said
  } catch (error) {
    if (!(error instanceof ProviderRefusal) || error.code === 'unavailable') throw error
    return (await accountAt(to, id))?.noted.ended ? 'expired' : 'not-ours'
  }
}

async function setBlocked(to: Tenant, id: string, blocked: boolean, fence: number): Promise<void> {
  await change(to, id, fence, () => ({ noted: {}, held: { accountEnabled: !blocked } }))
  if (blocked) await endSessions(to, id)
}

/** Into the recycle bin, from where it could come back with its password: that goes before. */
async function closeAccount(to: Tenant, id: string, fence: number): Promise<void> {
  const shut = { accountEnabled: false, ...profileOf(to.shape, unknown()) }
  if (!(await accountAt(to, id)) && (await isInBin(to, id))) return to.newcomers.forget(id)
  try {
    await change(to, id, fence, ({ seen }) => ({ noted: { ended: true, at: seen }, held: shut }))
    await endSessions(to, id)
    await about(to, id, 'DELETE user', { method: 'delete', path: pathOf(id) })
  } catch (error) {
    if (!(error instanceof ProviderRefusal) || error.code !== 'gone') throw error
  }
  to.newcomers.forget(id)
}

const binned = (id: string) => `/directory/deletedItems/${encodeURIComponent(id)}`
const isInBin = async (to: Tenant, id: string) =>
  (await to.send(to.asking, { method: 'get', path: binned(id), query: { $select: 'id' } })).ok

/** Back from the recycle bin: enabled, and with a password that nobody knows. */
async function reopenAccount(to: Tenant, id: string, fence: number): Promise<void> {
  const known = await accountAt(to, id)
  const restored = known
    ? undefined
    : await to.send(to.asking, { method: 'post', path: `${binned(id)}/restore` })
  if (restored?.status === 404) {
    const missing = to.newcomers.missing(id)
    if (missing.code === 'unavailable') throw missing
    throw new ProviderRefusal('gone', undefined, { detail: 'deletedItems: 30 days' })
  }
  if (restored && !restored.ok) throw refusalOf(restored, 'restore')
  if (restored) to.newcomers.note(id, '')
  try {
    await change(to, id, fence, () => ({ noted: {}, held: { accountEnabled: true } }))
  } catch (error) {
    const late = error instanceof ProviderRefusal && error.code === 'stale'
    // Whoever closed it after us is right: it stood disabled for that moment.
    if (late && restored) await about(to, id, 'DELETE user', { method: 'delete', path: pathOf(id) })
    throw error
  }
}
