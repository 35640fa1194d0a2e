import { EqualityFilter } from 'ldapts'
import type { ProviderSettings } from '../institution/institution.ts'
import { about, type Examination, type Examiner, type Finding } from './finding.ts'
import { openLdap } from './ldap.ts'
import { codeOf, codes } from './ldap-change.ts'
import { nameOf, openConnections } from './ldap-connection.ts'
import { type Looking, lookInside } from './ldap-examine-entry.ts'
import { mendsOf } from './ldap-examine-mends.ts'
import { outside } from './ldap-examine-outside.ts'
import { schemaOf } from './ldap-examine-schema.ts'
import { accountMarker } from './ldap-marker.ts'
import { within } from './ldap-names.ts'
import { addressOf, shapeOf } from './ldap-shape.ts'
import { ProviderRefusal } from './provider.ts'
import { live, TRIAL_MARKER } from './trial.ts'

/** OpenLDAP and 389 Directory Server look at themselves: as the service's own account, and as a throw-away one. */
export function examineLdap(name: string, settings: ProviderSettings): Examiner {
  let told = ''
  const tell = (problem: string) => {
    told = problem
  }
  const address = addressOf(settings)
  const shape = shapeOf(settings)
  const to = openConnections(address, tell)
  const { provider, stop } = openLdap(settings, tell)
  const lastTold = () => {
    const last = told
    told = ''
    return last
  }
  const looking: Looking = { name, to, shape, address, provider, lastTold, mends: mendsOf(name, settings) }
  const { hostname, port, protocol } = new URL(address.url)
  const encrypted = address.startTls ? 'ldap-starttls' : protocol === 'ldaps:' ? 'at-once' : 'never'
  return {
    door: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'ldaps:' ? 636 : 389),
      encrypted,
      ca: address.ca,
      caSetting: `providers.${name}.ca`,
    },
    glance: () => glance(looking),
    examine: ask => examine(looking, ask),
    stop: () => {
      stop()
      to.stop()
    },
  }
}

async function* glance(on: Looking): AsyncIterable<Finding> {
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

async function* examine(on: Looking, ask: Examination): AsyncIterable<Finding> {
  const schema = await schemaOf(on)
  yield* schema
  yield await listing(on)
  yield* sweep(on, on.name, 'leftover')
  if (schema.some(({ ok }) => ok === 'no')) {
    yield about(on.name).skipped('entry-create', 'sin esquema no se prueba ninguna cuenta')
    return
  }
  const units = new Map(
    ask.kinds.map(kind => [within(on.shape.baseDn, on.shape.units[kind.kind]).toLowerCase(), kind]),
  )
  for (const kind of units.values()) {
    const unit = within(on.shape.baseDn, on.shape.units[kind.kind])
    const subject = `${on.name} · ${unit}`
    const { between, weigh } = lookInside(on, subject)
    const mend = on.mends.step(unit)
    const trial = { ...on, subject, kind, ask, mend, between }
    try {
      for await (const finding of live(trial)) yield weigh(finding)
    } finally {
      yield* sweep(on, subject, 'entry-delete')
    }
  }
  yield* outside(on, ask.kinds)
}

/** Every entry under the base, page after page: what adoption and the daily comparison read. */
async function listing({ name, to, shape, lastTold, mends }: Looking): Promise<Finding> {
  const say = about(name)
  const filter = new EqualityFilter({ attribute: 'objectClass', value: shape.classes[0] ?? 'inetOrgPerson' })
  let entries = 0
  try {
    const ask = { scope: 'sub' as const, filter, attributes: ['1.1'], paged: { pageSize: 500 } }
    for await (const page of to.pages(shape.baseDn, ask)) entries += page.length
    return say.yes('list', `lee las ${entries} entradas de ${shape.baseDn}, por páginas`)
  } catch {
    return say.no('list', `no deja leer todas las entradas (${lastTold()})`, mends.list)
  }
}

/** Takes away every throw-away entry, of this run and of an interrupted one. */
async function* sweep(
  on: Looking,
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
