import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { oficio } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { dayOf } from './dates.ts'

/** Is this paper ours, and does it still stand? Nothing of what it says. Refusal: `not-found`. */
export async function verifyOficio(ctx: Context, folio: string) {
  const [found] = await ctx.db
    .select({ number: oficio.number, state: oficio.state, at: oficio.at })
    .from(oficio)
    .where(eq(oficio.folio, folio))
  if (!found) throw new Refusal('not-found', 404)
  const { institution } = ctx
  return {
    folio,
    institution: institution.name,
    issuedOn: dayOf(found.at, institution.timeZone),
    number: found.number,
    state: found.state === 'void' ? ('void' as const) : ('valid' as const),
  }
}
