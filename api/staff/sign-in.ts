import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import { evenOut } from '../even-out.ts'
import { giveBack, type Source } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { passwordMatches } from '../providers/hashing.ts'
import { Refusal } from '../refusal.ts'
import { countAttempt, loginKey } from './attempts.ts'
import { openChallenge } from './challenges.ts'
import { enter } from './enter.ts'
import { factorsOf } from './factors.ts'
import { admitOutside } from './outside.ts'
import { canonicalLogin } from './password.ts'
import type { StaffTicket } from './session.ts'

export interface Where {
  source: Source
  /** Browser and system, in words. */
  browser: string
}

interface Ask extends Where {
  login: string
  password: string
  code?: string
}

export interface Halfway {
  challenge: string
  needs: 'code' | 'enrolment'
  factors: ('totp' | 'passkey')[]
}

/** Days that a password made by somebody else is good for. */
const firstPasswordDays = 7

/**
 * The first half, or with a code the whole. One `sign-in-refused`, after the same work, for a login that is unknown, off or
 * must wait, a wrong password and a wrong code; `too-many-attempts` is about the source alone.
 */
export async function signIn(ctx: Context, actor: Actor, ask: Ask): Promise<StaffTicket | Halfway> {
  const since = performance.now()
  const login = canonicalLogin(ask.login)
  const { ids, wait } = await countAttempt(ctx, login, ask.source)
  const judged = await firstHalf(ctx, actor, login, ask.password)
  const why = wait === undefined ? judged.why : 'waits'
  if (why !== undefined || judged.id === undefined)
    return refuse(ctx, actor, { login, why: why ?? 'unknown', member: judged.id, since })
  const factors = await factorsOf(ctx.db, judged.id)
  if (ask.code !== undefined && factors.length > 0) {
    const whole = { ...ask, login, ids, said: { code: ask.code } }
    const ticket = await enter(ctx, actor, judged.id, whole)
    return ticket ?? refuse(ctx, actor, { login, why: 'code', member: judged.id, since })
  }
  await giveBack(ctx.db, ids)
  const needs = factors.length > 0 ? 'code' : 'enrolment'
  const first = { purpose: 'second-factor', member: judged.id, expects: { needs } } as const
  return { challenge: await openChallenge(ctx.db, first), needs, factors }
}

interface Judged {
  id?: string
  why?: string
}

/** Everything that could know her password is asked, for everybody alike. */
async function firstHalf(ctx: Context, actor: Actor, login: string, password: string): Promise<Judged> {
  const known = await find(ctx, login)
  const own = known?.source === 'local' && ctx.institution.signIn.password
  const matches = await passwordMatches(own ? known.password : null, password)
  const outside = await ctx.staffDirectory
    ?.person(own ? undefined : login, password)
    .catch((error: unknown) => {
      // Who signs in here with a password of ours does not depend on the directory.
      if (!matches) throw error
    })
  if (known?.off) return { id: known.id, why: 'off' }
  if (own) return { id: known.id, ...(matches && !known.stale ? {} : { why: matches ? 'stale' : 'wrong' }) }
  if (!outside) return { ...(known ? { id: known.id } : {}), why: known ? 'wrong' : 'unknown' }
  return admitOutside(ctx, actor, { ...outside, source: 'directory', login })
}

async function find(ctx: Context, login: string) {
  const [known] = await ctx.db
    .select({
      id: member.id,
      source: member.source,
      password: member.password,
      off: sql<boolean>`${member.offAt} is not null`,
      stale: sql<boolean>`${member.passwordGiven} and ${member.passwordAt} < now() - make_interval(days => ${firstPasswordDays}::int)`,
    })
    .from(member)
    .where(eq(member.login, login))
  return known
}

interface Refused {
  login: string
  why: string
  member: string | undefined
  since: number
}

async function refuse(
  ctx: Context,
  actor: Actor,
  { login, why, member: id, since }: Refused,
): Promise<never> {
  await tellRefused(ctx.db, actor, { why, key: loginKey(ctx, login), member: id ?? null })
  await evenOut(since, 100)
  throw new Refusal('sign-in-refused', 403)
}

/** Of a login only its key: what somebody typed there may be a password. */
export const tellRefused = (
  db: Db,
  actor: Actor,
  detail: { why: string; member: string | null; key?: string },
): Promise<void> => record(db, { ...actor, channel: 'staff' }, { kind: 'sign-in-refused', detail })
