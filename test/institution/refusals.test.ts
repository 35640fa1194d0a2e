import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadInstitution } from '../../api/institution/load.ts'
import { folderOf, problemsOf } from './written-file.ts'

/** One file each; `#! key: reason` stands on the line where the problem must be told. */
const CASES = readFileSync(new URL('./refusals.txt', import.meta.url), 'utf8')
  .split(/^### /m)
  .slice(1)
  .map(written => {
    const [what = '', ...lines] = written.split('\n')
    const line = lines.findIndex(text => text.includes('#! ')) + 1
    const [path = '', ...reason] = (lines[line - 1]?.split('#! ')[1] ?? '').split(': ')
    return { what, text: lines.join('\n'), line, path, reason: reason.join(': ') }
  })

const MALO = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

test.each(CASES)('an institution does not start with $what', ({ text, line, path, reason }) => {
  const file = folderOf({ 'mia.yaml': text, 'malo.svg': MALO })
  const problems = problemsOf(() => loadInstitution(file, {}, { knownTexts: ['home.title'] }))
  expect(problems).toContainEqual({ file, line, path, reason: expect.stringContaining(reason) })
})

test('workers at the kiosk need a kind of account; what the preset wrote is shown in the preset', () => {
  const file = folderOf({ 'mia.yaml': 'extends: colima\naccounts:\n  personal:\n' })
  const preset = 'api/institution/presets/colima.yaml'
  const line =
    readFileSync(preset, 'utf8')
      .split('\n')
      .findIndex(text => text.startsWith('  worker:')) + 1
  expect(problemsOf(() => loadInstitution(file, {}))).toEqual([
    { file: preset, line, path: 'profiles.worker', reason: 'ningún tipo de cuenta es de este perfil' },
  ])
})

test('without a privacy notice nothing starts, and the file’s first line says so', () => {
  const file = folderOf({ 'sola.yaml': 'name: Escuela\nshortName: E\n' })
  const problems = problemsOf(() => loadInstitution(file, {}))
  expect(problems).toContainEqual({ file, line: 1, path: 'privacyNotice', reason: 'falta' })
})

test('LEY-02 each field of the privacy notice is required by name', () => {
  const file = folderOf({ 'sola.yaml': 'name: Escuela\nprivacyNotice:\n  version: "1"\n' })
  const missing = problemsOf(() => loadInstitution(file, {})).filter(({ path }) =>
    path.startsWith('privacyNotice.'),
  )
  expect(missing.map(({ path, line }) => `${line} ${path.slice(14)}`)).toEqual(
    ['date', 'controller', 'address', 'basis', 'purposes', 'transfers', 'rights', 'full'].map(
      key => `2 ${key}`,
    ),
  )
})

test('all problems are told at once, one a line', () => {
  const file = folderOf({ 'mia.yaml': 'extends: colima\nnombre: X\ntimeZone: Marte/Olimpo\n' })
  expect(() => loadInstitution(file, {})).toThrow(
    `${file}:2: nombre: clave desconocida\n${file}:3: timeZone: no existe la zona horaria Marte/Olimpo`,
  )
})

test.each([
  ['a tab for indentation', 'brand:\n\tcolour: x\n', 2],
  ['the same key twice', 'name: A\nshortName: B\nname: C\n', 3],
  ['a map that never closes', 'name: A\nbrand: { colour: x\n', 3],
  ['an alias', 'name: &a A\nshortName: *a\n', 2],
  ['nothing but a list', '- a\n', 1],
  ['nothing', '', 1],
])('a file with %s is refused at its line', (_, text, line) => {
  const file = folderOf({ 'mia.yaml': text })
  expect(problemsOf(() => loadInstitution(file, {}))[0]).toMatchObject({ file, line })
})

test('a file that is not there, and a preset that nobody wrote, are refused by name', () => {
  expect(() => loadInstitution('./no-hay.yaml', {})).toThrow('no-hay.yaml:1: el archivo no se puede leer')
  expect(() => loadInstitution('colma', {})).toThrow(/colma:1: no existe; hay: coahuila, colima/)
})

test('a file may name every type of provider that the schema knows', () => {
  const file = folderOf({
    'mia.yaml': [
      'extends: colima',
      'providers:',
      '  ad: { type: activeDirectory, url: ldaps://ad.example, bindDn: cn=k, bindPassword: { env: BIND }, baseDn: dc=x }',
      '  nube: { type: graph, tenant: t, clientId: c, clientSecret: { env: GRAPH } }',
      '  recibos: { type: registry, url: { env: RECIBOS } }',
    ].join('\n'),
  })
  const problems = problemsOf(() =>
    loadInstitution(file, { BIND: 'x', GRAPH: 'y', RECIBOS: 'postgres://r.example/x' }),
  )
  expect(problems).toEqual([])
})
