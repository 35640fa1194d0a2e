import { and, desc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { staffSession } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { tokenDigest } from '../token.ts'
import { asMember } from './enter.ts'
import type { Member } from './member.ts'
import { idleSeconds, isOpen, memberOf, provenSeconds, type StaffTicket } from './session.ts'

const end = (tx: Db, which: SQL | undefined) =>
  tx
    .update(staffSession)
    .set({ endedAt: now() })
    .where(and(isNull(staffSession.endedAt), which))
    .returning({ id: staffSession.id, member: staffSession.memberId })

/** All of hers. */
export const endSessionsOf = (tx: Db, id: string) => end(tx, eq(staffSession.memberId, id))

/** What her own page shows of the session that she asks from. */
export async function shownSession(ctx: Context, member: Member) {
  const [row] = await ctx.db.select().from(staffSession).where(eq(staffSession.id, member.session))
  if (!row) throw new Refusal('not-signed-in', 401)
  const after = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000).toISOString()
  const { id, login, name, roles, units, deeds, proven, passwordDue } = member
  return {
    member: { id, login, name },
    roles: [...roles],
    units: [...units],
    deeds: [...deeds],
    passwordDue,
    expiresAt: row.expiresAt.toISOString(),
    idleUntil: after(row.seenAt, idleSeconds),
    provenUntil: proven ? after(row.provenAt, provenSeconds) : null,
  }
}

/** The session that was opened a moment ago. */
export async function shownTo(ctx: Context, ticket: StaffTicket) {
  const member = await memberOf(ctx, ticket)
  if (!member) throw new Refusal('sign-in-expired', 410)
  return shownSession(ctx, member)
}

/** What a browser carried is worth nothing from now on. */
export async function signOut(ctx: Context, actor: Actor, ticket: StaffTicket): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [ended] = await end(tx, eq(staffSession.token, tokenDigest(ticket.id)))
    if (ended) await record(tx, asMember(actor, ended.member), { kind: 'signed-out' })
  })
}

const mine = (member: Member): SQL | undefined => and(eq(staffSession.memberId, member.id), isOpen())

export async function listSessions(ctx: Context, member: Member) {
  const held = await ctx.db.select().from(staffSession).where(mine(member)).orderBy(desc(staffSession.seenAt))
  return held.map(({ id, createdAt, seenAt, address, browser, factor }) => ({
    ...{ id, address, browser, factor, mine: id === member.session },
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
  }))
}

/** One of hers; anybody else's does not exist for her. */
export async function endSession(ctx: Context, actor: Actor, member: Member, id: string): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const ended = await end(tx, and(eq(staffSession.id, id), eq(staffSession.memberId, member.id)))
    if (ended.length === 0) throw new Refusal('not-found', 404)
    await record(tx, actor, { kind: 'session-ended', detail: { session: id } })
  })
}

export async function endOthers(ctx: Context, actor: Actor, member: Member): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const others = and(eq(staffSession.memberId, member.id), ne(staffSession.id, member.session))
    const ended = await end(tx, others)
    await record(tx, actor, { kind: 'sessions-ended', detail: { member: member.id, count: ended.length } })
  })
}

/** Browser and system, in words; what a browser says of itself beyond that is not kept. */
export function browserInWords(agent: string | undefined): string {
  const text = agent ?? ''
  const named = (known: [RegExp, string][]) => known.find(([sign]) => sign.test(text))?.[1]
  const browser = named([
    [/Edg(e|A|iOS)?\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\/|FxiOS\//, 'Firefox'],
    [/Chrome\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ])
  const system = named([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/CrOS/, 'ChromeOS'],
    [/Linux/, 'Linux'],
  ])
  if (!browser) return 'Otro navegador'
  return system ? `${browser} en ${system}` : browser
}

/** She is still there, by her own word. */
export async function keepSession(ctx: Context, member: Member) {
  await ctx.db
    .update(staffSession)
    .set({ seenAt: sql`now()` })
    .where(and(eq(staffSession.id, member.session), isOpen()))
  return shownSession(ctx, member)
}
