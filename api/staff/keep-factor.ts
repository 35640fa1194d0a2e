import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import type { Challenge } from './challenges.ts'
import { clock } from './factors.ts'
import { register } from './passkeys.ts'
import { openSeed, stepOf } from './totp.ts'

/** Undefined: the key did not sign what it was asked. */
export async function keepKey(
  ctx: Context,
  tx: Db,
  found: Challenge,
  ask: { passkey?: object; name?: string },
) {
  const { passkey } = found.expects
  if (typeof passkey !== 'string') return undefined
  const said = ask.passkey as Record<string, unknown>
  const key = { member: found.memberId ?? '', expects: passkey, said, name: ask.name ?? 'Llave de acceso' }
  return (await register(ctx, tx, key)) ? 'passkey' : undefined
}

/** Undefined: she could not make a code with it. What she had before is replaced. */
export async function keepSeed(ctx: Context, tx: Db, found: Challenge, code = '') {
  const { totp } = found.expects
  const id = found.memberId ?? ''
  const seed = typeof totp === 'string' ? openSeed(ctx, id, totp) : undefined
  const step = seed && stepOf(seed, code.replace(/\s/g, ''), await clock(tx))
  if (!step) return undefined
  await tx
    .update(member)
    .set({ totp: totp as string, totpStep: step })
    .where(eq(member.id, id))
  return 'totp'
}
