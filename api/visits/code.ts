import { createHmac, timingSafeEqual } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { code } from '../db/schema.ts'
import { drawn, typedSymbols } from '../token.ts'
import type { Visit } from './identify.ts'

/** Eight places are 40 bits. */
const places = 8
const shape = new RegExp(`^[${typedSymbols}]{${places}}$`)

/** Seconds before another one may be asked for. */
export const againAfter = 60

export const newCode = () => drawn(typedSymbols, places)

/** What was meant, or undefined where no code can look so: small letters, blanks and hyphens are forgiven. */
export function canonicalCode(text: string): string | undefined {
  const meant = text.replace(/[\s\u00AD\u200B-\u200D\u2010-\u2015\uFEFF-]/g, '').toUpperCase()
  return shape.test(meant) ? meant : undefined
}

/** How codes are kept, under every key in force, the newest first. Another visit's code has another HMAC. */
export const hmacsOf = (ctx: Context, visitId: string, plain: string): string[] =>
  ctx.keysFor('code').map(key => createHmac('sha256', key).update(`${visitId}\0${plain}`).digest('base64url'))

export const isSame = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Not used, not voided, not expired by the database's clock. */
export const isLiveCode = and(isNull(code.usedAt), isNull(code.voidedAt), sql`${code.expiresAt} > now()`)

/** The live code of this very visit. */
export async function liveCodeOf(db: Db, open: Visit): Promise<typeof code.$inferSelect | undefined> {
  const [live] = await db
    .select()
    .from(code)
    .where(and(eq(code.visitId, open.id), isLiveCode))
  return live
}

export interface SentCode {
  sentTo: string
  expiresAt: string
  againAt: string
}

/** What the screen shows of a code: where it went and until when, never the code. */
export const shownCode = (
  { issuedAt, expiresAt }: { issuedAt: Date; expiresAt: Date },
  sentTo: string,
): SentCode => ({
  sentTo,
  expiresAt: expiresAt.toISOString(),
  againAt: new Date(issuedAt.getTime() + againAfter * 1000).toISOString(),
})
