import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { type Group, type Listed, listedIn, probe, wholly } from './group.ts'

/** What is looked for: all of these hold. */
export interface Look {
  conditions: readonly SQL[]
  /** Of the filters, and last the units of whoever asks. */
  groups: readonly Group[]
  /** The one of the groups whose ids are known; it is none of `groups` any more. */
  list?: Listed | undefined
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
const comparedTo = 200
/** What leaves so few rows, or lists so few people and accounts, is short enough to begin at: nothing shorter is looked for. */
const short = 2000
/** A group of so many people, and so many accounts, is looked up by their ids; of a larger one the newest movements come soon. */
const long = 15_000
/** So many rows are asked one by one, or compared with a list in memory; who must look further begins at the groups themselves. */
const asked = 40_000
const compared = 100_000

const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length > 0 ? sql.join([...conditions], sql` and `) : sql`true`

/** Where the conditions leave many, the ids of a group are listed: of a short one, else of the first from the end that can be. */
export async function ready(db: Db, look: Look): Promise<Look> {
  if (look.groups.length === 0 || (await leaveFew(db, look.conditions))) return look
  const tries = [
    ...look.groups.map(group => ({ group, most: short })),
    ...look.groups.toReversed().map(group => ({ group, most: long })),
  ]
  for (const { group, most } of tries) {
    const list = await listedIn(db, group, most)
    if (list) return { ...look, groups: look.groups.filter(other => other !== group), list }
  }
  return look
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
  const top = isShort(look) || isPlain(look) ? countedTo : comparedTo
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

const isPlain = ({ groups, list }: Look) => groups.length === 0 && !list
const isShort = ({ list }: Look) => list !== undefined && list.size <= 2 * short
/** Its movements are gathered sooner than met on the way; and a row of a list is asked about other groups only there. */
const isBegunAt = (look: Look) => isShort(look) || (look.list !== undefined && look.groups.length > 0)

/** Backwards from the newest: the wanted ones come soon, or there are few. */
export async function walk(db: Db, look: Look, before: number, limit: number): Promise<number[]> {
  if (isPlain(look)) return seqsOf(db, candidates(look.conditions, before, limit))
  if (isBegunAt(look)) return seqsOf(db, fromGroups(look, before, limit))
  const { conditions, groups, list } = look
  const rowsAsked = list ? compared : asked
  const near = await seqsOf(
    db,
    sql`select seq from (${candidates(conditions, before, rowsAsked)}) movement
        where ${allOf(list ? [list.compared] : groups.map(probe))} order by seq desc ${upTo(limit)}`,
  )
  if (near.length === limit) return near
  const [last] = await seqsOf(
    db,
    sql`${candidates(conditions, before, 1)} offset ${sql.raw(String(rowsAsked - 1))}`,
  )
  if (last === undefined) return near
  const far = await inMemory(db, tx => seqsOf(tx, fromGroups(look, last, limit - near.length)))
  return [...near, ...far]
}

const candidates = (conditions: readonly SQL[], before: number, limit: number): SQL =>
  sql`select seq, person_id, account_id from movement where ${allOf(conditions)} and seq < ${before}
      order by seq desc ${upTo(limit)}`

/** Begun at the list, in order before anything else is asked of its rows; else at the groups taken together once. */
const fromGroups = (look: Look, before: number, limit: number): SQL =>
  sql`select seq from ${from(look, sql`and seq < ${before} order by seq desc`)} and seq < ${before} order by seq desc ${upTo(limit)}`

/** All that is looked for. `offset 0`: a long list is an index's to look up; compared with row after row it would take for ever. */
export function from({ conditions, groups, list }: Look, inOrder = sql``): SQL {
  return list
    ? sql`(select * from movement where ${list.condition} ${inOrder} offset 0) movement
          where ${allOf([...conditions, ...groups.map(probe)])}`
    : sql`movement where ${allOf([...conditions, ...groups.map(wholly)])}`
}

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
