import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { movement } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Ask, Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { findMovements as contract } from './contract.ts'
import { cursorAt, readCursor } from './cursor.ts'
import { asked, type FilterName, type Filters, filterNames, lookFor } from './filters.ts'
import type { Actor } from './movement.ts'
import { beginning, newest, ready } from './newest.ts'
import { record } from './record.ts'
import { shownMovements } from './shown.ts'

const page = 50

/** One page of the bitácora, the newest first. The first page of a look-up is an event; the others go on from it. */
export async function lookUpMovements(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: Ask<typeof contract>,
): Promise<Reply<typeof contract>> {
  const given = asked(ask)
  const limit = limitOf(ask.limit)
  const of = JSON.stringify([member.id, filterNames.map(name => given[name] ?? null)])
  const before = ask.cursor ? readCursor(ctx, ask.cursor, of) : beginning
  const look = await ready(ctx.db, await lookFor(ctx, member, given))
  const { seqs, count, more } = await newest(ctx.db, look, before, limit + 1)
  const here = seqs.slice(0, limit)
  const movements = await shownMovements(ctx, member, theseSeqs(here), limit)
  const last = here.at(-1)
  if (!ask.cursor) {
    const people = new Set(movements.map(({ personId }) => personId))
    const personId = given.person && people.size === 1 ? ([...people][0] ?? undefined) : undefined
    await record(ctx.db, actor, {
      kind: 'looked-up',
      personId,
      detail: { filters: told(given), count, more },
    })
  }
  const cursor = seqs.length > limit && last !== undefined ? cursorAt(ctx, last, of) : null
  return { movements, cursor, count, more }
}

/** One parameter for any number of them. */
export const theseSeqs = (seqs: readonly number[]) =>
  sql`${movement.seq} = any(string_to_array(${seqs.join(',')}, ',')::bigint[])`

function limitOf(said: string | undefined): number {
  if (said === undefined || said === '') return page
  if (!/^[1-9]\d?$|^100$/.test(said))
    throw new Refusal('malformed', 400, { fields: [{ name: 'limit', code: 'type' }] })
  return Number(said)
}

/** Filters that say nothing of a person stand in the event as they were asked. */
const impersonal: readonly FilterName[] = ['kind', 'state', 'channel', 'from', 'to', 'centre', 'folio']

/** A key typed into the wrong field is a key. */
const likeCurp = /[a-z]{4}\d{6}|@/i

/** Which filters there were; of those that name somebody only that. */
export const told = (given: Filters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      impersonal.includes(name as FilterName) && !likeCurp.test(value) ? value.slice(0, 40) : '***',
    ]),
  )
