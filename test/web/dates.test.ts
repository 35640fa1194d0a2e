import { expect, test } from 'vitest'
import { calendarDay, countdown, moment, span, stamp } from '../../web/words/dates.ts'
import { en } from '../../web/words/en.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { sentences } from '../../web/words/say.ts'

const say = sentences(esMX)
const english = sentences(en)
const COLIMA = 'America/Mexico_City'

test('the seal carries day, year and hour of the institution, not of the device', () => {
  expect(stamp(say, '2026-11-22T16:42:00Z', COLIMA)).toBe('22 nov 2026 · 10:42 h')
  expect(stamp(say, '2026-11-23T01:05:00Z', 'America/Tijuana')).toBe('22 nov 2026 · 17:05 h')
})

test('midnight is 00:00 h', () => {
  expect(stamp(say, '2026-09-01T06:00:00Z', COLIMA)).toBe('1 sep 2026 · 00:00 h')
})

test('an hour of today goes without its day', () => {
  const now = new Date('2026-11-22T16:00:00Z')
  expect(moment(say, '2026-11-22T16:42:00Z', COLIMA, now)).toBe('a las 10:42 h')
  expect(moment(say, '2026-11-23T16:42:00Z', COLIMA, now)).toBe('el 23 nov a las 10:42 h')
  expect(moment(say, '2027-11-22T16:42:00Z', COLIMA, now)).toBe('el 22 nov a las 10:42 h')
})

test('a wait is rounded up, so that nobody comes back too early', () => {
  expect([1, 59, 61, 900, 5400, 5401, 86_400].map(seconds => span(say, seconds))).toEqual([
    '1 segundo',
    '59 segundos',
    '2 minutos',
    '15 minutos',
    '90 minutos',
    '2 horas',
    '24 horas',
  ])
})

test('a countdown says minutes and seconds', () => {
  expect([120, 80, 60, 9].map(seconds => countdown(say, seconds))).toEqual([
    '2 minutos',
    '1 minuto y 20 segundos',
    '1 minuto',
    '9 segundos',
  ])
})

test('a calendar day is written as people write it, and anything else as it came', () => {
  expect(calendarDay(say, '2026-01-05')).toBe('5 ene 2026')
  expect(calendarDay(say, 'enero de 2026')).toBe('enero de 2026')
})

test('in English the same moments are said in English', () => {
  const now = new Date('2026-11-22T16:00:00Z')
  expect(stamp(english, '2026-12-22T16:42:00Z', COLIMA)).toBe('22 Dec 2026 · 10:42')
  expect(moment(english, '2026-11-23T16:42:00Z', COLIMA, now)).toBe('on 23 Nov at 10:42')
  expect(countdown(english, 80)).toBe('1 minute and 20 seconds')
})
