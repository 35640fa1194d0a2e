import { randomBytes } from 'node:crypto'

/** What a link in a mail carries after `#`: 43 letters, digits, `-` and `_`; 256 bits. The last one is a letter or a digit. */
export const newToken = (): string => randomBytes(32).toString('base64url')
