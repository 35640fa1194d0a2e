import { createHmac } from 'node:crypto'
import { inArray, sql } from 'drizzle-orm'
import type { Context } from './context.ts'
import { asJson, type Db, rows } from './db/open.ts'
import { attempt } from './db/schema.ts'
import type { Limit } from './institution/institution.ts'
import { Refusal } from './refusal.ts'

/** A key and the limits that hold for it, all of them. */
export interface Counted {
  key: string
  limits: readonly Limit[]
}

/** Where a request comes from; a browser's id is kept in its cookie. */
export interface Source {
  address: string
  browser: string
}

/** A limiter that cannot count lets nobody through. */
function refuse(error: unknown): never {
  throw Object.assign(new Refusal('not-available', 503, {}, 30), { cause: error })
}

const pairsOf = (counted: readonly Counted[]) =>
  counted.flatMap(({ key, limits }) => limits.map(({ count, seconds }) => ({ key, count, seconds })))

/** An HMAC: the table of attempts holds nothing of a person. */
export function limiterKey(ctx: Context, ...parts: string[]): string {
  const [key] = ctx.keysFor('limiter')
  return createHmac('sha256', key as Buffer)
    .update(parts.join('\0'))
    .digest('base64url')
    .slice(0, 22)
}

/** Somebody with a whole IPv6 network is one source; `2001:0DB8::1` and `2001:db8:0:0::2` are the same one. */
export function sourceOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = [], tail] = plain.split('::').map(part => part.split(':').filter(group => group !== ''))
  const zeros = tail ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0') : []
  return [...head, ...zeros, ...(tail ?? [])]
    .slice(0, 4)
    .map(group => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}

/** What an attempt at being somebody is counted on: each name she is known by, with and without the source, source and browser. */
export function attemptKeys(ctx: Context, names: readonly string[], source: Source): Counted[] {
  const limits = ctx.institution.limits.identifyFailures
  const from = sourceOf(source.address)
  return [
    ...names.map(name => ({
      key: limiterKey(ctx, 'person+source', name, from),
      limits: limits.personAndSource,
    })),
    ...names.map(name => ({ key: limiterKey(ctx, 'person', name), limits: limits.person })),
    { key: limiterKey(ctx, 'source', from), limits: limits.source },
    { key: limiterKey(ctx, 'browser', source.browser), limits: limits.browser },
  ]
}

/**
 * Counts an attempt before it is evaluated, in a statement of its own; every pair of every key must have room. Returns
 * what to give back after a success. Throws `too-many-attempts`; a database out of reach refuses too.
 */
export async function count(db: Db, counted: readonly Counted[]): Promise<number[]> {
  const pairs = pairsOf(counted)
  if (pairs.length === 0) return []
  const [said] = await rows<{ ids: (number | string)[] | null; wait: number | null }>(
    db,
    sql`select ids, retry_after as wait from count_attempt(${asJson(pairs)})`,
  ).catch(refuse)
  if (!said || said.wait !== null) throw new Refusal('too-many-attempts', 429, {}, said?.wait ?? 60)
  return (said.ids ?? []).map(Number)
}

/** Limits count failures: a success takes its attempt out again. */
export async function giveBack(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0)
    await db
      .delete(attempt)
      .where(inArray(attempt.id, [...ids]))
      .catch(refuse)
}

/** Seconds until every pair has room again, without counting; undefined while all have. */
async function fullFor(db: Db, counted: readonly Counted[]): Promise<number | undefined> {
  const [full] = await rows<{ wait: number | null }>(
    db,
    sql`select max(ceil(extract(epoch from f.frees - now())))::int as wait from (
          select (select a.at from attempt a where a.key = p.key and a.at > now() - make_interval(secs => p.seconds)
                  order by a.at desc offset p.count - 1 limit 1) + make_interval(secs => p.seconds) as frees
          from jsonb_to_recordset(${asJson(pairsOf(counted))}) as p(key text, count integer, seconds integer)
        ) as f where f.frees is not null`,
  ).catch(refuse)
  return full?.wait == null ? undefined : Math.max(1, full.wait)
}

/** Is there still room, without counting? A confirmation looks again at what identified her. */
export async function assertRoom(db: Db, counted: readonly Counted[]): Promise<void> {
  const wait = await fullFor(db, counted)
  if (wait !== undefined) throw new Refusal('too-many-attempts', 429, {}, wait)
}

/** Has any key used up half of what one of its limits allows? */
export const isHalfUsed = async (db: Db, counted: readonly Counted[]): Promise<boolean> =>
  (await fullFor(
    db,
    counted.map(({ key, limits }) => ({
      key,
      limits: limits.map(({ count, seconds }) => ({ count: Math.ceil(count / 2), seconds })),
    })),
  )) !== undefined

/** How many more attempts the tightest pair has room for. */
export async function roomLeft(db: Db, counted: readonly Counted[]): Promise<number> {
  const [room] = await rows<{ left: number }>(
    db,
    sql`select min(greatest(0, p.count - (select count(*) from attempt a
                 where a.key = p.key and a.at > now() - make_interval(secs => p.seconds))))::int as left
        from jsonb_to_recordset(${asJson(pairsOf(counted))}) as p(key text, count integer, seconds integer)`,
  ).catch(refuse)
  return room?.left ?? 0
}
