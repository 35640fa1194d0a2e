import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Context } from '../context.ts'

const period = 30
const cipher = 'aes-256-gcm'

/** RFC 6238 as every application on a phone knows it. */
const totpOf = (seed: string, more: { issuer?: string; label?: string } = {}) =>
  new TOTP({ ...more, algorithm: 'SHA1', digits: 6, period, secret: Secret.fromBase32(seed) })

/** 160 bits, base32. */
export const newSeed = (): string => new Secret({ size: 20 }).base32

/** What the QR holds. */
export const seedUri = (seed: string, issuer: string, label: string): string =>
  totpOf(seed, { issuer, label }).toString()

/** Which step this code is of, one before and one after the present one allowed; undefined for any other code. */
export function stepOf(seed: string, code: string, at: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = totpOf(seed).validate({ token: code, timestamp: at, window: 1 })
  return delta === null ? undefined : Math.floor(at / 1000 / period) + delta
}

/** A seed at rest, for this member alone. */
export function sealSeed(ctx: Context, member: string, seed: string): string {
  const [key] = ctx.keysFor('totp')
  const nonce = randomBytes(12)
  const sealing = createCipheriv(cipher, key as Buffer, nonce).setAAD(Buffer.from(member))
  const sealed = Buffer.concat([sealing.update(seed, 'utf8'), sealing.final()])
  return Buffer.concat([nonce, sealing.getAuthTag(), sealed]).toString('base64url')
}

/** Undefined where no key of ours opens it. */
export function openSeed(ctx: Context, member: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  for (const key of ctx.keysFor('totp')) {
    try {
      const opening = createDecipheriv(cipher, key, bytes.subarray(0, 12)).setAAD(Buffer.from(member))
      opening.setAuthTag(bytes.subarray(12, 28))
      return opening.update(bytes.subarray(28), undefined, 'utf8') + opening.final('utf8')
    } catch {
      // the next key, or none
    }
  }
  return undefined
}
