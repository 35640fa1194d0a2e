import { drawn } from '../token.ts'
import { commonPasswords } from './common-passwords.ts'

/**
 * Three classes of eight symbols each, none of which looks like another; of equal size, so that asking for all three
 * leaves every symbol equally likely. 18 places: 82.5 bits.
 */
const classes = ['CFHJKMWX', 'adenprty', '23456789'] as const
const alphabet = classes.join('')
const places = 18

/** A temporary password; made in memory, mailed once, never kept. */
export function temporaryPassword(): string {
  for (;;) {
    const made = drawn(alphabet, places)
    if (classes.every(some => [...some].some(symbol => made.includes(symbol)))) return made
  }
}

export const ownPasswordAtLeast = 12
const ownPasswordAtMost = 128

/** Why an own password is refused; `missing` says how many characters to add. */
export interface PasswordReason {
  code: 'too-short' | 'too-long' | 'common' | 'personal' | 'same' | 'directory'
  missing?: number
}

const bare = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

const plainLetters: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b' }
const unleet = (text: string) => text.replace(/[0134578]/g, digit => plainLetters[digit] ?? digit)

const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'abcdefghijklmnopqrstuvwxyz']
const paths = rows.flatMap(row => [row.repeat(3), [...row].reverse().join('').repeat(3)])

/** How much of a text is left once the runs that everybody types are taken out. */
function withoutRuns(text: string): string {
  let left = text
  for (const path of paths)
    for (let size = Math.min(12, left.length); size >= 4; size--)
      for (let at = 0; at + size <= left.length; at++)
        if (path.includes(left.slice(at, at + size))) left = left.slice(0, at) + left.slice(at + size)
  return left
}

function isCommon(password: string): boolean {
  const text = bare(password)
  if (new Set(text).size < 5) return true
  const words = commonPasswords.toSorted((a, b) => b.length - a.length)
  const stripped = words.reduce((left, word) => left.replaceAll(word, ''), unleet(text.replace(/\d+$/, '')))
  return stripped.length < 4 || withoutRuns(text).length < 5
}

/** Made of what others know of her, with little else: one of those texts, or several in a row. */
function isPersonal(text: string, personal: readonly string[]): boolean {
  const known = personal
    .flatMap(each => [bare(each), ...each.split(/[\s.@]+/).map(bare)])
    .filter(each => each.length >= 4)
    .sort((a, b) => b.length - a.length)
  const left = known.reduce((rest, each) => rest.replaceAll(each, ''), text)
  return left !== text && left.length < 8
}

/** `personal`: texts that others know of her, such as her names, CURP and address. NIST SP 800-63B: no composition rules. */
export function passwordReasons(
  password: string,
  personal: readonly string[],
  atLeast: number = ownPasswordAtLeast,
): PasswordReason[] {
  const length = [...password.normalize('NFC')].length
  const reasons: PasswordReason[] = []
  if (length < atLeast) reasons.push({ code: 'too-short', missing: atLeast - length })
  if (length > ownPasswordAtMost) reasons.push({ code: 'too-long' })
  const text = bare(password)
  if (isPersonal(text, personal)) reasons.push({ code: 'personal' })
  if (length >= atLeast && length <= ownPasswordAtMost && isCommon(password)) reasons.push({ code: 'common' })
  return reasons
}
