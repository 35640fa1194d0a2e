import { expect, test } from 'vitest'
import { passwordProblems, refusedPassword } from '../../web/kiosk/password-problems.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { sentences } from '../../web/words/say.ts'

const say = sentences(esMX)
const good = {
  account: 'elena.barajas@colima.example',
  current: 'la del correo',
  password: 'una frase larga y mía',
}
const told = (change: Partial<typeof good>) =>
  passwordProblems(say, { ...good, ...change }).map(({ text }) => text)

test('a good form has nothing wrong', () => {
  expect(told({})).toEqual([])
})

test('an empty form asks for all three, in the order of the page', () => {
  expect(told({ account: '', current: '', password: '' })).toEqual([
    'Escriba su cuenta completa, con @ y el dominio',
    'Escriba la contraseña que recibió o la que usa hoy',
    'Escriba una contraseña nueva',
  ])
})

test('a short password says how much is missing, counting letters as people do', () => {
  expect(told({ password: 'ñandú' })).toEqual(['Le faltan 7 caracteres'])
  expect(told({ password: 'ñandú ñandu'.normalize('NFD') })).toEqual(['Le falta 1 carácter'])
})

test('each reason of the service has its sentence, and an unknown one has one too', () => {
  const sentence = (code: string, missing?: number) =>
    refusedPassword(say, [{ code, ...(missing && { missing }) }])
  expect(sentence('common')).toBe('Es muy común; elija otra')
  expect(sentence('personal')).toBe('No use su nombre ni su CURP')
  expect(sentence('same')).toBe('Es la misma de antes; elija otra')
  expect(sentence('directory')).toContain('mayúsculas')
  expect(sentence('too-long')).toBe('Es demasiado larga; elija una más corta')
  expect(sentence('too-short', 3)).toBe('Le faltan 3 caracteres')
  expect(sentence('brand-new')).toBe('No se puede usar esa contraseña; elija otra')
  expect(refusedPassword(say, [])).toBe('No se puede usar esa contraseña; elija otra')
})
