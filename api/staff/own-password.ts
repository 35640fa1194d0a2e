import { and, eq, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import type { Source } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { hashPassword, passwordMatches } from '../providers/hashing.ts'
import { Refusal } from '../refusal.ts'
import { countOwn, forget } from './attempts.ts'
import { endChallenges } from './challenges.ts'
import type { Member } from './member.ts'
import { queueMemberNotice } from './notice.ts'
import { assertGoodPassword } from './password.ts'
import { endOthers } from './sessions.ts'

interface Ask {
  /** Not asked of who signed in with what somebody else made: she shall have her own, whatever else. */
  current?: string
  password: string
  source: Source
}

/** Refusals: `password-elsewhere`, `not-verified`, `password-refused` with reasons, `too-many-attempts`. */
export async function changePassword(ctx: Context, actor: Actor, by: Member, ask: Ask): Promise<void> {
  const hers: SQL | undefined = and(eq(member.id, by.id), eq(member.source, 'local'))
  const [row] = await ctx.db.select().from(member).where(hers)
  if (!row) throw new Refusal('password-elsewhere', 409)
  if (!row.passwordGiven) await showsCurrent(ctx, by, row.password, ask)
  const same = await passwordMatches(row.password, ask.password)
  assertGoodPassword(ask.password, { login: by.login, name: by.name, same })
  const hashed = await hashPassword(ask.password)
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const changed = await tx
      .update(member)
      .set({ password: hashed, passwordAt: now(), passwordGiven: false })
      // What proved right may have been renewed since.
      .where(and(hers, eq(member.password, row.password ?? '')))
      .returning({ id: member.id })
    if (changed.length === 0) throw new Refusal('not-verified', 403)
    await endChallenges(tx, by.id)
    const detail = { member: by.id, first: row.passwordGiven }
    await record(tx, actor, { kind: 'member-password-changed', detail })
    await queueMemberNotice(ctx, tx, 'password', by.id)
  })
  await endOthers(ctx, actor, by)
}

async function showsCurrent(ctx: Context, by: Member, hashed: string | null, { current, source }: Ask) {
  if (current === undefined) throw new Refusal('not-verified', 403)
  const ids = await countOwn(ctx, by.login, source)
  if (!(await passwordMatches(hashed, current))) throw new Refusal('not-verified', 403)
  await ctx.db.transaction(tx => forget(ctx, tx as Db, by.login, ids))
}
