import { EqualityFilter, type Filter } from 'ldapts'
import { about, type Door, type ExaminedKind, type Finding } from './finding.ts'
import { codeOf, codes } from './ldap-change.ts'
import { type Connections, type DirectoryAddress, nameOf } from './ldap-connection.ts'
import { accountMarker } from './ldap-marker.ts'
import { type Provider, ProviderRefusal } from './provider.ts'
import { TRIAL_MARKER } from './trial.ts'

/** What an administrator does about what every such directory can be found to lack. */
export interface PlaceMends {
  bind: string
  answer: string
  base: string
  list: string
  clock: string
  remove(dns: string[]): string
  outside(places: string[]): string
}

/** A directory spoken to by LDAP, as an examination goes about it. */
export interface Place {
  name: string
  to: Connections
  address: DirectoryAddress
  provider: Provider
  lastTold(): string
  shape: {
    baseDn: string
    marker: string
    units: Readonly<Record<string, string>>
    closedUnit: string | undefined
  }
  /** All that could be an account. */
  everyone: Filter
  /** A throw-away entry in a place, without a password. */
  made(place: string, kind: ExaminedKind): { dn: string; attributes: Record<string, string[]> }
  mends: PlaceMends
}

/** What the last fault was called, and forgotten once it is asked for. */
export function openEar() {
  let told = ''
  return {
    tell: (problem: string) => {
      told = problem
    },
    lastTold: () => {
      const last = told
      told = ''
      return last
    },
  }
}

export function doorOf(name: string, address: DirectoryAddress): Door {
  const { hostname, port, protocol } = new URL(address.url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'ldaps:' ? 636 : 389),
    encrypted: address.startTls ? 'ldap-starttls' : protocol === 'ldaps:' ? 'at-once' : 'never',
    ca: address.ca,
    caSetting: `providers.${name}.ca`,
  }
}

export async function* glance(on: Place): AsyncIterable<Finding> {
  const { to, address, shape, mends } = on
  const say = about(on.name)
  try {
    if (await to.signsIn(address.bindDn, address.bindPassword))
      yield say.yes('bind', `entra como ${address.bindDn}`)
    else return void (yield say.no('bind', `no deja entrar a ${address.bindDn}`, mends.bind))
  } catch (error) {
    const why = error instanceof ProviderRefusal ? on.lastTold() || error.code : nameOf(error)
    return void (yield say.no('answer', `no contesta (${why})`, mends.answer))
  }
  try {
    const ask = { scope: 'base' as const, attributes: ['1.1'] }
    const { searchEntries } = await to.run(client => client.search(shape.baseDn, ask))
    if (searchEntries.length > 0) return void (yield say.yes('base', `existe ${shape.baseDn}`))
  } catch (error) {
    if (codeOf(error) === undefined)
      return void (yield say.no('answer', `no contesta (${on.lastTold()})`, mends.answer))
  }
  yield say.no('base', `no existe ${shape.baseDn}, o la cuenta no puede verla`, mends.base)
}

/** Every entry under the base, page after page: what adoption and the daily comparison read. */
export async function listing({ name, to, shape, everyone, lastTold, mends }: Place): Promise<Finding> {
  const say = about(name)
  let entries = 0
  try {
    const ask = { scope: 'sub' as const, filter: everyone, attributes: ['1.1'], paged: { pageSize: 500 } }
    for await (const page of to.pages(shape.baseDn, ask)) entries += page.length
    return say.yes('list', `lee las ${entries} entradas de ${shape.baseDn}, por páginas`)
  } catch {
    return say.no('list', `no deja leer todas las entradas (${lastTold()})`, mends.list)
  }
}

/** Takes away every throw-away entry, of this run and of an interrupted one. */
export async function* sweep(
  on: Place,
  subject: string,
  check: 'leftover' | 'entry-delete',
): AsyncIterable<Finding> {
  const { to, shape, mends } = on
  const say = about(subject)
  const filter = new EqualityFilter({ attribute: shape.marker, value: accountMarker(TRIAL_MARKER) })
  const ask = { scope: 'sub' as const, filter, attributes: ['1.1'] }
  const stuck: string[] = []
  let removed = 0
  try {
    const { searchEntries } = await to.run(client => client.search(shape.baseDn, ask))
    for (const { dn } of searchEntries) {
      try {
        await to.run(client => client.del(dn))
        removed++
      } catch (error) {
        if (codeOf(error) !== codes.noSuchObject) stuck.push(dn)
      }
    }
  } catch (error) {
    if (check === 'entry-delete')
      yield say.warning(check, `no se pudo buscar la cuenta de prueba (${nameOf(error)})`, mends.remove([]))
    return
  }
  if (stuck.length > 0)
    yield say.warning(check, `queda ${stuck.join(' y ')}, sin contraseña`, mends.remove(stuck))
  else if (check === 'entry-delete') yield say.yes(check, 'la cuenta de prueba ya no está')
  else if (removed > 0) yield say.yes(check, `se quitó lo que dejó una prueba interrumpida (${removed})`)
}
