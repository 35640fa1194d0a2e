import { randomUUID } from 'node:crypto'
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
  type Step,
  search,
} from './ldap-change.ts'
import { nameOf, openConnections, type Tell } from './ldap-connection.ts'
import { besidePassword, keepBlock, modifyPassword, stored } from './ldap-password.ts'
import {
  accountMarker,
  addressOf,
  described,
  type Found,
  movedTo,
  newEntry,
  parentOf,
  shapeOf,
  within,
  written,
} from './ldap-shape.ts'
import { type Creation, type Entry, type NewPassword, type Provider, ProviderRefusal } from './provider.ts'

const entry = ({ externalId, address, blocked, noted }: Found): Entry => ({
  externalId,
  seenAs: address,
  active: !blocked && !noted.closed,
  fence: noted.fence,
})

/** OpenLDAP and 389 Directory Server. `stop` ends its connections. */
export function openLdap(settings: ProviderSettings, tell: Tell): { provider: Provider; stop(): void } {
  const to: Directory = { ...openConnections(addressOf(settings), tell), shape: shapeOf(settings), tell }
  const oneByOne = openQueues()
  const setPassword: Provider['setPassword'] = (id, ask) => oneByOne(id, () => giveNewPassword(to, id, ask))
  const provider: Provider = {
    look: async id => {
      const here = await byId(to, id)
      return here && entry(here)
    },
    find: keys => byKeys(to, keys),
    list: () => allEntries(to),
    accepts: (id, password) => accepts(to, id, password),
    create: ask => oneByOne(ask.marker, () => createEntry(to, ask, setPassword)),
    setPassword,
    hasArrived: (id, setUnder, fence) => oneByOne(id, () => hasArrived(to, id, setUnder, fence)),
    expirePassword: (id, setUnder, fence) => oneByOne(id, () => expirePassword(to, id, setUnder, fence)),
    setBlocked: (id, blocked, fence) =>
      oneByOne(id, async () => {
        const { attribute, value } = to.shape.block
        const changes = [put(attribute, ...(blocked ? [value] : []))]
        await change(to, id, fence, () => ({ noted: { blocked: false }, changes }))
      }),
    close: (id, fence) => oneByOne(id, () => closeEntry(to, id, fence)),
    reopen: (id, fence) => oneByOne(id, () => reopenEntry(to, id, fence)),
    describe: (id, holder, fence) =>
      oneByOne(id, async () => {
        const changes = ({ dn }: Found) =>
          described(to.shape, dn, holder).map(([name, values]) => put(name, ...values))
        await change(to, id, fence, here => ({ noted: {}, changes: changes(here) }))
      }),
  }
  return { provider, stop: to.stop }
}

