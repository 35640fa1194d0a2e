import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { type Group, type Listed, listedIn, probe, wholly } from './group.ts'

/** What is looked for: all of these hold. */
export interface Look {
  conditions: readonly SQL[]
  /** Of the filters, and last the units of whoever asks. */
  groups: readonly Group[]
  /** A condition to begin at; the others are asked of what it leaves. */
  listed?: SQL | undefined
}

export interface Found {
  /** The newest ones, by `seq`, the newest first. */
  seqs: number[]
  /** Of the whole look-up, as far as they are counted. */
  count: number
  /** There are more than that. */
  more: boolean
}

/** Before all that there will ever be. */
export const beginning = Number.MAX_SAFE_INTEGER
/** So many are counted; where rows are compared one by one, fewer. */
export const countedTo = 10_000
const comparedTo = 1000
/** What leaves so few rows, or lists so few ids, is short enough: nothing shorter is looked for. */
const short = 2000
/** So many rows are asked one by one; who must look further takes the groups together once. */
const asked = 40_000

export const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length > 0 ? sql.join([...conditions], sql` and `) : sql`true`

/** Where the conditions leave many, the smallest group is begun at by its ids; what is no list is asked row by row. */
export async function ready(db: Db, look: Look): Promise<Look> {
  if (look.groups.length === 0 || (await leaveFew(db, look.conditions))) return look
  const lists = new Map<Group, Listed>()
  for (const group of look.groups) {
    const listed = await listedIn(db, group)
    if (listed) lists.set(group, listed)
    if (listed && listed.size <= short) break
  }
  const [smallest, ...others] = [...lists.values()].toSorted((a, b) => a.size - b.size)
  return {
    conditions: [...look.conditions, ...others.map(({ compared }) => compared)],
    groups: look.groups.filter(group => !lists.has(group)),
    listed: smallest?.condition,
  }
}

async function leaveFew(db: Db, conditions: readonly SQL[]): Promise<boolean> {
  if (conditions.length === 0) return false
  const [found] = await rows<{ n: number }>(
    db,
    sql`select count(*)::int as n from (select from movement where ${allOf(conditions)} ${upTo(short + 1)}) s`,
  )
  return (found?.n ?? 0) <= short
}

/** The next ones before `before`, and how many there are in all. */
export async function newest(db: Db, look: Look, before: number, limit: number): Promise<Found> {
  const top = look.groups.length === 0 ? countedTo : comparedTo
  const first = await walk(db, look, beginning, top + 1)
  const more = first.length > top
  const seqs = first.filter(seq => seq < before).slice(0, limit)
  return {
    seqs: more && seqs.length < limit ? await walk(db, look, before, limit) : seqs,
    count: Math.min(first.length, top),
    more,
  }
}

/** In the statement itself: a plan that is kept knows how few are wanted. */
const upTo = (limit: number) => sql`limit ${sql.raw(String(limit))}`

/** Backwards from the newest. */
export async function walk(db: Db, look: Look, before: number, limit: number): Promise<number[]> {
  const { conditions, groups, listed } = look
  if (groups.length === 0) return seqsOf(db, candidates(look, before, limit))
  const near = await seqsOf(
    db,
    sql`select seq from (${candidates(look, before, listed ? undefined : asked)}) movement
        where ${allOf(groups.map(probe))} order by seq desc ${upTo(limit)}`,
  )
  // A list ends by itself.
  if (near.length === limit || listed) return near
  const [last] = await seqsOf(db, sql`${candidates(look, before, 1)} offset ${sql.raw(String(asked - 1))}`)
  if (last === undefined) return near
  const far = candidates({ ...look, conditions: [...conditions, ...groups.map(wholly)] }, last, limit)
  return [...near, ...(await inMemory(db, tx => seqsOf(tx, far)))].slice(0, limit)
}

const candidates = ({ listed, conditions }: Look, before: number, limit?: number): SQL =>
  sql`select seq, person_id, account_id from ${from(listed)} where ${allOf(conditions)} and seq < ${before}
      order by seq desc ${limit ? upTo(limit) : sql`offset 0`}`

/** `offset 0`: a long list is an index's to look up; compared with row after row it would take for ever. */
export const from = (listed: SQL | undefined): SQL =>
  listed ? sql`(select * from movement where ${listed} offset 0) movement` : sql`movement`

async function seqsOf(db: Db, found: SQL): Promise<number[]> {
  const [all] = await rows<{ seqs: string[] }>(
    db,
    sql`select array(select seq::text from (${found}) found order by found.seq desc) as seqs`,
  )
  return (all?.seqs ?? []).map(Number)
}

/** With room to keep a group in memory. */
export const inMemory = <T>(db: Db, run: (tx: Db) => Promise<T>): Promise<T> =>
  db.transaction(async tx => {
    await tx.execute(sql`set local work_mem = '64MB'`)
    return run(tx as Db)
  })
