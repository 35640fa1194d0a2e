import { and, eq, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { forget } from './attempts.ts'
import { spendChallenge } from './challenges.ts'
import { proven, type Said } from './factors.ts'
import { type Factor, openSession, type StaffTicket } from './session.ts'
import type { Where } from './sign-in.ts'

export interface Entering extends Where {
  login: string
  /** Counted attempts that go back when she is in. */
  ids: readonly number[]
  said: Said
  /** The first half, if it came before; it is spent. */
  challenge?: string
}

export const asMember = (actor: Actor, id: string): Actor => ({
  ...actor,
  as: `member:${id}`,
  channel: 'staff',
})

/** The second half: a session with an id that was never anywhere before. Undefined where what she says proves nothing. */
export const enter = (
  ctx: Context,
  actor: Actor,
  id: string,
  ask: Entering,
): Promise<StaffTicket | undefined> =>
  within(ctx, async tx => {
    if (!(await standing(tx, id))) return undefined
    const factor = await proven(ctx, tx, id, ask.said)
    if (!factor) return undefined
    if (ask.challenge && !(await spendChallenge(tx, ask.challenge))) return undefined
    return begin(ctx, tx, actor, id, factor, ask)
  })

/** Her row is held until the end: an access that is taken away meanwhile ends this session, too. */
export async function standing(tx: Db, id: string) {
  const [row] = await tx
    .select({ id: member.id, login: member.login, name: member.name })
    .from(member)
    .where(and(eq(member.id, id), isNull(member.offAt)))
    .for('update')
  return row
}

export async function begin(
  ctx: Context,
  tx: Db,
  actor: Actor,
  id: string,
  factor: Factor,
  { login, ids, source, browser }: Pick<Entering, 'login' | 'ids' | 'source' | 'browser'>,
): Promise<StaffTicket> {
  await forget(ctx, tx, login, ids)
  await record(tx, asMember(actor, id), { kind: 'signed-in', detail: { factor } })
  return openSession(tx, { member: id, factor, address: source.address, browser })
}

class Nothing extends Error {}

/** What is undefined leaves nothing behind: a code that was taken on the way is as good as new. */
export async function within<T>(
  ctx: Context,
  work: (tx: Db) => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await ctx.db.transaction(async tx => {
      const made = await work(tx as Db)
      if (made === undefined) throw new Nothing()
      return made
    })
  } catch (error) {
    if (error instanceof Nothing) return undefined
    throw error
  }
}
