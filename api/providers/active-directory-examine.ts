import type { ProviderSettings } from '../institution/institution.ts'
import { openActiveDirectory } from './active-directory.ts'
import { type AdMends, adMendsOf } from './active-directory-examine-mends.ts'
import { domainFindings } from './active-directory-examine-policy.ts'
import { isRightAllTheSame } from './active-directory-refusals.ts'
import {
  type DomainShape,
  domainReadingOf,
  domainShapeOf,
  newPerson,
  unitOf,
} from './active-directory-shape.ts'
import { about, type Examination, type Examiner, type Finding } from './finding.ts'
import { equal } from './ldap-change.ts'
import { openConnections } from './ldap-connection.ts'
import { outside } from './ldap-examine-outside.ts'
import { doorOf, glance, listing, openEar, type Place, sweep } from './ldap-examine-parts.ts'
import { escaped } from './ldap-names.ts'
import { addressOf } from './ldap-shape.ts'
import { live, type Now, throwAway } from './trial.ts'

export interface DomainPlace extends Place {
  shape: DomainShape
  mends: AdMends
}

/** A domain looks at itself: as the service's own account, and as a throw-away one. */
export function examineActiveDirectory(name: string, settings: ProviderSettings): Examiner {
  const { tell, lastTold } = openEar()
  const address = addressOf(settings)
  const shape = domainShapeOf(settings)
  const to = openConnections(address, tell, isRightAllTheSame)
  const { provider, stop } = openActiveDirectory(settings, tell)
  const place: DomainPlace = {
    name,
    to,
    address,
    provider,
    lastTold,
    shape,
    everyone: domainReadingOf(shape).everyone,
    made: (unit, kind) => {
      const creation = throwAway(kind, 1)
      const login = creation.address.split('@')[0] ?? ''
      const attributes = { ...newPerson(shape, creation), sAMAccountName: [login.slice(0, 20)] }
      return { dn: `CN=${escaped(login)},${unit}`, attributes }
    },
    mends: adMendsOf(name, settings),
  }
  return {
    door: doorOf(name, address),
    glance: () => glance(place),
    examine: ask => examine(place, ask),
    stop: () => {
      stop()
      to.stop()
    },
  }
}

async function* examine(on: DomainPlace, ask: Examination): AsyncIterable<Finding> {
  const { shape } = on
  yield* domainFindings(on, ask)
  yield* groups(on)
  yield await listing(on)
  const left = await Array.fromAsync(sweep(on, on.name, 'leftover'))
  yield* left
  let stuck = left.some(({ ok }) => ok === 'warning')
  const units = new Map(ask.kinds.map(kind => [unitOf(shape, kind.kind).toLowerCase(), kind]))
  for (const kind of units.values()) {
    const unit = unitOf(shape, kind.kind)
    const subject = `${on.name} · ${unit}`
    if (stuck) {
      yield about(subject).skipped('entry-create', 'primero hay que borrar la cuenta de prueba que queda')
      continue
    }
    const trial = { ...on, subject, kind, ask, mend: on.mends.step(unit), between: inside(on, subject, ask) }
    try {
      yield* live(trial)
    } finally {
      const swept = await Array.fromAsync(sweep(on, subject, 'entry-delete'))
      stuck = swept.some(({ ok }) => ok === 'warning')
      yield* swept
    }
  }
  yield* outside(on, ask.kinds)
}

async function* groups({ to, name, shape, mends }: DomainPlace): AsyncIterable<Finding> {
  const say = about(name)
  for (const group of shape.groups) {
    const ask = { scope: 'base' as const, filter: equal('objectClass', 'group'), attributes: ['1.1'] }
    const found = await to.run(client => client.search(group, ask)).catch(() => undefined)
    yield found?.searchEntries.length
      ? say.yes('group', `existe el grupo ${group}`)
      : say.no('group', `no existe el grupo ${group}, o la cuenta no puede verlo`, mends.group(group))
  }
}

/** What of a throw-away entry only a domain can be asked, once it has its first password. */
const inside = (on: DomainPlace, subject: string, examination: Examination) =>
  async function* (now: Now): AsyncIterable<Finding> {
    const { shape, to, provider, mends } = on
    const say = about(subject)
    const filter = domainReadingOf(shape).byId(now.id)
    const ask = { scope: 'sub' as const, ...(filter ? { filter } : {}), attributes: ['pwdLastSet'] }
    const { searchEntries } = await to.run(client => client.search(shape.baseDn, ask))
    if (shape.mustChange)
      yield String(searchEntries[0]?.pwdLastSet) === '0'
        ? say.yes('must-change', 'quien entra con la contraseña temporal debe cambiarla')
        : say.no(
            'must-change',
            'con la contraseña temporal se entra sin tener que cambiarla',
            mends.right(shape.baseDn),
          )
    const before = now.password
    now.password = examination.password()
    await provider.setPassword(now.id, { password: now.password, until: null, fence: ++now.fence })
    yield (await provider.accepts(now.id, before))
      ? say.warning(
          'old-password',
          'la contraseña anterior sigue entrando después de restablecer',
          mends.oldPassword,
        )
      : say.yes('old-password', 'la contraseña anterior deja de entrar al momento')
  }
