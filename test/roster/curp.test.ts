import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { stdnum } from 'stdnum'
import { describe, expect, test } from 'vitest'
import { birthDate, canonical, curpCheckDigit, curpProblem } from '../../api/roster/curp.ts'
import { curpFor, days, names } from './curp-for.ts'

const vectors = readFileSync(join(import.meta.dirname, 'curp-vectors.csv'), 'utf8')
  .split('\n')
  .slice(1)
  .filter(line => line.includes(','))
  .map(line => {
    const [curp = '', valid, ...reason] = line.split(',')
    return { curp, valid: valid === 'true', reason: reason.join(',').replaceAll('"', '') }
  })

describe('IDN-01 every public CURP vector is judged as its reason says', () => {
  test.each(vectors)('$curp: $reason', ({ curp, valid, reason }) => {
    const problem = curpProblem(canonical(curp))
    expect(problem === undefined).toBe(valid)
    const code = {
      DV: 'check-digit',
      LEN: 'length',
      STATE: 'entity',
      SEX: 'sex',
      DATE: 'date',
      FUTURE: 'date',
      WORD: 'word',
    }[reason.split(':')[0] ?? '']
    if (code) expect(problem?.code).toBe(code)
  })
})

test('the vectors are all there', () => expect(vectors.length).toBe(84))

test('a letter where a digit goes is told with its place', () => {
  expect(curpProblem('IAQX8502I4MCMBZM78')).toEqual({ code: 'letter-for-digit', at: 9 })
  expect(curpProblem('IAQX85O214MCMBZM78')).toEqual({ code: 'letter-for-digit', at: 7 })
  expect(curpProblem('*)(uid=*))(|(uid=*')).toEqual({ code: 'shape' })
})

test('IDN-02 blanks at the ends and ASCII case are all that is forgiven', () => {
  expect(canonical('\t iaqx850214mcmbzm78\r\n')).toBe('IAQX850214MCMBZM78')
  for (const odd of ['ıaqx', 'ñ', 'ﬀ', '\u00a0a\u200b', 'K'])
    expect(canonical(odd)).toBe(odd.replace(/[a-z]/g, c => c.toUpperCase()))
})

test('IDN-03 position 17 tells the century of every valid vector', () => {
  const dates = vectors
    .filter(({ valid }) => valid)
    .map(({ curp }) => [canonical(curp).charAt(16), birthDate(canonical(curp))])
  for (const [seventeenth = '', date = ''] of dates)
    expect(date.slice(0, 2)).toBe(/\d/.test(seventeenth) ? '19' : '20')
  expect(birthDate('UUZT040229HMNRMDK9')).toBe('2004-02-29')
  expect(birthDate('FENE040229MJCRML31')).toBe('1904-02-29')
})

test('IDN-04 sex X is taken by default and can be turned off', () => {
  expect(curpProblem('XAXY910505XQRXXL52')).toBeUndefined()
  expect(curpProblem('XAXY910505XQRXXL52', { allowSexX: false })).toEqual({ code: 'sex', at: 11 })
})

test('nobody is born tomorrow', () => {
  const curp = 'YATC070115MMSXZTE7'
  expect(curpProblem(curp, { today: new Date('2007-01-14T23:00:00Z') })?.code).toBe('date')
  expect(curpProblem(curp, { today: new Date('2007-01-15T01:00:00Z') })).toBeUndefined()
})

test('a CURP made from any name and any day is accepted and tells that day', () => {
  fc.assert(
    fc.property(names, days, fc.constantFrom('H', 'M', 'X'), ({ given, surname1, surname2 }, day, sex) => {
      const curp = curpFor({ given, surname1, surname2 }, day, sex)
      expect(curpProblem(curp)).toBeUndefined()
      expect(birthDate(curp)).toBe(day)
    }),
    { numRuns: 2000 },
  )
})

test('the published specimen comes out of its name', () => {
  const concepcion = { given: 'Concepción', surname1: 'Salgado', surname2: 'Briseño' }
  expect(curpFor(concepcion, '1956-06-26', 'M', 'DF').slice(0, 16)).toBe('SABC560626MDFLRN')
  expect(curpCheckDigit('SABC560626MDFLRN0')).toBe('1')
})

test('a second implementation agrees', () => {
  // Where stdnum is right: it overlooks the century, and letters that cannot stand at 2 and 14-16.
  const letters = (of: string, count: number) =>
    fc.array(fc.constantFrom(...of), { minLength: count, maxLength: count }).map(list => list.join(''))
  const word = fc.oneof(
    letters('BCMPR', 1).chain(a =>
      letters('AEIOUX', 1).chain(e => letters('ACDENOTX', 2).map(b => a + e + b)),
    ),
  )
  const date = fc
    .tuple(fc.integer({ min: 30, max: 99 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
    .map(parts => parts.map(part => String(part).padStart(2, '0')).join(''))
  const entity = fc.constantFrom('CM', 'DF', 'NE', 'VZ', 'EM', 'VE', 'MX')
  const rest = fc.tuple(
    fc.constantFrom('H', 'M', 'X', 'F'),
    entity,
    letters('BCDFGXYZ', 3),
    fc.integer({ min: 0, max: 9 }),
  )
  const wrong = fc.integer({ min: 0, max: 4 }).map(by => Math.max(0, by - 2))
  fc.assert(
    fc.property(word, date, rest, wrong, (first, born, [sex, place, inner, mark], by) => {
      const first17 = `${first}${born}${sex}${place}${inner}${mark}`
      const curp = first17 + ((Number(curpCheckDigit(first17)) + by) % 10)
      expect([curp, curpProblem(curp) === undefined]).toEqual([curp, stdnum.MX?.curp?.validate(curp).isValid])
    }),
    { numRuns: 5000 },
  )
})
