import { describe, expect, it } from 'vitest'
import { passwordReasons, temporaryPassword } from '../../api/accounts/password.ts'

const alphabet = 'CFHJKMWXadenprty23456789'

/** Of 5,000 passwords: how far their symbols are from being equally likely, in standard deviations of chi-square. */
function strangeness(passwords: string[]): number {
  const seen = new Map([...alphabet].map(symbol => [symbol, 0]))
  for (const symbol of passwords.join('')) seen.set(symbol, (seen.get(symbol) ?? Number.NaN) + 1)
  const expected = (passwords.length * 18) / alphabet.length
  const chi = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  const freedom = alphabet.length - 1
  // Wilson and Hilferty: the cube root of chi-square over its freedom is nearly normal.
  return (Math.cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

describe('a temporary password', () => {
  const made = () => Array.from({ length: 5000 }, temporaryPassword)
  it('SEC-76: never repeats, has three classes and at least 80 bits, and no two symbols look alike', () => {
    const passwords = made()
    expect(new Set(passwords).size).toBe(5000)
    for (const password of passwords) {
      expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9]{18}$/)
      expect(password).not.toMatch(/[0O1lIoSBZ]/)
    }
    expect(18 * Math.log2(alphabet.length)).toBeGreaterThan(80)
  })
  it('SEC-76: has every symbol equally often (chi-square, p > 0.01, in one of two samples)', () => {
    const p01 = 2.326
    expect(Math.min(strangeness(made()), strangeness(made()))).toBeLessThan(p01)
  })
})

describe('a password of one’s own', () => {
  const codes = (password: string, personal: string[] = []) =>
    passwordReasons(password, personal).map(({ code }) => code)

  it('is long enough, and needs no classes', () => {
    expect(passwordReasons('', [])).toEqual([{ code: 'too-short', missing: 12 }])
    expect(passwordReasons('doce letras', [])).toEqual([{ code: 'too-short', missing: 1 }])
    expect(codes('vuelan las garzas')).toEqual([])
    expect(codes('🌵🌵 nopal verde')).toEqual([])
    expect(codes('x'.repeat(200))).toEqual(['too-long'])
  })
  it('counts characters as people do, however they are encoded', () => {
    expect(passwordReasons('nin\u0303os corren'.slice(0, 12), [])[0]).toEqual({
      code: 'too-short',
      missing: 1,
    })
    expect(codes('niños corrido')).toEqual([])
  })
  it('may be in any script', () => {
    expect(codes('вечерний чай с мятой')).toEqual([])
    expect(codes('аааааааааааааа')).toEqual(['common'])
  })
  it.each([
    'password1234',
    'P4ssw0rd!!!!',
    'contraseña2026',
    'qwertyuiop12',
    '123456789012',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'docente.maestra.2026',
    'colima-mexico-1',
    'guadalupe1234567890',
    'asdfghjkl123',
  ])('is none that everybody takes: %s', password => {
    expect(codes(password)).toContain('common')
  })
  it.each([
    'María Elena 99',
    'xool-quintero',
    'QUINTERO XOOL 1',
    'loox orétniuq'.split('').reverse().join(''),
    'IAQX850214MCMBZM78',
    'iaqx850214mcmbzm78!2026',
    'maria.quintero2',
    'T100200 T100200',
  ])('is none that is made of what others know of her: %s', password => {
    const known = [
      'María Elena',
      'Quintero',
      'Xool',
      'IAQX850214MCMBZM78',
      'T100200',
      'maria.quintero@colima.example',
    ]
    expect(codes(password, known)).toContain('personal')
  })
  it('may hold her name among other words', () => {
    expect(codes('maría siembra cempasúchil', ['María', 'López'])).toEqual([])
  })
})
