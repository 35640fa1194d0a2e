import { and, eq, isNotNull, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { member, passkey } from '../db/schema.ts'
import { provesByKey } from './passkeys.ts'
import { spendRecoveryCode } from './recovery.ts'
import type { Factor } from './session.ts'
import { openSeed, stepOf } from './totp.ts'

/** What she says to prove it: typed, or signed by a key for what it was asked. */
export interface Said {
  code?: string | undefined
  passkey?: Record<string, unknown> | undefined
  /** What the browser's key was asked to sign; undefined where it was asked nothing. */
  expects?: unknown
}

/** Which second factors she has at this moment. */
export async function factorsOf(db: Db, id: string): Promise<('totp' | 'passkey')[]> {
  const [has] = await rows<{ totp: boolean; passkey: boolean }>(
    db,
    sql`select m.totp is not null as totp, exists (select 1 from ${passkey} k where k.member_id = m.id) as passkey
        from member m where m.id = ${id}`,
  )
  return (['totp', 'passkey'] as const).filter(factor => has?.[factor])
}

/** By the database's clock, in milliseconds. */
export async function clock(db: Db): Promise<number> {
  const [said] = await rows<{ at: number }>(
    db,
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as at`,
  )
  return said?.at ?? 0
}

/** A code of her application; no step of it works twice, nor one before it: the update decides. */
async function takeCode(ctx: Context, tx: Db, id: string, code: string): Promise<boolean> {
  const [held] = await tx.select({ totp: member.totp }).from(member).where(eq(member.id, id))
  const seed = held?.totp ? openSeed(ctx, id, held.totp) : undefined
  const step = seed && stepOf(seed, code, await clock(tx))
  if (!step) return false
  const taken = await tx
    .update(member)
    .set({ totpStep: step })
    .where(and(eq(member.id, id), isNotNull(member.totp), lt(member.totpStep, step)))
    .returning({ id: member.id })
  return taken.length === 1
}

/** Undefined: it proves nothing. What proves something is used up by that. */
export async function proven(ctx: Context, tx: Db, id: string, said: Said): Promise<Factor | undefined> {
  if (said.passkey) {
    if (typeof said.expects !== 'string') return undefined
    const ask = { member: id, expects: said.expects, said: said.passkey }
    return (await provesByKey(ctx, tx, ask)) ? 'passkey' : undefined
  }
  const code = said.code?.trim() ?? ''
  if (await takeCode(ctx, tx, id, code.replace(/\s/g, ''))) return 'totp'
  return (await spendRecoveryCode(ctx, tx, id, code)) ? 'recovery' : undefined
}
