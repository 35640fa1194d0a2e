import { EqualityFilter } from 'ldapts'
import { about, type Finding } from './finding.ts'
import { codeOf } from './ldap-change.ts'
import { openConnections } from './ldap-connection.ts'
import type { Mends } from './ldap-examine-mends.ts'
import type { Place } from './ldap-examine-parts.ts'
import { generalizedTime } from './ldap-read.ts'
import type { Shape } from './ldap-shape.ts'
import type { Now } from './trial.ts'

/** What every part of the examination works with. */
export interface Looking extends Place {
  shape: Shape
  mends: Mends
}

const insufficientAccess = 50
/** A directory's times have whole seconds, and two machines are never quite at one. */
const skewSeconds = 60

type Values = Record<string, string[]>

/** What of a throw-away entry only this directory can be asked, once it has its first password. */
export function lookInside(on: Looking, subject: string) {
  const say = about(subject)
  let unheeded = false
  async function* between({ id, password }: Now): AsyncIterable<Finding> {
    const { dn, held } = await entryOf(on, id)
    yield await byKeys(on, subject, held)
    if (on.shape.mustChange) {
      unheeded = !(await mustChange(on, dn, password))
      yield unheeded
        ? say.no(
            'must-change',
            'con la contraseña temporal se entra sin tener que cambiarla',
            on.mends.policy,
          )
        : say.yes('must-change', 'con la contraseña temporal solo se puede cambiarla')
    }
    yield* readable(on, subject, held, unheeded)
    yield await policy(on, subject, held)
    const skew = Math.round(
      (Date.now() - Date.parse(generalizedTime(held.createtimestamp?.[0] ?? ''))) / 1000,
    )
    if (Math.abs(skew) > skewSeconds)
      yield say.no('clock', `su reloj y el de esta máquina difieren ${Math.abs(skew)} s`, on.mends.clock)
    else if (!Number.isNaN(skew)) yield say.yes('clock', 'su reloj y el de esta máquina coinciden')
  }
  /** One cause, one finding: without its policy the directory heeds no block of its policy either. */
  const weigh = (finding: Finding): Finding =>
    unheeded &&
    finding.check === 'entry-block' &&
    finding.ok === 'no' &&
    /^pwd/i.test(on.shape.block.attribute)
      ? { ...finding, ok: 'skipped', mend: '' }
      : finding
  return { between, weigh }
}

async function entryOf(on: Looking, externalId: string): Promise<{ dn: string; held: Values }> {
  const { to, shape } = on
  const filter = new EqualityFilter({ attribute: shape.id, value: externalId })
  const ask = { scope: 'sub' as const, filter, attributes: ['*', '+'] }
  const { searchEntries } = await to.run(client => client.search(shape.baseDn, ask))
  const { dn = '', ...held } = searchEntries[0] ?? {}
  const values = Object.entries(held).map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)])
  return { dn: String(dn), held: Object.fromEntries(values) as Values }
}

/** Each attribute by which the service looks for people finds the entry that holds it. */
async function byKeys(on: Looking, subject: string, held: Values): Promise<Finding> {
  const { to, shape } = on
  const searched = [...new Set([shape.marker, ...Object.values(shape.attributes)])].filter(
    attribute => held[attribute.toLowerCase()],
  )
  const missing: string[] = []
  for (const attribute of searched) {
    const value = held[attribute.toLowerCase()]?.[0] ?? ''
    const filter = new EqualityFilter({ attribute, value })
    const ask = { scope: 'sub' as const, filter, attributes: ['1.1'], sizeLimit: 20 }
    const found = await to.run(client => client.search(shape.baseDn, ask)).catch(() => undefined)
    if (!found?.searchEntries.length) missing.push(attribute)
  }
  const unseen = ['curp', 'curt', 'controlNumber'].filter(
    key => shape.attributes[key] && !held[shape.attributes[key].toLowerCase()],
  )
  const all = [...missing, ...unseen.map(key => shape.attributes[key] ?? '')]
  const say = about(subject)
  return all.length === 0
    ? say.yes('entry-search', `se encuentra por ${searched.join(', ')}`)
    : say.no('entry-search', `no se encuentra por ${all.join(', ')}`, on.mends.search(all))
}

/** With a password that must be changed, a directory refuses everything else. */
async function mustChange({ address, shape }: Looking, dn: string, password: string): Promise<boolean> {
  const hers = openConnections({ ...address, bindDn: dn, bindPassword: password, connections: 1 }, () => {})
  try {
    await hers.run(client => client.search(shape.baseDn, { scope: 'base', attributes: ['1.1'] }))
    return false
  } catch (error) {
    return codeOf(error) === insufficientAccess
  } finally {
    hers.stop()
  }
}

function* readable(on: Looking, subject: string, held: Values, unheeded: boolean): Iterable<Finding> {
  const { shape, mends } = on
  const say = about(subject)
  const stored = held.userpassword?.[0]
  if (stored !== undefined && !/^\{[\w-]+\}/.test(stored))
    yield say.no('password-hashed', 'guarda la contraseña sin cifrar', mends.hashed)
  else if (stored !== undefined)
    yield say.warning(
      'password-hidden',
      'la cuenta del servicio puede leer contraseñas cifradas',
      mends.hidden,
    )
  if (!held[shape.changed.toLowerCase()] && !unheeded)
    yield say.warning(
      'password-time',
      `no anota en ${shape.changed} cuándo cambió una contraseña`,
      mends.changed,
    )
}

/** What the server states; where it hides its policy, the passwords that it took speak for themselves. */
async function policy(on: Looking, subject: string, held: Values): Promise<Finding> {
  const say = about(subject)
  const [dn] = held.pwdpolicysubentry ?? []
  const hidden = say.yes(
    'password-policy',
    'no deja leer su directiva de contraseñas; se prueba con las de abajo',
  )
  if (!dn) return hidden
  const ask = { scope: 'base' as const, attributes: ['*'] }
  const found = await on.to.run(client => client.search(dn, ask)).catch(() => undefined)
  const rules = Object.entries(found?.searchEntries[0] ?? {}).filter(([name]) => /^pwd[A-Z]/.test(name))
  if (rules.length === 0) return hidden
  return say.yes('password-policy', `${dn}: ${rules.map(([name, value]) => `${name} ${value}`).join(', ')}`)
}
