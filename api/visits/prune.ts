import { and, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { attempt, code, visit } from '../db/schema.ts'

/** Attempts that no window looks at any more, and visits of before yesterday that nobody confirmed, with their codes. */
export async function prune(ctx: Context): Promise<void> {
  const { identifyFailures, codeFailures, mailsPerAddress } = ctx.institution.limits
  const all = [...Object.values(identifyFailures).flat(), ...codeFailures.person, ...mailsPerAddress]
  const longest = Math.max(...all.map(({ seconds }) => seconds), 3600)
  const forgotten = and(isNull(visit.confirmedAt), lt(visit.expiresAt, sql`now() - interval '1 day'`))
  await ctx.db
    .delete(code)
    .where(inArray(code.visitId, ctx.db.select({ id: visit.id }).from(visit).where(forgotten)))
  await ctx.db.delete(visit).where(forgotten)
  await ctx.db.delete(attempt).where(lt(attempt.at, sql`now() - make_interval(secs => ${longest})`))
}
