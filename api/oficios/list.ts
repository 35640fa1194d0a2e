import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { oficiosWithin, shown } from './read.ts'

interface Ask {
  q?: string
  state?: string
  year?: string
  cursor?: string
}

const page = 50
const malformed = (name: string) => new Refusal('malformed', 400, { fields: [{ name, code: 'type' }] })

/** Number, folio, account, matter or addressee; what stands for anything in a pattern stands for itself. */
function about(q: string): SQL {
  const within = `%${q.trim().replaceAll(/[\\%_]/g, sign => `\\${sign}`)}%`
  return sql`(o.number ilike ${within} or o.folio = ${q.trim().toUpperCase()}
    or o.content -> 'words' ->> 'subject' ilike ${within}
    or o.content -> 'words' -> 'addressee' ->> 'name' ilike ${within}
    or exists (select 1 from address d where d.account_id = o.account_id
               and d.local || '@' || d.domain ilike ${within}))`
}

/** Where a page ended: the moment and the id of its last letter. */
function after(cursor: string): SQL {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split('|')
  if (!/^[\d-]{10} [\d:.]{8,15}[+-][\d:]{2,8}$/.test(at) || !/^[0-9a-f-]{36}$/.test(id))
    throw malformed('cursor')
  return sql`(o.at, o.id) < (${at}::timestamptz, ${id}::uuid)`
}

/** Letters, the newest first; the look-up is written down. */
export async function listOficios(ctx: Context, actor: Actor, member: Member, ask: Ask) {
  const { q, state, year, cursor } = ask
  const conditions = [
    sql`true`,
    ...(q && q.trim() !== '' ? [about(q)] : []),
    ...(state ? [sql`o.state = ${state}`] : []),
    ...(year ? [sql`o.year = ${Number(year)}`] : []),
    ...(cursor ? [after(cursor)] : []),
  ]
  const found = await oficiosWithin(ctx.db, member, sql.join(conditions, sql` and `), page + 1)
  const rows = found.slice(0, page)
  const last = found.length > page ? rows.at(-1) : undefined
  await record(ctx.db, actor, {
    kind: 'oficios-listed',
    detail: { found: rows.length, by: Object.keys(ask) },
  })
  return {
    oficios: rows.map(shown),
    cursor: last ? Buffer.from(`${last.at}|${last.id}`).toString('base64url') : null,
  }
}
