import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'

/** This moment by the database's clock, and its year by the institution's calendar. */
export async function year(ctx: Context, db: Db): Promise<{ at: Date; year: number }> {
  const [now] = await rows<{ at: string; year: number }>(
    db,
    sql`select now()::text as at, extract(year from now() at time zone ${ctx.institution.timeZone})::int as year`,
  )
  if (!now) throw new Error('no clock')
  return { at: new Date(now.at), year: now.year }
}
