import { expect, test } from 'vitest'
import { alternateAddress, lookalike } from '../../api/roster/alternate-address.ts'

const rules = { ownDomains: ['docentecolima.gob.mx', 'colima.example'] }
const judged = (text: string) => alternateAddress(text, rules)

const hostile = [
  '"victima@correo.mx"@otro.mx',
  '"a b"@correo.mx',
  'ana(nota)@correo.mx',
  'ana@(nota)correo.mx',
  'ana@correo.mx(uno(dos))',
  'grupo: ana@correo.mx, eva@correo.mx;',
  'grupo:;',
  'Ana <ana@correo.mx>',
  '<ana@correo.mx>',
  'ana@correo.mx,eva@correo.mx',
  'ana@correo.mx;eva@correo.mx',
  'ana@correo.mx eva@correo.mx',
  'ana@correo.mx\r\nBcc: eva@correo.mx',
  'ana@correo.mx%0d%0aBcc:eva@correo.mx',
  'ana@\r\n correo.mx',
  'ana@correo.mx\0',
  'ana\u200b@correo.mx',
  'ana@correo\u00ad.mx',
  '\u202eana@correo.mx',
  'ana@gm\u0430il.com',
  'ana@xn--gmil-63d.com',
  'año@correo.mx',
  'ana@\u212aorreo.mx',
  'ana@ｃorreo.mx',
  'ana@correo。mx',
  'ana@correo.mx.',
  'ana@.correo.mx',
  'ana@[127.0.0.1]',
  'ana@127.0.0.1',
  'ana@localhost',
  'ana@-correo.mx',
  'ana@@correo.mx',
  'ana@eva@correo.mx',
  'ana%correo.mx@otro.mx',
  'otro.mx!ana@correo.mx',
  '.ana@correo.mx',
  'ana.@correo.mx',
  'an..a@correo.mx',
  '@correo.mx',
  `${'a'.repeat(65)}@correo.mx`,
  `ana@${'a.'.repeat(130)}mx`,
  `ana@${'a'.repeat(64)}.mx`,
]

test.each(hostile.map(text => [JSON.stringify(text), text]))(
  'SEC-53 SEC-44 %s is not one plain address',
  (_, text) => {
    expect(judged(text)).toEqual({ refused: 'malformed' })
  },
)

test.each(['ana@docentecolima.gob.mx', 'ana@Correo.DocenteColima.gob.mx', 'ana@colima.example'])(
  'nobody gets her password in the mailbox it opens: %s',
  text =>
    expect(alternateAddress(text, { ...rules, allowReserved: true })).toEqual({ refused: 'own-domain' }),
)

test.each(['ana@correo.test', 'ana@a.invalid', 'ana@x.local', 'ana@x.onion', 'ana@x.internal'])(
  'no mail reaches %s',
  text => {
    expect(judged(text)).toEqual({ refused: 'reserved' })
    expect(alternateAddress(text, { ...rules, allowReserved: true })).toEqual({ address: text })
  },
)

test.each(
  `sincorreo@gmail.com sin.correo@hotmail.com notiene@gmail.com no@no.com correo@correo.com x@x.mx prueba@gmail.com
  prueba12@gmail.com test@gmail.com na@na.mx xxxx@gmail.com aaaa@gmail.com ninguno@nada.com hotmail@hotmail.com
  ana@sincorreo.com NoTiene@Gmail.com`.split(/\s+/),
)('%s fills a field and is nobody’s', text => expect(judged(text)).toEqual({ refused: 'placeholder' }))

test.each(
  `ana@gmail.com ana.lopez+escuela@correo.unam.mx na1975@gmail.com nadal@gmail.com maria@maria.mx o'hara@correo.mx
  notario@gmail.com tester@gmail.com 1234567@qq.com xiomara@gmail.com`.split(/\s+/),
)('%s is an address as any other', text => expect(judged(text)).toEqual({ address: text }))

test('the domain goes to lower case, the local part stays as it came', () => {
  expect(judged('Ana.Lopez@GMail.COM')).toEqual({ address: 'Ana.Lopez@gmail.com' })
})

test.each([
  ['gmail.con', 'gmail.com'],
  ['gmial.com', 'gmail.com'],
  ['gmail.com.mx', 'gmail.com'],
  ['hotmai1.com', 'hotmail.com'],
  ['hotmal.com', 'hotmail.com'],
  ['0utlook.com', 'outlook.com'],
  ['yahoo.con', 'yahoo.com'],
  ['yaho.com.mx', 'yahoo.com.mx'],
])('SEC-73 %s was probably meant to be %s', (typed, meant) => expect(lookalike(typed)).toBe(meant))

test.each(
  'gmail.com yahoo.com.mx hotmail.es outlook.com ymail.com mail.com five.com unam.mx constructor.com'.split(
    ' ',
  ),
)('%s looks like nothing else', domain => expect(lookalike(domain)).toBeUndefined())
