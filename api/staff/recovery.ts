import { createHmac } from 'node:crypto'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { recoveryCode } from '../db/schema.ts'
import { now } from '../movements/state.ts'
import { drawn, typedSymbols } from '../token.ts'

const codes = 10

/** However she types it: the hyphen and the case are for the eye. */
const plain = (code: string) => code.toUpperCase().replace(/[\s-]/g, '')

/** Under each key of ours; fifty bits want one beside them. */
const digestsOf = (ctx: Context, code: string): string[] =>
  ctx.keysFor('recovery').map(key => createHmac('sha256', key).update(plain(code)).digest('base64url'))

/** New codes for printing, told this once; those of before are worth nothing. */
export async function newRecoveryCodes(ctx: Context, tx: Db, member: string): Promise<string[]> {
  await voidRecoveryCodes(tx, member)
  const made = Array.from({ length: codes }, () => `${drawn(typedSymbols, 5)}-${drawn(typedSymbols, 5)}`)
  await tx
    .insert(recoveryCode)
    .values(made.map(code => ({ memberId: member, digest: digestsOf(ctx, code)[0] as string })))
  return made
}

export const voidRecoveryCodes = (tx: Db, member: string) =>
  tx
    .update(recoveryCode)
    .set({ voidedAt: now() })
    .where(and(eq(recoveryCode.memberId, member), isNull(recoveryCode.usedAt), isNull(recoveryCode.voidedAt)))

/** Once: the update decides. */
export async function spendRecoveryCode(
  ctx: Context,
  tx: Db,
  member: string,
  code: string,
): Promise<boolean> {
  if (plain(code).length !== 10) return false
  const spent = await tx
    .update(recoveryCode)
    .set({ usedAt: now() })
    .where(
      and(
        eq(recoveryCode.memberId, member),
        inArray(recoveryCode.digest, digestsOf(ctx, code)),
        isNull(recoveryCode.usedAt),
        isNull(recoveryCode.voidedAt),
      ),
    )
    .returning({ id: recoveryCode.id })
  return spent.length === 1
}
