import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { series } from '../db/schema.ts'
import type { Area } from '../institution/letters.ts'

/** `SSST/0042/2026` */
export const numberOf = (area: Area, ordinal: number, year: number): string =>
  (area.number ?? '').replaceAll(/\{(area|year|number)(?::(\d))?\}/g, (_, name, places) =>
    name === 'area'
      ? area.code
      : name === 'year'
        ? String(year)
        : String(ordinal).padStart(Number(places ?? 1), '0'),
  )

/**
 * The next number of an area's year. Its row stays locked until the letter is committed with it, so that a letter that
 * comes to nothing gives its number back and nobody overtakes.
 */
export async function takeNumber(tx: Db, area: string, year: number): Promise<number> {
  const [taken] = await tx
    .insert(series)
    .values({ area, year, last: 1 })
    .onConflictDoUpdate({ target: [series.area, series.year], set: { last: sql`${series.last} + 1` } })
    .returning({ last: series.last })
  if (!taken) throw new Error('no number was taken')
  return taken.last
}

/** What the next one would be now. */
export async function upcoming(db: Db, area: string, year: number): Promise<number> {
  const [now] = await db
    .select({ last: series.last })
    .from(series)
    .where(and(eq(series.area, area), eq(series.year, year)))
  return (now?.last ?? 0) + 1
}
