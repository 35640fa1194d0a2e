import { OrFilter } from 'ldapts'
import { accountNames, commonNames, principalName } from './active-directory-names.ts'
import type { Domain } from './active-directory-password.ts'
import { newPerson, type Person, unitOf } from './active-directory-shape.ts'
import { add, change, codeOf, codes, equal, run, search } from './ldap-change.ts'
import { removeEntry } from './ldap-entry.ts'
import { accountMarker, nothing, written } from './ldap-marker.ts'
import { escaped } from './ldap-names.ts'
import { entryOf } from './ldap-read.ts'
import { type Creation, type Entry, type Provider, ProviderRefusal } from './provider.ts'

/** Names that are tried before somebody has to look: each costs one question. */
const tries = 40
const refusedNames = new Set<number | undefined>([codes.entryExists, 19])

/**
 * Added disabled, then in its groups, then the password, then enabled: whatever was cut short is found by its marker and goes
 * on. Without a password it stays disabled, and is nobody's blocked entry all the same.
 */
export async function createEntry(
  to: Domain,
  ask: Creation,
  setPassword: Provider['setPassword'],
): Promise<Entry> {
  const here = (await ours(to, ask)) ?? (await addEntry(to, ask))
  const { password, until, fence } = ask
  try {
    if (here.noted.fence <= fence) for (const group of to.shape.groups) await join(to, group, here.dn)
    if (password !== null) await setPassword(here.externalId, { password, until, fence })
    else await change(to, here.externalId, fence, () => ({ noted: {} }))
  } catch (error) {
    if (here.asleep && isFinal(error)) await withdraw(to, here, fence)
    throw error
  }
  return { ...entryOf(here), fence }
}

const isFinal = (error: unknown) =>
  error instanceof ProviderRefusal && ['not-permitted', 'password-refused', 'conflict'].includes(error.code)

/** Nothing half made stays behind a creation that cannot be finished: no password, no groups, nobody's address. */
async function withdraw(to: Domain, here: Person, fence: number): Promise<void> {
  try {
    await change(to, here.externalId, fence, () => ({ noted: { closed: true } }))
    await removeEntry(to, here.dn)
  } catch (error) {
    to.tell(`delete: ${error instanceof ProviderRefusal ? error.code : 'unexpected'}`)
  }
}

/** The entry of this creation, wherever it stands; refuses an address that anybody else in the domain has, as an alias too. */
async function ours(to: Domain, ask: Creation): Promise<Person | undefined> {
  const { shape } = to
  const filters = [
    equal(shape.attributes.address as string, ask.address),
    equal('userPrincipalName', principalName(ask.address, shape.upnSuffix)),
    equal('proxyAddresses', `smtp:${ask.address}`),
  ]
  const found = await search(to, new OrFilter({ filters }), shape.domainDn)
  const mine = found.find(({ made }) => made === ask.marker)
  if (!mine && found.length > 0) throw new ProviderRefusal('address-taken')
  return mine
}

async function addEntry(to: Domain, ask: Creation): Promise<Person> {
  const { shape } = to
  const login = ask.address.split('@')[0] ?? ''
  const [accounts, names] = [accountNames(login), commonNames(ask.displayName, login)]
  let [account, name] = [accounts.next().value, names.next().value]
  const noted = written({ ...nothing, fence: ask.fence, ended: true, asleep: true })
  for (let n = 0; n < tries; n++) {
    const dn = `CN=${escaped(name)},${unitOf(shape, ask.kind)}`
    const entry = {
      ...newPerson(shape, ask),
      sAMAccountName: [account],
      [shape.marker]: [accountMarker(ask.marker), noted],
    }
    let refused: unknown
    await run(to, 'add', client => client.add(dn, entry), refusedNames).catch((error: unknown) => {
      if (!refusedNames.has(codeOf(error))) throw error
      refused = error
    })
    // Ours all the same where somebody of us was faster; somebody else's where the address was taken meanwhile.
    const made = await ours(to, ask)
    if (made) return made
    if (codeOf(refused) !== codes.entryExists)
      throw to.refused?.('add', refused) ?? new ProviderRefusal('unavailable')
    if (await stands(to, dn)) name = names.next().value
    else account = accounts.next().value
  }
  throw new ProviderRefusal('address-taken')
}

const stands = async (to: Domain, dn: string): Promise<boolean> => {
  const ask = { scope: 'base' as const, attributes: ['cn'] }
  return run(to, 'search', client => client.search(dn, ask), new Set([codes.noSuchObject])).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) !== codes.noSuchObject) throw error
      return false
    },
  )
}

/** A second time changes nothing. */
async function join(to: Domain, group: string, dn: string): Promise<void> {
  const member = new Set<number | undefined>([codes.entryExists, codes.valueExists])
  await run(to, 'member', client => client.modify(group, [add('member', dn)]), member).catch(
    (error: unknown) => {
      if (!member.has(codeOf(error))) throw error
    },
  )
}
