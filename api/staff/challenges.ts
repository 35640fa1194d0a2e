import { and, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { challenge } from '../db/schema.ts'
import { now, soon } from '../movements/state.ts'
import { newToken, tokenDigest } from '../token.ts'

export type Challenge = typeof challenge.$inferSelect

const seconds = 10 * 60

/** Between two halves: once, ten minutes. Returns what the browser brings back. */
export async function openChallenge(
  tx: Db,
  ask: { purpose: Challenge['purpose']; member: string | null; expects: Challenge['expects'] },
): Promise<string> {
  const token = newToken()
  const { purpose, member, expects } = ask
  const values = { token: tokenDigest(token), purpose, memberId: member, expects, expiresAt: soon(seconds) }
  await tx.insert(challenge).values(values)
  return token
}

const isOpen = (): SQL | undefined =>
  and(isNull(challenge.usedAt), gt(challenge.expiresAt, sql`now()` as never))

export async function readChallenge(
  db: Db,
  token: string,
  purpose: Challenge['purpose'],
): Promise<Challenge | undefined> {
  const [found] = await db
    .select()
    .from(challenge)
    .where(and(eq(challenge.token, tokenDigest(token)), eq(challenge.purpose, purpose), isOpen()))
  return found
}

/** False: somebody was quicker, or it is over. */
export async function spendChallenge(tx: Db, id: string): Promise<boolean> {
  const spent = await tx
    .update(challenge)
    .set({ usedAt: now(), expects: {} })
    .where(and(eq(challenge.id, id), isOpen()))
    .returning({ id: challenge.id })
  return spent.length === 1
}

export const keepExpected = (db: Db, { id, expects }: Challenge, more: Challenge['expects']) =>
  db
    .update(challenge)
    .set({ expects: { ...expects, ...more } })
    .where(and(eq(challenge.id, id), isOpen()))

/** What was begun before yesterday and is over, spent or not. */
export async function pruneChallenges({ db }: Context): Promise<void> {
  await db.delete(challenge).where(lt(challenge.expiresAt, sql`now() - interval '1 day'`))
}

/** Whatever was begun for her is over. */
export const endChallenges = (tx: Db, member: string) =>
  tx
    .update(challenge)
    .set({ usedAt: now(), expects: {} })
    .where(and(eq(challenge.memberId, member), isNull(challenge.usedAt)))
