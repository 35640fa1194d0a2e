import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { type Group, listedIn, probe, seqsFrom } from './group.ts'

/** What is looked for: all of these hold. */
export interface Look {
  conditions: readonly SQL[]
  groups: readonly Group[]
}

/** The same, once it is known which groups are small. */
export interface Ready {
  conditions: readonly SQL[]
  large: readonly Group[]
}

export interface Found {
  /** The newest ones, by `seq`, the newest first. */
  seqs: number[]
  /** Of the whole look-up, up to `countedTo`. */
  count: number
  /** There are more than that. */
  more: boolean
}

export const countedTo = 10_000
/** A movement stands at most in some of a group's statements. */
const seenTwice = 4

export const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length > 0 ? sql.join([...conditions], sql` and `) : sql`true`

export async function ready(db: Db, { conditions, groups }: Look): Promise<Ready> {
  const small: SQL[] = []
  const large: Group[] = []
  for (const group of groups) {
    const condition = await listedIn(db, group)
    if (condition) small.push(condition)
    else large.push(group)
  }
  return { conditions: [...conditions, ...small], large }
}

/** The next ones before `before`, and how many there are in all. */
export async function newest(db: Db, look: Ready, before: number, limit: number): Promise<Found> {
  const found = (await amongFew(db, look, before, limit)) ?? (await fromGroup(db, look, before, limit))
  if (found && !found.more) return found
  return { seqs: await walk(db, look, before, limit), count: countedTo, more: true }
}

interface Counted {
  n: number
  kept: number
  seqs: string[]
}

const foundIn = ({ kept, seqs }: Counted, more: boolean): Found => ({
  seqs: seqs.map(Number),
  count: Math.min(kept, countedTo),
  more,
})

/** Where the plain conditions leave ten thousand at most, those are taken out and looked through. */
async function amongFew(db: Db, look: Ready, before: number, limit: number): Promise<Found | undefined> {
  const [counted] = await rows<Counted>(
    db,
    sql`with hits as materialized (
          select seq, person_id, account_id from movement where ${allOf(look.conditions)} limit ${countedTo + 1}),
        total as (select count(*)::int as n from hits),
        kept as materialized (
          select seq from hits as movement where (select n from total) <= ${countedTo} and ${allOf(look.large.map(probe))})
        select n, (select count(*)::int from kept) as kept,
          array(select seq::text from kept where seq < ${before} order by kept.seq desc limit ${limit}) as seqs
        from total`,
  )
  if (!counted) return undefined
  if (counted.n <= countedTo) return foundIn(counted, false)
  return look.large.length === 0 ? foundIn(counted, true) : undefined
}

/** Where they leave many, but a group does not: begun at the group. */
async function fromGroup(db: Db, look: Ready, before: number, limit: number): Promise<Found | undefined> {
  const [first, ...others] = look.large
  if (!first) return undefined
  const condition = allOf([...look.conditions, ...others.map(probe)])
  const most = (countedTo + 1) * seenTwice
  const [counted] = await rows<Counted>(
    db,
    sql`with hits as materialized (${seqsFrom(first, condition)} limit ${most}),
        kept as materialized (select distinct seq from hits)
        select (select count(*)::int from hits) as n, (select count(*)::int from kept) as kept,
          array(select seq::text from kept where seq < ${before} order by kept.seq desc limit ${limit}) as seqs`,
  )
  return counted && foundIn(counted, counted.n >= most || counted.kept > countedTo)
}

/** Where there are many: backwards from the newest, the wanted ones come soon. */
async function walk(db: Db, look: Ready, before: number, limit: number): Promise<number[]> {
  const found = await rows<{ seq: number }>(
    db,
    sql`select seq::float8 as seq from movement
        where ${allOf([...look.conditions, ...look.large.map(probe)])} and seq < ${before}
        order by ${movement.seq} desc limit ${limit}`,
  )
  return found.map(({ seq }) => seq)
}
