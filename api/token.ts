import { createHash, randomBytes, randomInt } from 'node:crypto'

/** What a cookie, or a link in a mail after `#`, carries: 43 letters, digits, `-` and `_`; 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What a token of so many bits may be kept as; shorter secrets want a key of ours beside it. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** What a person reads and types: letters and digits without 0, O, 1 and I; five bits each. */
export const typedSymbols = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** So many symbols of an alphabet, each as likely as the others. */
export const drawn = (symbols: string, places: number): string =>
  Array.from({ length: places }, () => symbols[randomInt(symbols.length)]).join('')
