import { inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { asJson, type Db, rows } from '../db/open.ts'
import { attempt } from '../db/schema.ts'
import { limiterKey, type Source, sourceOf } from '../limits.ts'
import { Refusal } from '../refusal.ts'

/** So many failures cost nothing; after them each waits twice as long as the one before, up to the cap. */
const free = 10
const firstWait = 60
const longestWait = 15 * 60
/** A login is remembered for half a day; an office behind one address forgets sooner. */
const remembered = { login: 12 * 3600, source: 3600 }

export interface Counted {
  /** To be given back after a success. */
  ids: readonly number[]
  /** Seconds that this login must still wait; nothing was counted then. */
  wait: number | undefined
}

export const loginKey = (ctx: Context, login: string): string => limiterKey(ctx, 'staff', login)

/**
 * Counts an attempt at being a member, before it is evaluated. Throws `too-many-attempts` where the source must wait, which
 * tells nothing of any login; that a login must wait is for the caller to tell, or not.
 */
export async function countAttempt(ctx: Context, login: string, source: Source): Promise<Counted> {
  const keys = [
    { key: loginKey(ctx, login), of: 'login', secs: remembered.login },
    { key: limiterKey(ctx, 'staff-source', sourceOf(source.address)), of: 'source', secs: remembered.source },
  ]
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    await tx.execute(sql`select pg_advisory_xact_lock(h) from (select distinct hashtextextended(k.key, 0) as h
        from jsonb_to_recordset(${asJson(keys)}) as k(key text) order by 1) as locks`)
    const full = await rows<{ of: string; wait: number }>(
      tx,
      sql`select k.of, ceil(extract(epoch from seen.last - clock_timestamp())
              + least(${longestWait}::int, ${firstWait}::int * 2 ^ least(seen.n - ${free}::int, 10)))::int as wait
          from jsonb_to_recordset(${asJson(keys)}) as k(key text, of text, secs integer)
          cross join lateral (select count(*)::int as n, max(at) as last from attempt
            where key = k.key and at > clock_timestamp() - make_interval(secs => k.secs)) as seen
          where seen.n >= ${free}::int`,
    )
    const waits = (of: string) => full.find(one => one.of === of && one.wait > 0)?.wait
    const here = waits('source')
    if (here !== undefined) throw new Refusal('too-many-attempts', 429, {}, here)
    if (waits('login') !== undefined) return { ids: [], wait: waits('login') }
    const made = await tx
      .insert(attempt)
      .values(keys.map(({ key }) => ({ key })))
      .returning({ id: attempt.id })
    return { ids: made.map(({ id }) => Number(id)), wait: undefined }
  })
}

/** Of somebody who has shown already who she is: she may be told that she must wait. */
export async function countOwn(ctx: Context, login: string, source: Source): Promise<readonly number[]> {
  const { ids, wait } = await countAttempt(ctx, login, source)
  if (wait !== undefined) throw new Refusal('too-many-attempts', 429, {}, wait)
  return ids
}

/** She is in: what was failed on her login before is forgotten, and this attempt on the source's. */
export async function forget(ctx: Context, tx: Db, login: string, ids: readonly number[]): Promise<void> {
  const key = loginKey(ctx, login)
  await tx.delete(attempt).where(sql`${attempt.key} = ${key}`)
  if (ids.length > 0) await tx.delete(attempt).where(inArray(attempt.id, [...ids]))
}
