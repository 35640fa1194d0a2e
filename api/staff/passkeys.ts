import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { passkey } from '../db/schema.ts'
import { now } from '../movements/state.ts'

type Said = Record<string, unknown>
interface Offered {
  options: Said
  /** What the answer is compared with. */
  expects: string
}

/** A key is made for this host and works at no other. */
const placeOf = (ctx: Context) => {
  const { origin, hostname } = new URL(ctx.publicUrl)
  return { expectedOrigin: origin, expectedRPID: hostname }
}

const keysOf = (db: Db, member: string) => db.select().from(passkey).where(eq(passkey.memberId, member))

/** For a browser that is to make a key. */
export async function offerRegistration(
  ctx: Context,
  member: { id: string; login: string; name: string },
): Promise<Offered> {
  const options = await generateRegistrationOptions({
    rpName: ctx.institution.shortName,
    rpID: placeOf(ctx).expectedRPID,
    userID: new Uint8Array(Buffer.from(member.id.replaceAll('-', ''), 'hex')),
    userName: member.login,
    userDisplayName: member.name,
    attestationType: 'none',
    // One key is registered once.
    excludeCredentials: (await keysOf(ctx.db, member.id)).map(({ credential }) => ({ id: credential })),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  })
  return { options: options as unknown as Said, expects: options.challenge }
}

/** Keeps the public half. False: the answer does not fit what was asked. */
export async function register(
  ctx: Context,
  tx: Db,
  ask: { member: string; expects: string; said: Said; name: string },
): Promise<boolean> {
  const checked = await verifyRegistrationResponse({
    response: ask.said as unknown as RegistrationResponseJSON,
    expectedChallenge: ask.expects,
    requireUserVerification: false,
    ...placeOf(ctx),
  }).catch(() => undefined)
  if (!checked?.verified || !checked.registrationInfo) return false
  const { id, publicKey, counter, transports = [] } = checked.registrationInfo.credential
  const made = await tx
    .insert(passkey)
    .values({
      ...{ memberId: ask.member, credential: id, name: ask.name, counter, transports },
      publicKey: Buffer.from(publicKey).toString('base64url'),
    })
    .onConflictDoNothing()
    .returning({ id: passkey.id })
  return made.length === 1
}

/** For a browser that is to show a key of hers. */
export async function offerProof(ctx: Context, member: string): Promise<Offered> {
  const keys = await keysOf(ctx.db, member)
  const options = await generateAuthenticationOptions({
    rpID: placeOf(ctx).expectedRPID,
    userVerification: 'preferred',
    allowCredentials: keys.map(({ credential, transports }) => ({
      id: credential,
      transports: transports as never,
    })),
  })
  return { options: options as unknown as Said, expects: options.challenge }
}

/** Did a key of hers, as it stands at this moment, sign what was asked? */
export async function provesByKey(
  ctx: Context,
  tx: Db,
  ask: { member: string; expects: string; said: Said },
): Promise<boolean> {
  const key = (await keysOf(tx, ask.member)).find(({ credential }) => credential === ask.said.id)
  if (!key) return false
  const checked = await verifyAuthenticationResponse({
    response: ask.said as unknown as AuthenticationResponseJSON,
    expectedChallenge: ask.expects,
    requireUserVerification: false,
    credential: {
      id: key.credential,
      publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')),
      counter: key.counter,
    },
    ...placeOf(ctx),
  }).catch(() => undefined)
  if (!checked?.verified) return false
  const used = await tx
    .update(passkey)
    .set({ counter: checked.authenticationInfo.newCounter, usedAt: now() })
    .where(and(eq(passkey.id, key.id), eq(passkey.counter, key.counter)))
    .returning({ id: passkey.id })
  return used.length === 1
}
