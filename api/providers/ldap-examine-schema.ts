import { about, type Finding } from './finding.ts'
import type { Looking } from './ldap-examine-entry.ts'

/** Every attribute and class that the settings name, against those that the server publishes. */
export async function schemaOf(on: Looking): Promise<Finding[]> {
  const { shape, mends } = on
  const say = about(on.name)
  const known = await published(on)
  if (known.size === 0) return [say.skipped('schema', 'no publica su esquema; lo dirá la cuenta de prueba')]
  const missing = (names: (string | undefined)[]) =>
    names.filter((name): name is string => name !== undefined && !known.has(name.toLowerCase()))
  const marker = missing([shape.marker, shape.markerClass])
  const policy = missing([shape.until, shape.block.attribute, ...(shape.mustChange ? ['pwdReset'] : [])])
  const others = missing([...shape.classes, ...Object.values(shape.attributes)])
  const findings = [
    ...(marker.length > 0
      ? [say.no('marker-schema', `no conoce ${marker.join(' ni ')}`, mends.markerSchema)]
      : []),
    ...(policy.length > 0 ? [say.no('policy-schema', `no conoce ${policy.join(' ni ')}`, mends.policy)] : []),
    ...(others.length > 0
      ? [say.no('schema', `no conoce ${others.join(' ni ')}`, mends.schema(others))]
      : []),
  ]
  return findings.length > 0 ? findings : [say.yes('schema', 'conoce cada clase y atributo que se usa')]
}

async function published({ to }: Looking): Promise<Set<string>> {
  try {
    const root = await to.run(client =>
      client.search('', { scope: 'base', attributes: ['subschemaSubentry'] }),
    )
    const dn = String(root.searchEntries[0]?.subschemaSubentry ?? '')
    const attributes = ['attributeTypes', 'objectClasses']
    const found = await to.run(client => client.search(dn, { scope: 'base', attributes }))
    const texts = attributes.flatMap(name => [found.searchEntries[0]?.[name] ?? []].flat().map(String))
    return new Set(texts.flatMap(namesIn))
  } catch {
    return new Set()
  }
}

/** `NAME 'uid'` or `NAME ( 'uid' 'userid' )`. */
function namesIn(definition: string): string[] {
  const named = /NAME\s+(?:\(([^)]*)\)|'([^']*)')/.exec(definition)
  return (named?.[1] ?? `'${named?.[2] ?? ''}'`).match(/[^'\s]+/g)?.map(name => name.toLowerCase()) ?? []
}
