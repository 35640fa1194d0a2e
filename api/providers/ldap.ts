import type { ProviderSettings } from '../institution/institution.ts'
import {
  allEntries,
  byId,
  byKeys,
  change,
  codeOf,
  codes,
  type Directory,
  equal,
  openQueues,
  put,
  run,
  search,
} from './ldap-change.ts'
import { openConnections, type Tell } from './ldap-connection.ts'
import { accepts, closeEntry, expirePassword, noteChanged, reopenEntry, type Ways } from './ldap-entry.ts'
import { accountMarker, nothing, written } from './ldap-marker.ts'
import { besidePassword, keepBlock, modifyPassword, stored } from './ldap-password.ts'
import { described, entryOf, type Seen } from './ldap-read.ts'
import { addressOf, newEntry, readingOf, type Shape, shapeOf } from './ldap-shape.ts'
import { type Creation, type Entry, type NewPassword, type Provider, ProviderRefusal } from './provider.ts'

interface Ldap extends Directory {
  shape: Shape
}

/** OpenLDAP and 389 Directory Server. `stop` ends its connections. */
export function openLdap(settings: ProviderSettings, tell: Tell): { provider: Provider; stop(): void } {
  const shape = shapeOf(settings)
  const to: Ldap = {
    ...openConnections(addressOf(settings), tell),
    shape,
    reads: readingOf(shape),
    tell,
    refused,
  }
  const ways = waysOf(shape)
  const oneByOne = openQueues()
  const setPassword: Provider['setPassword'] = (id, ask) => oneByOne(id, () => giveNewPassword(to, id, ask))
  const provider: Provider = {
    look: async id => {
      const here = await byId(to, id)
      return here && entryOf(here)
    },
    find: keys => byKeys(to, keys),
    lastSignIn: async id => (await byId(to, id))?.signedIn ?? '',
    list: () => allEntries(to),
    accepts: (id, password) => accepts(to, id, password, shape.decoy),
    create: ask => oneByOne(ask.marker, () => createEntry(to, ask, setPassword)),
    setPassword,
    hasArrived: (id, setUnder, fence) => oneByOne(id, () => hasArrived(to, id, setUnder, fence)),
    expirePassword: (id, setUnder, fence) =>
      oneByOne(id, () => expirePassword(to, ways, id, setUnder, fence)),
    setBlocked: (id, blocked, fence) =>
      oneByOne(id, async () => {
        const { attribute, value } = shape.block
        const changes = [put(attribute, ...(blocked ? [value] : []))]
        await change(to, id, fence, () => ({ noted: { blocked: false }, changes }))
      }),
    close: (id, fence) => oneByOne(id, () => closeEntry(to, ways, id, fence)),
    reopen: (id, fence) => oneByOne(id, () => reopenEntry(to, ways, id, fence)),
    describe: (id, holder, fence) =>
      oneByOne(id, async () => {
        const changes = ({ dn }: Seen) =>
          described(shape.attributes, dn, holder).map(([name, values]) => put(name, ...values))
        await change(to, id, fence, here => ({ noted: {}, changes: changes(here) }))
      }),
  }
  return { provider, stop: to.stop }
}

/** Without the right it answers the same however often it is asked: somebody has to grant it. */
const refused = (what: string, error: unknown): ProviderRefusal | undefined =>
  what !== 'search' && codeOf(error) === codes.noRight
    ? new ProviderRefusal('not-permitted', undefined, {
        detail: 'la cuenta del servicio no tiene permiso para este cambio',
      })
    : undefined

const waysOf = ({ block, until, mustChange, onClose, closedUnit }: Shape): Ways<Seen> => ({
  gone: () => [put('userPassword'), ...(until ? [put(until)] : []), ...(mustChange ? [put('pwdReset')] : [])],
  block: () => [put(block.attribute, block.value)],
  unblock: () => [put(block.attribute)],
  onClose,
  closedUnit,
})

async function giveNewPassword(to: Ldap, id: string, ask: NewPassword & { fence: number }): Promise<void> {
  const { shape } = to
  const set = { set: ask.fence, pending: 0, ended: false, blocked: false, changed: undefined }
  let here: Seen | undefined
  if (shape.password === 'exop') {
    const noted = (here: Seen) => ({ pending: ask.fence, changed: here.changed, blocked: here.blocked })
    here = await change(to, id, ask.fence, here => ({ noted: noted(here) }))
    await modifyPassword(to, here?.dn ?? '', ask.password)
    await change(to, id, ask.fence, here => ({
      noted: set,
      changes: keepBlock(shape, here, besidePassword(shape, ask)),
    }))
  } else {
    const password = put('userPassword', await stored(shape, ask.password))
    here = await change(to, id, ask.fence, here => ({
      noted: set,
      changes: keepBlock(shape, here, [password, ...besidePassword(shape, ask)]),
    }))
  }
  if (ask.until) await noteChanged(to, id, ask.fence, shape.notesLater ? here?.changed : undefined)
}

async function createEntry(to: Ldap, ask: Creation, setPassword: Provider['setPassword']): Promise<Entry> {
  const { shape } = to
  const ours = equal(shape.marker, accountMarker(ask.marker))
  const [known] = await search(to, ours)
  if (known) return again(to, known, ask, setPassword)
  const taken = await search(to, equal(shape.attributes.address as string, ask.address))
  if (taken.length > 0) throw new ProviderRefusal('address-taken')
  const { dn, attributes } = newEntry(shape, ask)
  const noted = { ...nothing, fence: ask.fence, ended: true }
  const marked = { ...attributes, [shape.marker]: [accountMarker(ask.marker), written(noted)] }
  try {
    // Without a password: an entry that nobody signs in to, until the fence and the password come together.
    await run(to, 'add', client => client.add(dn, marked), new Set([codes.entryExists]))
  } catch (error) {
    if (codeOf(error) !== codes.entryExists) throw error
  }
  const [made] = await search(to, ours)
  if (!made) throw new ProviderRefusal('address-taken')
  return again(to, made, ask, setPassword)
}

/** An entry that is ours gets the new password; one without stays without. */
async function again(
  to: Ldap,
  here: Seen,
  ask: Creation,
  setPassword: Provider['setPassword'],
): Promise<Entry> {
  const { password, until, fence } = ask
  if (password !== null) await setPassword(here.externalId, { password, until, fence })
  else await change(to, here.externalId, fence, () => ({ noted: {} }))
  return { ...entryOf(here), fence }
}

async function hasArrived(to: Ldap, id: string, setUnder: number, fence: number): Promise<boolean> {
  let arrived = false
  await change(to, id, fence, here => {
    const { set, pending, changed } = here.noted
    // Its password came apart from the rest: the directory's own time says whether.
    const late = pending === setUnder && here.changed !== (changed ?? '')
    arrived = set === setUnder || late
    if (late) return { noted: { set: setUnder, pending: 0 } }
    return arrived ? undefined : { noted: {} }
  })
  return arrived
}
