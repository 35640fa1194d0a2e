import type { ProviderSettings } from '../institution/institution.ts'
import { createEntry } from './active-directory-create.ts'
import { commonNames } from './active-directory-names.ts'
import { type Domain, giveNewPassword, hasArrived, nobodys } from './active-directory-password.ts'
import { isRightAllTheSame, refusedByDomain } from './active-directory-refusals.ts'
import {
  admitted,
  barred,
  type DomainShape,
  domainReadingOf,
  domainShapeOf,
  fitting,
  type Person,
} from './active-directory-shape.ts'
import { allEntries, byId, byKeys, change, codeOf, codes, openQueues, put, run } from './ldap-change.ts'
import { openConnections, type Tell } from './ldap-connection.ts'
import { accepts, closeEntry, expirePassword, reopenEntry, type Ways } from './ldap-entry.ts'
import { escaped, ownName, parentOf } from './ldap-names.ts'
import { described, entryOf } from './ldap-read.ts'
import { addressOf } from './ldap-shape.ts'
import type { Holder, Provider } from './provider.ts'

/** Domains of Windows, and Samba's. `stop` ends its connections. */
export function openActiveDirectory(
  settings: ProviderSettings,
  tell: Tell,
): { provider: Provider; stop(): void } {
  const shape = domainShapeOf(settings)
  const connections = openConnections(addressOf(settings), tell, isRightAllTheSame)
  const to: Domain = {
    ...connections,
    shape,
    reads: domainReadingOf(shape),
    tell,
    refused: refusedByDomain,
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
    accepts: (id, password) => accepts(to, id, password),
    create: ask => oneByOne(ask.marker, () => createEntry(to, ask, setPassword)),
    setPassword,
    hasArrived: (id, setUnder, fence) => oneByOne(id, () => hasArrived(to, id, setUnder, fence)),
    expirePassword: (id, setUnder, fence) =>
      oneByOne(id, () => expirePassword(to, ways, id, setUnder, fence)),
    setBlocked: (id, blocked, fence) => oneByOne(id, () => setBlocked(to, ways, id, blocked, fence)),
    close: (id, fence) => oneByOne(id, () => closeEntry(to, ways, id, fence)),
    reopen: (id, fence) => oneByOne(id, () => reopenEntry(to, ways, id, fence)),
    describe: (id, holder, fence) => oneByOne(id, () => describeEntry(to, id, holder, fence)),
  }
  return { provider, stop: to.stop }
}

const waysOf = ({ onClose, closedUnit }: DomainShape): Ways<Person> => ({
  gone: () => [nobodys()],
  block: here => [put('userAccountControl', barred(here))],
  unblock: here => [put('userAccountControl', admitted(here))],
  onClose,
  closedUnit,
})

/** An entry that never had a password stays disabled, blocked or not: nobody signs in with none. */
async function setBlocked(to: Domain, ways: Ways<Person>, id: string, blocked: boolean, fence: number) {
  await change(to, id, fence, here =>
    here.asleep
      ? { noted: { blocked } }
      : { noted: { blocked: false }, changes: blocked ? ways.block(here) : ways.unblock(here) },
  )
}

/** The entry's own name says whose it is, too. */
async function describeEntry(to: Domain, id: string, holder: Holder, fence: number): Promise<void> {
  const here = await change(to, id, fence, ({ dn }) => ({
    noted: {},
    changes: described(to.shape.attributes, dn, holder).map(([attribute, values]) =>
      put(attribute, ...values.map(value => fitting(attribute, value)).filter(value => value !== '')),
    ),
  }))
  if (here) await rename(to, here, holder.displayName)
}

/** Where somebody of that name stands in the unit already, it is told apart as in a creation. */
async function rename(to: Domain, here: Person, name: string): Promise<void> {
  const names = commonNames(name, here.address.split('@')[0] ?? '')
  for (let n = 0; n < 10; n++) {
    const own = `CN=${escaped(names.next().value)}`
    if (own.toLowerCase() === ownName(here.dn).toLowerCase()) return
    const there = `${own},${parentOf(here.dn)}`
    const done = await run(to, 'move', client => client.modifyDN(here.dn, there), taken).then(
      () => true,
      (error: unknown) => {
        if (!taken.has(codeOf(error))) throw error
        return codeOf(error) === codes.noSuchObject
      },
    )
    if (done) return
  }
}

const taken = new Set<number | undefined>([codes.entryExists, codes.noSuchObject])
