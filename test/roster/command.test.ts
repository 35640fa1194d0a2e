import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rosterImport } from '../../api/roster/command.ts'
import { engines, type House, institution } from './house.ts'
import { csv, worker } from './synthetic.ts'

const folder = mkdtempSync(join(tmpdir(), 'padron-'))
const file = join(folder, 'padron.csv')
let house: House
beforeAll(async () => {
  house = (await engines[0]?.open()) as House
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await house?.close()
})

/** Runs the verb as an operator would, at a terminal if she types something. */
async function run(argv: string[], typed?: string) {
  const said = { out: '', err: '' }
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  io.stdout.on('data', text => (said.out += text))
  io.stderr.on('data', text => (said.err += text))
  if (typed !== undefined) {
    Object.assign(io.stdin, { isTTY: true })
    Object.assign(io.stderr, { isTTY: true })
    io.stdin.write(`${typed}\n`)
  }
  const ctx = { db: house.db, institution: { ...institution, timeZone: 'America/Mexico_City' } }
  const code = await rosterImport(argv, io, ctx)
  await setImmediate()
  return { code, ...said }
}

test('an operator sees the counts, and the rows to mend', async () => {
  writeFileSync(file, csv('workers', [worker(1), worker(2, { estatus: 'quizá' })]))
  const told = await run(['workers', file])
  expect(told).toMatchObject({ code: 3, err: '' })
  expect(told.out).toMatch(/Altas +1\n/)
  expect(told.out).toContain('renglón 3, estatus «quizá»: use activo o inactivo')
})

test('--json gives the report of the contract on stdout alone', async () => {
  writeFileSync(file, csv('workers', [worker(1), worker(3)]))
  const { code, out } = await run([
    'workers',
    file,
    '--json',
    '--simulate',
    '--as-of',
    '2026-01-02',
    '--source',
    'nómina',
  ])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ...{
      source: 'nómina',
      asOf: '2026-01-02',
      read: 2,
      new: 2,
      changed: 0,
      unchanged: 0,
      inactive: 0,
      refused: [],
    },
  })
  expect(await house.look(`select 1 from roster_load where source = 'nómina'`)).toEqual([])
})

test('without --as-of a padrón is of today, where the institution is', async () => {
  writeFileSync(file, csv('workers', [worker(4)]))
  const { out } = await run(['workers', file, '--json', '--source', 'hoy'])
  expect(JSON.parse(out).asOf).toBe(
    new Date().toLocaleDateString('sv-SE', { timeZone: 'America/Mexico_City' }),
  )
})

test('a load that ends many is refused without a number, and asks for it at a terminal', async () => {
  const load = ['workers', file, '--source', 'muchos', '--replace']
  writeFileSync(file, csv('workers', [worker(10), worker(11), worker(12)]))
  expect((await run(load)).code).toBe(0)
  writeFileSync(file, csv('workers', [worker(10)]))
  expect(await run(load)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('repita con --confirm 2'),
  })
  expect((await run([...load, '--confirm', '1'])).code).toBe(1)
  expect((await run(load, '7')).code).toBe(1)
  const asked = await run(load, '2')
  expect(asked.err).toContain('termina 2 de los 3 registros activos')
  expect(asked).toMatchObject({ code: 0, out: expect.stringMatching(/Dejan de estar activos +2\n/) })
})

test.each([
  [[]],
  [['personas', 'x.csv']],
  [['workers']],
  [['workers', 'x.csv', 'y.csv']],
  [['workers', 'x.csv', '--replase']],
  [['workers', 'x.csv', '--as-of', '2026-02-30']],
  [['workers', 'x.csv', '--as-of', '2999-01-01']],
  [['workers', 'x.csv', '--confirm', 'todos']],
  [['workers', 'x.csv', '--source', ' ']],
])('%j is wrong use', async argv => {
  expect(await run(argv)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('uso: mci roster import'),
  })
})

test('a file that cannot be read fails with its one sentence', async () => {
  writeFileSync(file, 'curp,nombre\nX,Ana\n')
  expect(await run(['workers', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Faltan las columnas'),
  })
  expect((await run(['workers', join(folder, 'nada.csv')])).err).toContain('No se puede abrir')
})