async function accepts(to: Directory, id: string | undefined, password: string): Promise<boolean> {
  const { decoy, baseDn } = to.shape
  const here = await byId(to, id ?? randomUUID())
  const opens = here !== undefined && !here.noted.closed && password !== ''
  const signsIn = await to
    .signsIn(opens ? here.dn : (decoy ?? `cn=${randomUUID()},${baseDn}`), password)
    .catch((error: unknown) => {
      if (error instanceof ProviderRefusal) throw error
      to.tell(`bind: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    })
  return signsIn && opens
}

async function giveNewPassword(
  to: Directory,
  id: string,
  ask: NewPassword & { fence: number },
): Promise<void> {
  const { shape } = to
  const set = { set: ask.fence, pending: 0, ended: false, blocked: false, changed: undefined }
  if (shape.password === 'exop') {
    const noted = (here: Found) => ({ pending: ask.fence, changed: here.changed, blocked: here.blocked })
    const here = await change(to, id, ask.fence, here => ({ noted: noted(here) }))
    await modifyPassword(to, here?.dn ?? '', ask.password)
    await change(to, id, ask.fence, here => ({
      noted: set,
      changes: keepBlock(shape, here, besidePassword(shape, ask)),
    }))
  } else {
    const password = put('userPassword', await stored(shape, ask.password))
    await change(to, id, ask.fence, here => ({
      noted: set,
      changes: keepBlock(shape, here, [password, ...besidePassword(shape, ask)]),
    }))
  }
  if (ask.until) await noteChanged(to, id, ask.fence)
}

/** When the directory says that our temporary password was set: a later time means that she has her own by now. */
const noteChanged = (to: Directory, id: string, fence: number) =>
  change(to, id, fence, here => (here.changed === '' ? undefined : { noted: { changed: here.changed } }))

async function createEntry(
  to: Directory,
  ask: Creation,
  setPassword: Provider['setPassword'],
): Promise<Entry> {
  const { shape } = to
  const ours = equal(shape.marker, accountMarker(ask.marker))
  const [known] = await search(to, ours)
  if (known) return again(to, known, ask, setPassword)
  const taken = await search(to, equal(shape.attributes.address as string, ask.address))
  if (taken.length > 0) throw new ProviderRefusal('address-taken')
  const { dn, attributes } = newEntry(shape, ask)
  const noted = {
    fence: ask.fence,
    set: 0,
    changed: undefined,
    pending: 0,
    blocked: false,
    ended: true,
    closed: false,
    home: undefined,
  }
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
  to: Directory,
  here: Found,
  ask: Creation,
  setPassword: Provider['setPassword'],
): Promise<Entry> {
  const { password, until, fence } = ask
  if (password !== null) await setPassword(here.externalId, { password, until, fence })
  else await change(to, here.externalId, fence, () => ({ noted: {} }))
  return { ...entry(here), fence }
}

async function hasArrived(to: Directory, id: string, setUnder: number, fence: number): Promise<boolean> {
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

async function expirePassword(
  to: Directory,
  id: string,
  setUnder: number,
  fence: number,
): Promise<'expired' | 'not-ours'> {
  const { until, mustChange } = to.shape
  const gone = [put('userPassword'), ...(until ? [put(until)] : []), ...(mustChange ? [put('pwdReset')] : [])]
  let said: 'expired' | 'not-ours' = 'not-ours'
  const decide = (here: Found): Step => {
    const { set, changed, ended } = here.noted
    const ours = set === setUnder && (changed === undefined || changed === here.changed)
    said = ended || ours ? 'expired' : 'not-ours'
    return ours && !ended ? { noted: { ended: true }, changes: gone } : undefined
  }
  try {
    await change(to, id, fence, decide)
    return said
  } catch (error) {
    if (!(error instanceof ProviderRefusal) || error.code === 'unavailable') throw error
    const here = await byId(to, id)
    return here?.noted.ended ? 'expired' : 'not-ours'
  }
}

async function closeEntry(to: Directory, id: string, fence: number): Promise<void> {
  const { block, until, onClose, closedUnit, baseDn } = to.shape
  const here = await byId(to, id)
  if (!here && onClose === 'delete') return
  if (!here?.noted.closed)
    await change(to, id, fence, () => ({
      noted: {
        closed: true,
        ended: true,
        blocked: false,
        home: Buffer.from(parentOf(here?.dn ?? '')).toString('base64url'),
      },
      changes: [put('userPassword'), put(block.attribute, block.value), ...(until ? [put(until)] : [])],
    }))
  const { dn } = (await byId(to, id)) ?? {}
  if (dn === undefined) return
  if (onClose === 'delete')
    await run(to, 'delete', client => client.del(dn), new Set([codes.noSuchObject])).catch(unlessGone)
  const there = movedTo(dn, within(baseDn, closedUnit))
  if (onClose === 'move' && there.toLowerCase() !== dn.toLowerCase())
    // Where somebody of that name was closed before, it stays where it is, closed.
    await run(to, 'move', client => client.modifyDN(dn, there), new Set([codes.entryExists])).catch(
      unlessThere,
    )
}

/** What was closed is there again, where it stood, without a password. */
async function reopenEntry(to: Directory, id: string, fence: number): Promise<void> {
  const { attribute } = to.shape.block
  const noted = { closed: false, home: undefined }
  const changes = [put(attribute)]
  const here = await change(
    to,
    id,
    fence,
    ({ noted: { closed } }) => (closed ? { noted, changes } : { noted: {} }),
    true,
  )
  if (!here?.noted.home) return
  const there = movedTo(here.dn, Buffer.from(here.noted.home, 'base64url').toString())
  if (there.toLowerCase() === here.dn.toLowerCase()) return
  await run(to, 'move', client => client.modifyDN(here.dn, there), new Set([codes.entryExists])).catch(
    unlessThere,
  )
}

const unlessGone = (error: unknown) => {
  if (codeOf(error) !== codes.noSuchObject) throw error
}
const unlessThere = (error: unknown) => {
  if (codeOf(error) !== codes.entryExists) throw error
}
