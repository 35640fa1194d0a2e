import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { type Group, listedIn, probe, seqsFrom, sizeOf } from './group.ts'

/** What is looked for: all of these hold. */
export interface Look {
  conditions: readonly SQL[]
  /** Of the filters. */
  groups: readonly Group[]
  /** The units of whoever asks: one, or none. */
  scope: readonly Group[]
  /** Yields a `seq` after which none is wanted. */
  until: SQL | undefined
}

/** The same, once it is known which of the filters' groups are small. */
export interface Ready extends Omit<Look, 'groups'> {
  large: readonly Group[]
}

export interface Found {
  /** The newest ones, by `seq`, the newest first. */
  seqs: number[]
  /** Of the whole look-up, as far as they are counted. */
  count: number
  /** There are more than that. */
  more: boolean
}

/** So many are counted; where two groups or a group and other conditions are compared row by row, fewer. */
export const countedTo = 10_000
const comparedTo = 1000
/** A movement may come by its person and by its account. */
const seenTwice = 2

export const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length > 0 ? sql.join([...conditions], sql` and `) : sql`true`

export async function ready(db: Db, { groups, ...look }: Look): Promise<Ready> {
  const { small, large } = await sorted(db, groups)
  return { ...look, conditions: [...look.conditions, ...small], large }
}

async function sorted(db: Db, groups: readonly Group[]): Promise<{ small: SQL[]; large: Group[] }> {
  const small: SQL[] = []
  const large: Group[] = []
  for (const group of groups) {
    const condition = await listedIn(db, group)
    if (condition) small.push(condition)
    else large.push(group)
  }
  return { small, large }
}

/** The next ones before `before`, and how many there are in all. */
export async function newest(db: Db, look: Ready, before: number, limit: number): Promise<Found> {
  const { conditions, large, scope } = look
  const groups = [...large, ...scope]
  const few = conditions.length > 0 || groups.length === 0
  const found = few && (await amongFew(db, conditions, groups, before, limit))
  if (found && !found.more) return found
  // Only now it matters whether her units are few.
  const units = await sorted(db, scope)
  if (units.small.length > 0)
    return newest(db, { ...look, conditions: [...conditions, ...units.small], scope: [] }, before, limit)
  const counted = found || (await fromGroup(db, conditions, await bySize(db, groups), before, limit))
  return counted.more ? { ...counted, seqs: await walk(db, look, before, limit) } : counted
}

async function bySize(db: Db, groups: readonly Group[]): Promise<Group[]> {
  if (groups.length < 2) return [...groups]
  const sizes = new Map<Group, number>()
  for (const group of groups) sizes.set(group, await sizeOf(db, group))
  return groups.toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0))
}

interface Counted {
  n: number
  kept: number
  seqs: string[]
}

/** Where the plain conditions leave ten thousand at most, those are taken out and looked through. */
async function amongFew(
  db: Db,
  conditions: readonly SQL[],
  groups: readonly Group[],
  before: number,
  limit: number,
): Promise<Found | undefined> {
  const [counted] = await rows<Counted>(
    db,
    sql`with hits as materialized (
          select seq, person_id, account_id from movement where ${allOf(conditions)} limit ${countedTo + 1}),
        total as (select count(*)::int as n from hits),
        kept as materialized (
          select seq from hits as movement where (select n from total) <= ${countedTo} and ${allOf(groups.map(probe))})
        select n, (select count(*)::int from kept) as kept,
          array(select seq::text from kept where seq < ${before} order by kept.seq desc limit ${limit}) as seqs
        from total`,
  )
  if (!counted) return undefined
  const { n, kept, seqs } = counted
  if (n <= countedTo) return { seqs: seqs.map(Number), count: kept, more: false }
  return groups.length === 0 ? { seqs: [], count: countedTo, more: true } : undefined
}

/** Where they leave many, but a group does not: begun at the group. */
async function fromGroup(
  db: Db,
  conditions: readonly SQL[],
  [first, ...others]: readonly Group[],
  before: number,
  limit: number,
): Promise<Found> {
  if (!first) throw new Error('no group to begin at')
  const condition = allOf([...conditions, ...others.map(probe)])
  const top = conditions.length + others.length === 0 ? countedTo : comparedTo
  const most = (top + 1) * seenTwice
  const [counted] = await rows<Counted>(
    db,
    sql`with hits as materialized (${seqsFrom(first, condition)} limit ${most}),
        kept as materialized (select distinct seq from hits)
        select (select count(*)::int from hits) as n, (select count(*)::int from kept) as kept,
          array(select seq::text from kept where seq < ${before} order by kept.seq desc limit ${limit}) as seqs`,
  )
  const { n = 0, kept = 0, seqs = [] } = counted ?? {}
  const more = n >= most || kept > top
  return { seqs: seqs.map(Number), count: more ? top : kept, more }
}

/** Where there are many: backwards from the newest, the wanted ones come soon. */
export async function walk(db: Db, look: Ready, before: number, limit: number): Promise<number[]> {
  const { conditions, large, scope, until } = look
  const groups = [...large, ...scope]
  const found = await rows<{ seq: number }>(
    db,
    sql`select seq::float8 as seq from movement
        where ${allOf([...conditions, ...groups.map(probe)])} and seq < ${before} ${until ? sql`and seq <= (${until})` : sql``}
        order by ${movement.seq} desc limit ${limit}`,
  )
  return found.map(({ seq }) => seq)
}
