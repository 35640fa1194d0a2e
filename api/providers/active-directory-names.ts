import { randomInt } from 'node:crypto'

/** Of what signs in to Windows, in characters: older programs know no longer one. */
const longestAccount = 20
/** Of an entry's own name, in UTF-16 units as the directory counts. */
const longestName = 64

const controls = /\p{Cc}+/gu

/** Not longer than `most`, and no half of a character. */
export const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')

/** As the directory takes names: no control character, no blank at the ends. */
export const tidied = (text: string): string => text.replace(controls, ' ').trim()

/** Letters, digits and what may stand between them; the directory refuses `"/\[]:;|=,+*?<>@` and a dot at the end. */
const accountOf = (login: string) =>
  login
    .normalize('NFD')
    .replace(/[^A-Za-z0-9._-]/g, '')
    .replace(/^[._-]+/, '')

const shortened = (text: string, most: number) => text.slice(0, most).replace(/[._-]+$/, '')

/**
 * sAMAccountName, best first: the login, as long as it may be, then with 2 to 9, then with a number that is drawn: hundreds of
 * people may share their first letters. It has no end.
 */
export function* accountNames(
  login: string,
  draw: () => number = () => randomInt(1000, 10_000),
): Generator<string, never> {
  const whole = accountOf(login)
  const base = /[A-Za-z0-9]/.test(whole) ? whole : 'cuenta'
  yield shortened(base, longestAccount)
  for (let n = 2; ; n++) {
    const number = String(n < 10 ? n : draw())
    yield shortened(base, longestAccount - number.length) + number
  }
}

/** The entry's own name, best first: hers; with the login where somebody in the unit is called so; then with a number. */
export function* commonNames(name: string, login: string): Generator<string, never> {
  const base = tidied(name) || tidied(login) || 'cuenta'
  yield cut(base, longestName).trim()
  for (let n = 1; ; n++) {
    const beside = ` (${cut(tidied(login), 40)}${n > 1 ? ` ${n}` : ''})`
    yield cut(base, longestName - beside.length).trim() + beside
  }
}

/** What she signs in with: her address, or the login in the domain's own suffix. */
export const principalName = (address: string, suffix: string | undefined): string =>
  suffix === undefined ? address : `${address.split('@')[0]}@${suffix.replace(/^@/, '')}`
