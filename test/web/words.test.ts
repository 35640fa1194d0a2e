import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { demoWords } from '../../web/kiosk/demo/words.ts'
import { en } from '../../web/words/en.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { sentenceKeys } from '../../web/words/keys.ts'
import { sentences } from '../../web/words/say.ts'
import { staffEsMX, staffWords } from '../../web/words/staff-es-MX.ts'
import { staffSentenceKeys } from '../../web/words/staff-keys.ts'

const all = [
  ...Object.entries(esMX),
  ...Object.entries(staffWords),
  ...Object.entries(demoWords).filter(([, text]) => typeof text === 'string'),
] as [string, string][]

const BANNED =
  /ingres[aeo]|apliqu?[ea]|credenciales|restauraci[oó]n|inv[aá]lid|error \d|usuari[oa] no|dar de baja/i
const TU = /\b(tu|tus|tú|te|ti|contigo|puedes|debes|escribe|revisa|haz|elige|llama)\b/i

test('A19 no sentence of a screen has more than twenty words', () => {
  const long = all.filter(([, text]) =>
    text.split(/[.?!]+(?:\s|$)/u).some(sentence => sentence.split(/\s+/u).filter(Boolean).length > 20),
  )
  expect(long).toEqual([])
})

test('A19 no sentence of a screen uses office words or says «tú»', () => {
  expect(all.filter(([, text]) => BANNED.test(text) || TU.test(text))).toEqual([])
})

test('the words of every key can be said otherwise by an institution, and only those', () => {
  const say = sentences(esMX, { 'start.lead': 'Tarda {n} minutos.', 'no.such': 'x' })
  expect(say('start.lead', { n: 3 })).toBe('Tarda 3 minutos.')
  expect(say('start.title')).toBe(esMX['start.title'])
  expect(sentenceKeys).toContain('start.lead')
  expect(sentenceKeys).not.toContain('no.such')
})

test('a value that is missing is seen instead of being left out', () => {
  expect(sentences(esMX)('stop.reference')).toBe('Referencia: {reference}')
})

test('English says every sentence, with the same values in it, and nothing twice in Spanish', () => {
  const valuesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const key of sentenceKeys) expect([key, ...valuesOf(en[key])]).toEqual([key, ...valuesOf(esMX[key])])
  const same = sentenceKeys.filter(
    key => en[key] === esMX[key] && /\p{L}{3}/u.test(en[key].replace(/\{\w+\}/g, '')),
  )
  expect(same).toEqual(['result.folioAt'])
})

test('no sentence of the staff takes the key of another', () => {
  const folder = join(import.meta.dirname, '../../web/words')
  const files = ['es-MX.ts', ...readdirSync(join(folder, 'staff')).map(name => `staff/${name}`)]
  const keys = files.flatMap(file =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {2}'([\w.-]+)':/gm)].map(([, key]) => key),
  )
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  expect(keys.length).toBe(sentenceKeys.length + staffSentenceKeys.length)
})

test('an institution says a sentence of the staff otherwise as well', () => {
  const say = sentences(staffEsMX, { 'role.operator': 'Ventanilla' })
  expect(say('role.operator')).toBe('Ventanilla')
  expect(say('role.auditor')).toBe('Auditoría')
})
