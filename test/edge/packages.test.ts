import { globSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Package {
  name: string
  version: string
  license?: string | { type: string }
  licenses?: { type: string }[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
const store = join(import.meta.dirname, '../../node_modules/.pnpm')

/** What the service runs with: the dependencies of `api`, theirs, and so on; their folders, by name and version. */
function production(): Map<string, Package> {
  const found = new Map<string, Package>()
  const visit = (folder: string) => {
    const told = read(folder)
    const id = `${told.name}@${told.version}`
    if (found.has(id)) return
    found.set(id, told)
    for (const name of Object.keys({ ...told.dependencies, ...told.optionalDependencies })) {
      const places = [
        join(folder, 'node_modules', name),
        join(folder, ...told.name.split('/').map(() => '..'), name),
      ]
      const place = places.find(one => globSync(join(one, 'package.json')).length > 0)
      if (place) visit(realpathSync(place))
    }
  }
  visit(join(import.meta.dirname, '../../api'))
  return found
}

const installed = production()
const lockfile = readFileSync(join(import.meta.dirname, '../../pnpm-lock.yaml'), 'utf8')
const versionsOf = (name: string) =>
  [...lockfile.matchAll(new RegExp(`^  '?${name}@(\\d[^:'(]*)'?:`, 'gm'))].map(([, v]) => v ?? '')

const floors: [string, string][] = [
  ['fastify', '5.8.5'],
  ['@fastify/multipart', '10.1.9'],
  ['nodemailer', '10.4.1'],
]

const parts = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number)
const isAtLeast = (version: string, floor: string) => {
  const [a, b] = [parts(version), parts(floor)]
  const at = a.findIndex((number, place) => number !== b[place])
  return at < 0 || (a[at] ?? 0) > (b[at] ?? 0)
}

test.each(floors)('SEC-161 %s stands in the lockfile at %s or later, or not at all', (name, floor) => {
  if (name !== '@fastify/multipart') expect(versionsOf(name)).not.toEqual([])
  for (const version of versionsOf(name)) expect(isAtLeast(version, floor), version).toBe(true)
})

test.each(['xlsx', 'exceljs'])('SEC-161 SEC-55 %s stands nowhere in the lockfile', name => {
  expect(versionsOf(name)).toEqual([])
})

/** What a package says of itself; of one that says nothing there, the title of the text that it brings. */
function licenceOf({ license, licenses }: Package, id: string): string {
  if (typeof license === 'string') return license
  const told = license?.type ?? licenses?.map(({ type }) => type).join(' OR ')
  if (told) return told
  const [text] = globSync(`${id.replace('/', '+')}*/node_modules/${id.replace(/@[^@]*$/, '')}/LICENSE*`, {
    cwd: store,
  })
  return text ? (readFileSync(join(store, text), 'utf8').split('\n')[0] ?? '') : ''
}

test('SEC-161 nothing that the service runs with is under the GPL alone', () => {
  expect(installed.size).toBeGreaterThan(60)
  expect(globSync('*', { cwd: store }).length).toBeGreaterThan(installed.size)
  for (const [id, told] of installed) {
    if (told.name === '@mci/api') continue
    const choices = licenceOf(told, id).replace(/[()]/g, '').split(' OR ')
    expect(licenceOf(told, id), id).not.toBe('')
    expect(
      choices.every(choice => /GPL|SSPL|BUSL/i.test(choice)),
      `${id}: ${choices}`,
    ).toBe(false)
  }
})
