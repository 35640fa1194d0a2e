import { expect, test } from 'vitest'
import { senderOf, strictAddress } from '../../api/mail/address.ts'
import { notOneAddress } from './not-one-address.ts'

test.each([
  ['maria.lopez@gmail.com', 'maria.lopez@gmail.com'],
  ['Maria.Lopez@GMAIL.com', 'Maria.Lopez@gmail.com'],
  ["o'higgins+escuela@correo.unam.mx", "o'higgins+escuela@correo.unam.mx"],
  ['a@xn--jgeva-dua.ee', 'a@xn--jgeva-dua.ee'],
  ['x_1-2@a-b.example.mx', 'x_1-2@a-b.example.mx'],
])('%s is one address', (text, canonical) => {
  expect(strictAddress(text)).toBe(canonical)
})

test.each(notOneAddress)('SEC-44, SEC-53: %j is not one address', text => {
  expect(strictAddress(text)).toBeNull()
})

test('the sender may have a name, and is one address', () => {
  expect(senderOf('no-responda@csec.mx')).toEqual({ name: '', address: 'no-responda@csec.mx' })
  expect(senderOf('Mi correo <no-responda@csec.mx>')).toEqual({
    name: 'Mi correo',
    address: 'no-responda@csec.mx',
  })
  expect(senderOf('"Correo, CSEC" <no-responda@csec.mx>')?.name).toBe('Correo, CSEC')
  for (const wrong of ['', 'csec', 'a@x.mx, b@y.mx', '<a@x.mx> <b@y.mx>', 'A\r\nBcc: c@z.mx <a@x.mx>'])
    expect(senderOf(wrong)).toBeNull()
})
