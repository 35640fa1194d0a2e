import { and, isNull, lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { attempt, visit } from '../db/schema.ts'

/** Attempts that no window looks at any more, and visits of before yesterday that nobody confirmed. */
export async function prune(ctx: Context): Promise<void> {
  const { identifyFailures, codeFailures, mailsPerAddress } = ctx.institution.limits
  const all = [...Object.values(identifyFailures).flat(), ...codeFailures.person, ...mailsPerAddress]
  const longest = Math.max(...all.map(({ seconds }) => seconds), 3600)
  await ctx.db
    .delete(visit)
    .where(and(isNull(visit.confirmedAt), lt(visit.expiresAt, sql`now() - interval '1 day'`)))
  await ctx.db.delete(attempt).where(lt(attempt.at, sql`now() - make_interval(secs => ${longest})`))
}
