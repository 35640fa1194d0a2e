import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadInstitution } from '../../api/institution/load.ts'
import { published } from '../../api/institution/schema.ts'
import { folderOf } from './written-file.ts'

const BLOCKS = [...readFileSync('docs/institucion.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  found => found[1],
)

test.each(BLOCKS)('what the guide shows can be used as it stands: %s', block => {
  const text = block?.includes('extends:') ? block : `extends: colima\n${block}`
  const file = folderOf({
    'mia.yaml': text,
    'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'letra.woff2': Buffer.from('wOF2'),
    'ca.pem': '-----BEGIN CERTIFICATE-----',
  })
  const env = { STAFF_BIND_PASSWORD: 'x', OIDC_CLIENT_SECRET: 'x' }
  expect(Object.keys(loadInstitution(file, env).privacyNotice)).toHaveLength(9)
})

test('the guide names every key of the first level', () => {
  const guide = readFileSync('docs/institucion.md', 'utf8')
  for (const key of Object.keys(published().properties))
    expect(guide, key).toMatch(new RegExp(`\\b${key}\\b`))
})

test('the published schema is the one the service checks with', () => {
  const file = JSON.parse(readFileSync('docs/institution.schema.json', 'utf8'))
  expect(file).toEqual(JSON.parse(JSON.stringify(published())))
})

test('the guide names every preset, and what it says of each is so', () => {
  const guide = readFileSync('docs/institucion.md', 'utf8')
  const told = [...guide.matchAll(/^\| `(\w+)` +\|.*\| (directa|código) +\|$/gm)].map(([, name, how]) => [
    name,
    how,
  ])
  const presets = readdirSync('api/institution/presets').map(file => file.replace('.yaml', ''))
  expect(told.map(([name]) => name).sort()).toEqual(presets.sort())
  for (const [name = '', how] of told)
    expect(loadInstitution(name, {}).confirmation, name).toBe(how === 'código' ? 'code' : 'direct')
})
