import { expect, test } from 'vitest'
import { candidateLogins } from '../../api/accounts/naming.ts'
import {
  accountNames,
  commonNames,
  principalName,
  tidied,
} from '../../api/providers/active-directory-names.ts'

const words = (text: string) => text.split(/\s*;\s*/)

/** As registers have them: compounds, short forms, Nahuatl, Maya, Purépecha, Zapotec and foreign names. */
const given = words(
  `María José; José María; María de los Ángeles; Ma. del Rosario; J. Guadalupe; José de Jesús; Ángel; Ñusta; Begoña; Íñigo;
  Itzcóatl; Xóchitl; Citlalli; Cuauhtémoc; Nezahualcóyotl; Ix Chel; Nicté-Ha; Balam; K'inich; Yaretzi; Tariácuri; Guie'xhuuba;
  Zoë; D'Artagnan; Jean-Luc; Søren; Björn; François; Łukasz; Nguyễn; Müge; Siân; Đorđe; Wojciech; Anne-Sophie; Óscar`,
)
const surnames = words(
  `Núñez Ibáñez; de la O; de la Peña y Güemes; Del Río; O'Reilly; D'Angelo Muñoz; Mac Gregor; Peña-Nieto; Ñáñez Ñandú; y Griega;
  Tzompantzi Tecuapacho; Xicohténcatl Cuahtepitzi; Tlapale; Huitzilihuitl; Canul Ek'; Chi Dzul; Pech Uc; Tzab; K'an; Tzintzun;
  von der Leyen; van 't Hoff; Übelacker; Straße; Ångström; Çelik; Håkansson; Lefèvre; Strauß Æbeltoft; Wu`,
)
const long = [
  'María Guadalupe de los Ángeles Montserrat Fernández de Córdoba',
  'Tlacaelel Moctezuma Huehuecuauhtzin Xicohténcatl Tlahuicole Ce',
]

const people = [
  ...given.flatMap(first => surnames.map(last => ({ given: first, last }))),
  ...long.map(name => ({ given: name.slice(0, 60), last: name.slice(-60) })),
]

const refused = /["/\\[\]:;|=,+*?<>@\s]/

test('more than a thousand people’s names become names that a domain takes', () => {
  expect(new Set(people.map(({ given, last }) => `${given} ${last}`)).size).toBeGreaterThan(1000)
  for (const { given, last } of people) {
    const [surname1 = '', surname2 = ''] = last.split(' ')
    const who = `${given} ${last}`
    for (const login of [
      candidateLogins(['{given}.{surname1}.{surname2}', '{given}.{surname1}'], {
        given,
        surname1,
        surname2,
      }).next().value ?? '',
      // An institution that keeps what its people are called, letter by letter.
      who.replaceAll(' ', '.'),
    ]) {
      const accounts = accountNames(login, () => 4321)
      const [first, second, third] = [accounts.next().value, accounts.next().value, accounts.next().value]
      expect(new Set([first, second, third].map(name => name.toLowerCase())).size, who).toBe(3)
      for (const name of [first, second, third]) {
        expect(name, who).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/)
        expect(name, who).not.toMatch(/[._-]$/)
        expect(name, who).not.toMatch(refused)
      }
    }
    const names = commonNames(who, 'ana.ibanez')
    const [own, beside] = [names.next().value, names.next().value]
    expect(own.length, who).toBeLessThanOrEqual(64)
    expect(beside.length, who).toBeLessThanOrEqual(64)
    expect(who.startsWith(own), who).toBe(true)
    expect(beside, who).toMatch(/ \(ana\.ibanez\)$/)
  }
})

test('a login keeps its letters as long as they fit, and only its end makes room for a number', () => {
  const first = (login: string, count: number) => {
    const names = accountNames(login, () => 4321)
    return Array.from({ length: count }, () => names.next().value)
  }
  expect(first('ana.ibanez', 3)).toEqual(['ana.ibanez', 'ana.ibanez2', 'ana.ibanez3'])
  expect(first('l12345678', 1)).toEqual(['l12345678'])
  expect(first('06ddi0001a', 1)).toEqual(['06ddi0001a'])
  expect(first('guadalupe.hernandezm', 2)).toEqual(['guadalupe.hernandezm', 'guadalupe.hernandez2'])
  // The dot would stand at the end.
  expect(first('maria.del.refugio.a.lopez', 2)).toEqual(['maria.del.refugio.a', 'maria.del.refugio.a2'])
  expect(first('x'.repeat(30), 10).at(-1)).toBe(`${'x'.repeat(16)}4321`)
  expect(first('Ñandú', 1)).toEqual(['Nandu'])
  expect(first('...', 2)).toEqual(['cuenta', 'cuenta2'])
  expect(first('王', 1)).toEqual(['cuenta'])
})

test('people of one name in a unit are told apart by their login, then by a number', () => {
  const names = commonNames('Ana Núñez', 'ana.nunez')
  expect([names.next().value, names.next().value, names.next().value]).toEqual([
    'Ana Núñez',
    'Ana Núñez (ana.nunez)',
    'Ana Núñez (ana.nunez 2)',
  ])
  expect(commonNames('  ', 'ana.nunez').next().value).toBe('ana.nunez')
  expect(tidied('Ana\0\n Núñez ')).toBe('Ana  Núñez')
  // No half of a character, and never longer than the directory counts.
  const [first] = commonNames(`${'a'.repeat(63)}😀`, 'x')
  expect(first).toBe('a'.repeat(63))
})

test('she signs in with her address, or with its login in the domain’s suffix', () => {
  expect(principalName('ana@docente.example', undefined)).toBe('ana@docente.example')
  expect(principalName('ana@docente.example', '@example.mx')).toBe('ana@example.mx')
})
