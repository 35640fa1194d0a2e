import { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { csvOf } from './csv.ts'
import { asked, type Filters, lookFor } from './filters.ts'
import { theseSeqs, told } from './look-up.ts'
import type { Actor } from './movement.ts'
import { beginning, countedTo, from, inMemory, type Look, newest, ready, walk } from './newest.ts'
import { record } from './record.ts'
import { cellsOf, headers } from './sheet.ts'
import { shownMovements } from './shown.ts'
import { sheetRows, xlsxOf } from './xlsx.ts'

/** Rows read at once. */
const page = 500

/** Exactly what the list shows for these filters, as far as it has happened by now; the event says how much, before the first row leaves. */
export async function exportMovements(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: Filters,
  as: 'csv' | 'xlsx',
): Promise<Readable> {
  const given = asked(ask)
  const top = await newestSeq(ctx.db)
  const asIs = await lookFor(ctx, member, given)
  const look = await ready(ctx.db, { ...asIs, conditions: [...asIs.conditions, sql`seq <= ${top}`] })
  const count = await countOf(ctx.db, look)
  if (as === 'xlsx' && count >= sheetRows) throw new Refusal('too-many-rows', 409)
  await record(ctx.db, actor, { kind: 'exported', detail: { as, filters: told(given), count } })
  const pages = pagesOf(ctx, member, look)
  return as === 'csv' ? Readable.from(csvOf(headers, pages)) : xlsxOf(headers, pages)
}

async function newestSeq(db: Db): Promise<number> {
  const [found] = await rows<{ top: number }>(
    db,
    sql`select coalesce(max(seq), 0)::float8 as top from movement`,
  )
  return found?.top ?? 0
}

/** To the last one: an export is counted whole, with room to keep a group in memory. */
async function countOf(db: Db, look: Look): Promise<number> {
  const few = await newest(db, look, beginning, 1)
  if (!few.more) return few.count
  const [found] = await inMemory(db, tx =>
    rows<{ n: number }>(tx, sql`select count(*)::int as n from ${from(look)}`),
  )
  return found?.n ?? 0
}

async function* pagesOf(ctx: Context, member: Member, look: Look): AsyncIterable<string[][]> {
  for await (const seqs of seqsOf(ctx.db, look)) {
    const movements = await shownMovements(ctx, member, theseSeqs(seqs), page)
    yield movements.map(one => cellsOf(one, ctx.institution.timeZone))
  }
}

/** Page by page: what is few is known at once, what is much is walked through. */
async function* seqsOf(db: Db, look: Look): AsyncIterable<number[]> {
  const { seqs, more } = await newest(db, look, beginning, countedTo)
  if (!more) {
    for (let at = 0; at < seqs.length; at += page) yield seqs.slice(at, at + page)
    return
  }
  for (let next = seqs.slice(0, page); next.length > 0; ) {
    yield next
    next = await walk(db, look, next.at(-1) ?? 0, page)
  }
}
