import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { heading } from '../../api/roster/columns.ts'
import { openRosterFile } from '../../api/roster/read.ts'
import { cellsOf, csv, header, student, worker } from './synthetic.ts'
import { book, zip } from './xlsx.ts'

const folder = mkdtempSync(join(tmpdir(), 'padron-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(content: string | Buffer) {
  const path = join(folder, 'padron')
  writeFileSync(path, content)
  const rows = []
  for await (const row of (await openRosterFile(path)).rows) rows.push(row)
  return rows
}
const refusal = (content: string | Buffer) =>
  read(content).then(
    () => 'read',
    error => error.more?.reason,
  )

const people = [worker(1, { puesto: 'Subdirección, turno «A»; "B"' }), worker(2)]
const expected = [header('workers'), ...people.map(row => cellsOf('workers', row))]
const latin = (text: string) => Buffer.from(text.replaceAll('«', '<').replaceAll('»', '>'), 'latin1')

describe('a padrón is read as its employer saved it', () => {
  test.each([
    ['UTF-8 with commas', csv('workers', people)],
    ['UTF-8 with BOM', `\uFEFF${csv('workers', people)}`],
    ['semicolons', csv('workers', people, ';')],
    ['tabs', csv('workers', people, '\t')],
    ['line feeds alone', csv('workers', people).replaceAll('\r', '')],
    ['no last line break', csv('workers', people).trimEnd()],
    ['blank lines', csv('workers', people).replace('\r\n', '\r\n\r\n,,,,,,,,\r\n')],
  ])('%s', async (_, text) => {
    const rows = await read(text)
    expect(rows.map(row => row.cells)).toEqual(expected)
    expect(rows.map(row => row.line).at(-1)).toBe(text.trimEnd().split('\n').length)
  })

  test('Windows-1252, also when the first odd letter comes late', async () => {
    const many = Array.from({ length: 6000 }, (_, n) =>
      worker(n, { nombre: 'Maria', primer_apellido: 'Nunez', segundo_apellido: '' }),
    )
    const rows = await read(latin(csv('workers', [...many, worker(6001)])))
    expect(rows.at(-1)?.cells.slice(2, 5)).toEqual(['María José', 'Núñez', 'Güemes b'])
    const euro = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0x80, 0x2c, 0x8a, 0x0a])])
    expect((await read(euro))[1]?.cells).toEqual(['€', 'Š'])
  })

  test('UTF-8 whose letters fall across the pieces that are read', async () => {
    const rows = await read(`a,b\n${'ñ'.repeat(30_000)},é\n`.repeat(20))
    expect(rows.at(-1)?.cells).toEqual(['ñ'.repeat(30_000), 'é'])
  })

  test('XLSX, with a control number that Excel keeps as a number', async () => {
    const rows = [header('students'), ...[student(1), student(2)].map(row => cellsOf('students', row))]
    expect((await read(zip(book(rows)))).map(row => row.cells.slice(0, 9))).toEqual(
      rows.map(row => row.slice(0, 9)),
    )
  })
})

describe('a file that cannot be a padrón gives one clear sentence', () => {
  test.each([
    ['empty', '', 'vacío'],
    ['old Excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'no es CSV ni XLSX'],
    ['UTF-16', Buffer.from('\uFEFFcurp,curt\n', 'utf16le'), 'no es CSV ni XLSX'],
    ['an open quote', `a,b\n1,2\n3,"${'x\n'.repeat(50_000)}`, 'después del renglón 2'],
    ['a ZIP that is no book', zip([{ name: 'nota.txt', text: 'hola' }]), 'no es un libro'],
    ['a cut book', zip(book(expected)).subarray(0, 700), 'dañado'],
  ])('%s', async (_, content, words) => expect(await refusal(content)).toContain(words))

  test('a missing file is named', async () => {
    await expect(openRosterFile(join(folder, 'no-hay.csv'))).rejects.toMatchObject({
      more: { reason: expect.stringContaining('no-hay.csv') },
    })
    await expect(openRosterFile(folder)).rejects.toMatchObject({ code: 'roster-unreadable' })
  })

  test('more than 100,000 rows in a book', async () => {
    const rows = Array.from({ length: 100_002 }, () => ['a'])
    expect(await refusal(zip(book(rows)))).toContain('más de 100,000')
  })

  test('SEC-91 a book that swells, lies about its size or holds a far cell', async () => {
    const sheet = book(expected).at(-1)?.text ?? ''
    const swollen = sheet.replace('</sheetData>', `${' '.repeat(60_000_000)}</sheetData>`)
    const lying = book(expected).map(entry => ({ ...entry, claims: 100 }))
    const far = book(expected).map(entry => ({
      ...entry,
      text: entry.text.replace('r="3"', 'r="999999999"'),
    }))
    const many = Array.from({ length: 1001 }, (_, n) => ({ name: `${n}.xml`, text: '<a/>' }))
    for (const entries of [
      book(expected).toSpliced(-1, 1, { name: 'xl/worksheets/sheet1.xml', text: swollen }),
      lying,
      far,
      many,
    ]) {
      expect(await refusal(zip(entries))).toContain('dañado o es demasiado grande')
    }
  })

  test('SEC-92 a book with a DTD', async () => {
    expect(await refusal(zip(book(expected, '<!DOCTYPE x [<!ENTITY a "b">]>')))).toContain('dañado')
  })
})

describe('the header', () => {
  test('is known in any case and with blanks, and other words are mapped', () => {
    const cells = [
      'CURP',
      'Curt',
      'NOMBRE',
      'Primer Apellido',
      'segundo apellido',
      'CCT',
      'Categoría',
      'Estatus',
      'Correo alterno',
      'RFC',
    ]
    const found = heading('workers', cells, { categoria: 'puesto' })
    expect(found.at.get('puesto')).toBe(6)
    expect(found.unused).toEqual(['RFC'])
  })

  test.each([
    ['a missing column', header('workers').toSpliced(5, 1), 'Falta la columna cct'],
    ['a double one', [...header('workers'), 'CURP'], 'La columna curp viene dos veces'],
    ['another kind', header('centres'), 'Faltan las columnas curp, curt'],
    ['SEC-55 hostile names', ['__proto__', 'constructor', 'toString'], 'Faltan las columnas'],
  ])('%s is told', (_, cells, words) => {
    expect(() => heading('workers', cells, {})).toThrow(
      expect.objectContaining({ more: { reason: expect.stringContaining(words) } }),
    )
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})
