import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { Refusal } from '../refusal.ts'

/** A day that is not over yet, by the database's clock and the institution's calendar. Refusal: `malformed`, field `until`. */
export async function stillDay(ctx: Context, until: string | undefined): Promise<void> {
  if (until === undefined) return
  const [said] = await rows<{ over: boolean }>(
    ctx.db,
    sql`select ${until}::date < (now() at time zone ${ctx.institution.timeZone})::date as over`,
  )
  if (said?.over) throw new Refusal('malformed', 400, { fields: [{ name: 'until', code: 'past' }] })
}
