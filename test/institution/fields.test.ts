import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadInstitution } from '../../api/institution/load.ts'
import { folderOf } from './written-file.ts'

test('IDN-07: a control number is taken with or without its letter', () => {
  const { regexp } = loadInstitution('coahuila', {}).fields.controlNumber ?? {}
  for (const number of ['21120345', 'B21120345', 'M21120345', 'C21120345', 'D21120345', 'L21120345']) {
    expect(regexp?.test(number), number).toBe(true)
  }
  for (const number of [
    '2112034',
    '211203456',
    'ÑM120345',
    'Ñ21120345',
    'BB21120345',
    '21120345\n',
    '٢١١٢٠٣٤٥',
    '',
  ]) {
    expect(regexp?.test(number), number).toBe(false)
  }
})

test('IDN-09: CURT takes the shape, the name and the hint that the institution gives it', () => {
  const colima = loadInstitution('colima', {}).fields.curt
  for (const curt of ['AB12', '0'.repeat(20), 'XEXX010101'])
    expect(colima?.regexp.test(curt), curt).toBe(true)
  for (const curt of ['AB1', '0'.repeat(21), 'ab12', 'AB 12', 'AB12\n', 'ÁB12']) {
    expect(colima?.regexp.test(curt), curt).toBe(false)
  }
  const file = folderOf({
    'mia.yaml': 'extends: colima\nfields: { curt: { label: Filiación, pattern: "^[A-Z]{4}\\\\d{6}$" } }\n',
  })
  const mine = loadInstitution(file, {}).fields.curt
  expect(mine).toMatchObject({ label: 'Filiación', hint: 'Está en su talón de pago' })
  expect(mine?.regexp.test('ABCD010101')).toBe(true)
  expect(mine?.regexp.test('AB12')).toBe(false)
})

test('IDN-04: sex X is taken unless the institution says no', () => {
  const off = folderOf({ 'mia.yaml': 'extends: colima\nsexX: false\n' })
  const curp = (name: string) => loadInstitution(name, {}).fields.curp?.regexp as RegExp
  const x = 'XEXX010101XCMXXX09'
  const h = 'XEXX010101HCMXXX09'
  expect([curp('colima').test(x), curp('colima').test(h)]).toEqual([true, true])
  expect([curp(off).test(x), curp(off).test(h)]).toEqual([false, true])
})

const presets = ['colima', 'coahuila', 'morelia', 'politecnica', 'sinaloa']
const TALK =
  /\b(ingres[ae]\w*|apli(que|car)\w*|credenciales|restauraci[oó]n|inválid\w*|usuario no encontrado)\b/i

test.each(presets)('what %s says to people is short and plain', preset => {
  const { directions, contact, privacyNotice, fields } = loadInstitution(preset, {})
  const sayings = [directions, contact, privacyNotice].flatMap(said => Object.values(said))
  const sentences = [...sayings, ...Object.values(fields).map(({ hint }) => hint)].flatMap(said =>
    said.split(/\n|(?<=[.;])\s/),
  )
  for (const sentence of sentences) {
    expect(sentence).not.toMatch(TALK)
    expect(sentence.split(/\s+/).filter(Boolean).length, sentence).toBeLessThanOrEqual(20)
  }
})

test('presets name no telephone that could ring', () => {
  for (const preset of presets) {
    const text = readFileSync(`api/institution/presets/${preset}.yaml`, 'utf8')
    for (const [phone] of text.matchAll(/\b\d{3} \d{3} \d{4}\b/g)) expect(phone).toMatch(/^\d{3} 000 00\d\d$/)
  }
})
