import { and, arrayContains, eq, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member, passkey } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { hashPassword } from '../providers/hashing.ts'
import { Refusal } from '../refusal.ts'
import { endChallenges } from './challenges.ts'
import type { Member } from './member.ts'
import { listed } from './members.ts'
import { queueMemberNotice } from './notice.ts'
import { firstPassword } from './password.ts'
import { voidRecoveryCodes } from './recovery.ts'
import { endSessionsOf } from './sessions.ts'
import { knownRoles, knownUnits } from './units.ts'

interface Change {
  id: string
  name: string
  roles: readonly string[]
  units: readonly string[]
  off: boolean
}

const isAdmin = (roles: readonly string[]) => roles.includes('admin')

/** Whoever changes the access of others: the rows of all who may are held first, in one order, so that not all of them go at once. */
async function held(tx: Db, id: string, by: Member | undefined) {
  if (by?.id === id) throw new Refusal('own-account', 403)
  const admins = await tx
    .select({ id: member.id })
    .from(member)
    .where(and(isNull(member.offAt), arrayContains(member.roles, ['admin'])))
    .orderBy(member.id)
    .for('update')
  // Her own access may have ended while she waited here.
  if (by && !admins.some(one => one.id === by.id)) throw new Refusal('not-allowed', 403)
  const [row] = await tx.select().from(member).where(eq(member.id, id)).for('update')
  if (!row) throw new Refusal('not-found', 404)
  return { row, isLast: admins.length === 1 && admins[0]?.id === id }
}

/**
 * Name, roles and units, or whether she has access at all; it counts from her next request on. `by`: the member who
 * asks. Refusals: `malformed`, `own-account`, `last-admin`, `not-found`.
 */
export async function setMember(ctx: Context, actor: Actor, by: Member | undefined, ask: Change) {
  const roles = knownRoles(ask.roles)
  const units = knownUnits(ctx.institution, ask.units, roles)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const { row, isLast } = await held(tx, ask.id, by)
    if (isLast && (ask.off || !isAdmin(roles))) throw new Refusal('last-admin', 409)
    const offAt = ask.off ? (row.offAt ?? now()) : null
    await tx.update(member).set({ name: ask.name.trim(), roles, units, offAt }).where(eq(member.id, row.id))
    if (ask.off) await endAll(tx, row.id)
    const before = { roles: row.roles, units: row.units, off: row.offAt !== null }
    const detail = { member: row.id, roles, units, off: ask.off, before }
    await record(tx, actor, { kind: 'member-changed', detail })
    return listed(tx, row.id)
  })
}

async function endAll(tx: Db, id: string): Promise<void> {
  await endSessionsOf(tx, id)
  await endChallenges(tx, id)
}

/** A new first password, and a second factor to be registered; whatever she had before is worth nothing at once. */
export async function renewMember(
  ctx: Context,
  actor: Actor,
  by: Member,
  id: string,
): Promise<{ password: string | null }> {
  const password = firstPassword()
  const hashed = await hashPassword(password)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const { row } = await held(tx, id, by)
    const local = row.source === 'local'
    await tx
      .update(member)
      .set({ totp: null, ...(local ? { password: hashed, passwordAt: now(), passwordGiven: true } : {}) })
      .where(eq(member.id, id))
    await tx.delete(passkey).where(eq(passkey.memberId, id))
    await voidRecoveryCodes(tx, id)
    await endAll(tx, id)
    await record(tx, actor, { kind: 'member-renewed', detail: { member: id } })
    await queueMemberNotice(ctx, tx, 'renewed', id)
    return { password: local ? password : null }
  })
}

export async function endMemberSessions(ctx: Context, actor: Actor, id: string): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    await listed(tx, id)
    await endChallenges(tx, id)
    const ended = await endSessionsOf(tx, id)
    await record(tx, actor, { kind: 'sessions-ended', detail: { member: id, count: ended.length } })
  })
}
