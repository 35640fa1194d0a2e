import { EqualityFilter } from 'ldapts'
import { about, type ExaminedKind, type Finding } from './finding.ts'
import type { Place } from './ldap-examine-parts.ts'
import { accountMarker } from './ldap-marker.ts'
import { parentOf, within } from './ldap-names.ts'
import { TRIAL_MARKER } from './trial.ts'

/** Of each sort of place; a directory may have thousands. */
const atMost = 5

/** Where nobody asked for an account, the service must not be able to make one. */
export async function* outside(on: Place, kinds: readonly ExaminedKind[]): AsyncIterable<Finding> {
  const { shape, address, mends } = on
  const say = about(on.name)
  const base = normal(shape.baseDn)
  const isInside = (dn: string) => normal(dn) === base || normal(dn).endsWith(`,${base}`)
  const beyond = [
    ...new Set([
      parentOf(shape.baseDn),
      parentOf(address.bindDn),
      ...(await unitsUnder(on, parentOf(shape.baseDn))),
    ]),
  ].filter(dn => dn !== '' && !isInside(dn))
  const named = [
    ...kinds.map(({ kind }) => shape.units[kind]),
    ...(shape.closedUnit ? [shape.closedUnit] : []),
  ].map(unit => normal(within(shape.baseDn, unit)))
  const unnamed = (await unitsUnder(on, shape.baseDn)).filter(dn => !named.includes(normal(dn)))
  const [kind] = kinds
  if (!kind) return
  const allowed = async (places: string[]) => {
    const open: string[] = []
    for (const place of places.slice(0, atMost)) {
      const told = await takes(on, kind, place)
      if (told) open.push(told)
    }
    return open
  }
  const wide = await allowed(beyond)
  if (wide.length > 0)
    yield say.no('outside', `también puede crear cuentas en ${wide.join(' y en ')}`, mends.outside(wide))
  else if (beyond.length > 0)
    yield say.yes('outside', `no puede crear cuentas en ${beyond.slice(0, atMost).join(' ni en ')}`)
  const more = await allowed(unnamed)
  if (more.length > 0)
    yield say.warning(
      'outside-unit',
      `también puede crear cuentas en ${more.join(' y en ')}, que la institución no nombra`,
      mends.outside(more),
    )
}

const normal = (dn: string) => dn.toLowerCase().replace(/\s*([,=])\s*/g, '$1')

async function unitsUnder({ to }: Place, base: string): Promise<string[]> {
  if (base === '') return []
  const filter = new EqualityFilter({ attribute: 'objectClass', value: 'organizationalUnit' })
  const ask = { scope: 'one' as const, filter, attributes: ['1.1'], sizeLimit: 50 }
  const found = await to.run(client => client.search(base, ask)).catch(() => undefined)
  return found?.searchEntries.map(({ dn }) => dn) ?? []
}

/** An entry without a password, gone at once where it could be made at all; one that cannot be taken away is named. */
async function takes(on: Place, kind: ExaminedKind, place: string): Promise<string | undefined> {
  const { to, shape } = on
  const { dn, attributes } = on.made(place, kind)
  const marked = { ...attributes, [shape.marker]: [accountMarker(TRIAL_MARKER)] }
  const made = await to
    .run(client => client.add(dn, marked))
    .then(
      () => true,
      () => false,
    )
  if (!made) return undefined
  return to
    .run(client => client.del(dn))
    .then(
      () => place,
      () => `${place} (queda ${dn}; bórrela)`,
    )
}
