import { passwordReasons } from '../accounts/password.ts'
import { Refusal } from '../refusal.ts'
import { drawn } from '../token.ts'

/** NIST SP 800-63B-4: eight where a second factor is always asked, and none that everybody tries. */
const atLeast = 8

/** One spelling of a login, for the look-up and for the limits alike; '' where nobody can have it. */
export function canonicalLogin(text: string): string {
  const plain = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  return /^[\x21-\x7e]{3,320}$/.test(plain) ? plain.toLowerCase() : ''
}

/** Throws `password-refused` with reasons. */
export function assertGoodPassword(
  password: string,
  { login, name, same }: { login: string; name: string; same: boolean },
): void {
  const reasons = passwordReasons(password, [login, name], atLeast)
  if (same) reasons.push({ code: 'same' })
  if (reasons.length > 0) throw new Refusal('password-refused', 400, { reasons })
}

/** A first password: 20 symbols that nobody mistakes for one another, in fives; more than 90 bits. */
export const firstPassword = (): string =>
  Array.from({ length: 4 }, () => drawn('abcdefghijkmnpqrstuvwxyz23456789', 5)).join('-')
