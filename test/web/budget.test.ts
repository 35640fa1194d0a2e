import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const publico = join(import.meta.dirname, '../../web/dist/publico')
interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
}
const manifest = JSON.parse(readFileSync(join(publico, '.vite/manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>
const assets = readdirSync(join(publico, 'assets'))
const read = (name: string) => readFileSync(join(publico, 'assets', name))
const sum = (sizes: number[]) => sizes.reduce((all, one) => all + one, 0)

/** What the browser loads before the first page runs. */
function entryFiles(): string[] {
  const found = new Set<string>()
  const follow = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || found.has(chunk.file)) return
    found.add(chunk.file)
    for (const next of chunk.imports ?? []) follow(next)
  }
  for (const [key, { isEntry }] of Object.entries(manifest)) if (isEntry) follow(key)
  return [...found]
}

test('A17 the public entry is at most 60 kB of gzipped JavaScript', () => {
  const size = sum(entryFiles().map(file => gzipSync(readFileSync(join(publico, file)), { level: 9 }).length))
  expect(size).toBeGreaterThan(10_000)
  expect(size).toBeLessThanOrEqual(60_000)
})

test('A17 the style sheets are at most 8 kB gzipped', () => {
  const sheets = assets.filter(name => name.endsWith('.css'))
  expect(sheets.length).toBeGreaterThan(0)
  expect(sum(sheets.map(name => gzipSync(read(name), { level: 9 }).length))).toBeLessThanOrEqual(8_000)
})

test('A17 the two fonts are at most 55 kB', () => {
  const fonts = assets.filter(name => name.endsWith('.woff2'))
  expect(fonts.length).toBe(2)
  expect(sum(fonts.map(name => read(name).length))).toBeLessThanOrEqual(55_000)
})

test('A17 nothing names an address outside, but for the standards, the library’s error page and the CURP search', () => {
  const known = ['www.w3.org', 'vuejs.org', 'www.gob.mx']
  const found = assets
    .filter(name => /\.(js|css|svg)$/.test(name))
    .flatMap(name => [
      ...read(name)
        .toString('utf8')
        .matchAll(/(?:https?:)?\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi),
    ])
    .map(([, host]) => host)
    .filter(host => !known.includes(host ?? ''))
  expect(found).toEqual([])
})

test('every text asset stands compressed beside itself, byte for byte the same', () => {
  const texts = assets.filter(name => /\.(js|css|svg)$/.test(name))
  for (const name of texts) {
    expect(gunzipSync(read(`${name}.gz`)).equals(read(name))).toBe(true)
    expect(brotliDecompressSync(read(`${name}.br`)).equals(read(name))).toBe(true)
  }
})

test('A17 what only a kiosk needs comes with a kiosk alone, and is small', () => {
  const first = entryFiles().map(file => readFileSync(join(publico, file), 'utf8'))
  const later = assets.filter(name => /^open-.*\.js$/.test(name))
  expect(later).toHaveLength(1)
  expect(first.some(text => text.includes('AudioContext'))).toBe(false)
  expect(read(later[0] as string).toString()).toContain('AudioContext')
  expect(gzipSync(read(later[0] as string), { level: 9 }).length).toBeLessThanOrEqual(10_000)
})
