import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { listOrphans as contract } from './desk-contract.ts'
import { shownAccounts } from './shown.ts'

const most = 500

/** Accounts of a unit that nobody of any padrón answers for, with when her last post or enrolment ended. */
export async function listOrphans(
  ctx: Context,
  member: Member,
  actor: Actor,
): Promise<Reply<typeof contract>> {
  const shared = ctx.institution.accounts.flatMap(({ kind, unit }) => (unit ? kind : []))
  if (shared.length === 0) return []
  const kinds = sql.join(
    shared.map(kind => sql`${kind}`),
    sql`, `,
  )
  const found = await shownAccounts(
    ctx,
    member,
    sql`acc.kind in (${kinds}) and acc.state <> 'closed' and not exists (
          select 1 from affiliation pos where pos.person_id = has.person and pos."to" is null and pos.status <> 'inactive')`,
    most,
  )
  const left = await leftAt(
    ctx,
    found.flatMap(({ holder }) => holder?.id ?? []),
  )
  await record(ctx.db, actor, { kind: 'looked-up', detail: { at: 'orphans', accounts: found.length } })
  return found.map(one => ({ ...one, since: left.get(one.holder?.id ?? '') ?? null }))
}

async function leftAt({ db }: Context, persons: readonly string[]): Promise<Map<string, string>> {
  if (persons.length === 0) return new Map()
  const ids = sql.join(
    persons.map(id => sql`${id}`),
    sql`, `,
  )
  const ended = await rows<{ id: string; at: string }>(
    db,
    sql`select pos.person_id as id, max(pos."to") as at from affiliation pos
        where pos.person_id in (${ids}) and pos."to" is not null group by pos.person_id`,
  )
  return new Map(ended.map(({ id, at }) => [id, new Date(at).toISOString()]))
}
