import { describe, expect, test } from 'vitest'
import { judgeRow } from '../../api/roster/row.ts'
import { institution } from './house.ts'
import { centre, curpOf, type Row, student, worker } from './synthetic.ts'

const rules = {
  fields: institution.fields,
  sexX: true,
  ownDomains: institution.domains,
  statuses: new Map([['licencia', 'activo']]),
}
const judge = (kind: 'workers' | 'students' | 'centres', row: Row, other = {}) =>
  judgeRow(kind, 7, column => row[column] ?? '', { ...rules, ...other })

describe('a row that cannot stand says which column, what it holds and why', () => {
  test.each([
    [worker(1, { curp: '' }), 'curp', 'falta este dato'],
    [worker(1, { curp: 'XEXX01O101HNEXXXA4' }), 'curp', 'lugar 7, letra O en vez de 0'],
    [
      worker(1, { curp: `${curpOf(1).slice(0, 17)}${(Number(curpOf(1).at(-1)) + 1) % 10}` }),
      'curp',
      'el último dígito no corresponde',
    ],
    [worker(1, { curt: 'A-1' }), 'curt', 'no tiene la forma que la institución da a «CURT»'],
    [worker(1, { nombre: ' ' }), 'nombre', 'falta este dato'],
    [worker(1, { nombre: 'Ana\u200bMaría' }), 'nombre', 'trae caracteres que no se ven'],
    [worker(1, { nombre: 'Ana\u0007' }), 'nombre', 'trae caracteres que no se ven'],
    [worker(1, { nombre: 'JosÃ©' }), 'nombre', 'los acentos llegaron mal'],
    [worker(1, { nombre: 'Jos\uFFFD' }), 'nombre', 'los acentos llegaron mal'],
    [worker(1, { puesto: 'x'.repeat(201) }), 'puesto', 'es demasiado largo'],
    [worker(1, { cct: '6DPR0001X' }), 'cct', 'la CCT lleva 2 números de entidad'],
    [worker(1, { cct: '' }), 'cct', 'la CCT lleva 2 números de entidad'],
    [worker(1, { estatus: 'quizá' }), 'estatus', 'use activo o inactivo, o relacione la palabra'],
    [worker(1, { estatus: 'egresado' }), 'estatus', 'use activo o inactivo'],
    [worker(1, { estatus: 'constructor' }), 'estatus', 'use activo o inactivo'],
  ])('%#: %o', (row, column, reason) => {
    const { refused, row: staged } = judge('workers', row)
    expect(refused).toMatchObject({ line: 7, column, reason: expect.stringContaining(reason) })
    expect(staged.ok).toBe(false)
  })

  test('IDN-07 a control number has eight digits and at most one letter', () => {
    for (const good of '21120345 B21120345 M21120345 C21120345 D21120345 L21120345 b21120345'.split(' '))
      expect(judge('students', student(1, { numero_control: good })).refused).toBeUndefined()
    for (const bad of ['2112034', '211203456', 'ÑM120345', 'BB21120345', '２1120345', ''])
      expect(judge('students', student(1, { numero_control: bad })).refused).toMatchObject({
        column: 'numero_control',
      })
  })

  test('IDN-09 the CURT’s expression is the institution’s', () => {
    const fields = { curt: { label: 'CURT', regexp: /^Z\d{3}$/v } }
    expect(judge('workers', worker(1, { curt: 'z123' }), { fields }).refused).toBeUndefined()
    expect(judge('workers', worker(1), { fields }).refused).toMatchObject({
      column: 'curt',
      value: 'T100001',
    })
  })

  test('IDN-04 sex X follows the institution', () => {
    const row = worker(1, { curp: 'XAXY910505XQRXXL52' })
    expect(judge('workers', row).refused).toBeUndefined()
    expect(judge('workers', row, { sexX: false }).refused).toMatchObject({ column: 'curp' })
  })

  test('a centre may lack a director, but not have an impossible one', () => {
    expect(judge('centres', centre(1, { curp_director: '' })).refused).toBeUndefined()
    expect(judge('centres', centre(1, { curp_director: 'X' })).refused).toMatchObject({
      column: 'curp_director',
    })
  })
})

test('names keep their spelling but for stray blanks, and mapped words their own', () => {
  const { row, refused } = judge('workers', worker(1, { nombre: ' Ma.\u00a0 José ', estatus: 'Licencia' }))
  expect(refused).toBeUndefined()
  expect(row).toMatchObject({ given: 'Ma. José', status: 'active', came: 'Licencia' })
})

test('JOÃO and D’Ângelo are names', () => {
  for (const nombre of ['JOÃO', 'Ângela', 'Conceição', "D'Ângelo"])
    expect(judge('workers', worker(1, { nombre })).refused).toBeUndefined()
})
