import type { ProviderSettings } from '../institution/institution.ts'
import { about, type Examination, type Examiner, type Finding } from './finding.ts'
import { openLdap } from './ldap.ts'
import { openConnections } from './ldap-connection.ts'
import { type Looking, lookInside } from './ldap-examine-entry.ts'
import { mendsOf } from './ldap-examine-mends.ts'
import { outside } from './ldap-examine-outside.ts'
import { doorOf, glance, listing, openEar, sweep } from './ldap-examine-parts.ts'
import { schemaOf } from './ldap-examine-schema.ts'
import { within } from './ldap-names.ts'
import { addressOf, newEntry, readingOf, shapeOf } from './ldap-shape.ts'
import { live, throwAway } from './trial.ts'

/** OpenLDAP and 389 Directory Server look at themselves: as the service's own account, and as a throw-away one. */
export function examineLdap(name: string, settings: ProviderSettings): Examiner {
  const { tell, lastTold } = openEar()
  const address = addressOf(settings)
  const shape = shapeOf(settings)
  const to = openConnections(address, tell)
  const { provider, stop } = openLdap(settings, tell)
  const on: Looking = {
    name,
    to,
    shape,
    address,
    provider,
    lastTold,
    everyone: readingOf(shape).everyone,
    made: (place, kind) => newEntry({ ...shape, baseDn: place, units: {} }, throwAway(kind, 1)),
    mends: mendsOf(name, settings),
  }
  return {
    door: doorOf(name, address),
    glance: () => glance(on),
    examine: ask => examine(on, ask),
    stop: () => {
      stop()
      to.stop()
    },
  }
}

async function* examine(on: Looking, ask: Examination): AsyncIterable<Finding> {
  const schema = await schemaOf(on)
  yield* schema
  yield await listing(on)
  const left = await Array.fromAsync(sweep(on, on.name, 'leftover'))
  yield* left
  let stuck = left.some(({ ok }) => ok === 'warning')
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
    if (stuck) {
      yield about(subject).skipped('entry-create', 'primero hay que borrar la cuenta de prueba que queda')
      continue
    }
    const { between, weigh } = lookInside(on, subject)
    const mend = on.mends.step(unit)
    const trial = { ...on, subject, kind, ask, mend, between }
    try {
      for await (const finding of live(trial)) yield weigh(finding)
    } finally {
      const swept = await Array.fromAsync(sweep(on, subject, 'entry-delete'))
      stuck = swept.some(({ ok }) => ok === 'warning')
      yield* swept
    }
  }
  yield* outside(on, ask.kinds)
}
