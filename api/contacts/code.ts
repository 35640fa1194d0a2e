import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { drawn, typedSymbols } from '../token.ts'

/** Eight places are 40 bits, as of every code of ours that is typed. */
const places = 8
const shape = new RegExp(`^[${typedSymbols}]{${places}}$`)

export const newCode = () => drawn(typedSymbols, places)

/** What was meant; small letters, blanks and hyphens are forgiven. Refusal: `malformed`. */
export function codeIn(text: string): string {
  const meant = text.replace(/[\s\u00AD\u200B-\u200D\u2010-\u2015\uFEFF-]/g, '').toUpperCase()
  if (shape.test(meant)) return meant
  const code = text.trim() === '' ? 'required' : 'shape'
  throw new Refusal('malformed', 400, { fields: [{ name: 'code', code }] })
}

/** Bound to one change: the code of another has another HMAC, and so has a visit's. */
const hmacs = (ctx: Context, change: string, plain: string): string[] =>
  ctx
    .keysFor('code')
    .map(key => createHmac('sha256', key).update(`contact\0${change}\0${plain}`).digest('base64url'))

/** How it is kept. */
export const keptCode = (ctx: Context, change: string, plain: string): string =>
  hmacs(ctx, change, plain)[0] as string

export const isCode = (ctx: Context, change: string, plain: string, kept: string): boolean =>
  hmacs(ctx, change, plain).some(
    hmac => hmac.length === kept.length && timingSafeEqual(Buffer.from(hmac), Buffer.from(kept)),
  )
