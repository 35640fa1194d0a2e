import { lt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { attempt } from '../db/schema.ts'

/** Attempts that no window looks at any more. */
export async function prune(ctx: Context): Promise<void> {
  const { identifyFailures, codeFailures, mailsPerAddress } = ctx.institution.limits
  const all = [...Object.values(identifyFailures).flat(), ...codeFailures.person, ...mailsPerAddress]
  const longest = Math.max(...all.map(({ seconds }) => seconds), 3600)
  await ctx.db.delete(attempt).where(lt(attempt.at, sql`now() - make_interval(secs => ${longest})`))
}
