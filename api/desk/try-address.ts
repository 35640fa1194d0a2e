import { sql } from 'drizzle-orm'
import { distance } from 'fastest-levenshtein'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { ruleOf } from './rule.ts'
import { writtenName } from './written-name.ts'

interface Near {
  local: string
  domain: string
  of: string
}

/** How an address would look: free or whose, three others that are free, and those that people would mistake for it. */
export async function tryAddress(ctx: Context, ask: { kind: string; name: string }) {
  const rule = ruleOf(ctx, ask.kind)
  const name = writtenName(ask.name)
  const near = await nearTo(ctx, name)
  const same = near.find(({ local }) => local === name)
  const proposals = same ? await freeOnes(ctx, name) : []
  const isTwin = ({ local }: Near) => local !== name && looksLike(local, name)
  return {
    address: `${name}@${rule.domain}`,
    free: same === undefined,
    takenBy: same ? same.of : null,
    proposals,
    similar: near
      .filter(isTwin)
      .slice(0, 5)
      .map(({ local, domain, of }) => ({ address: `${local}@${domain}`, of })),
  }
}

const bare = (local: string) => local.replace(/[._-]/g, '')

/** The same without its signs, or one slip away; in long ones two. */
const looksLike = (one: string, other: string) =>
  bare(one) === bare(other) || distance(bare(one), bare(other)) <= (other.length > 8 ? 2 : 1)

/** Addresses of every domain of ours that begin or end alike; a rest that is over counts no more. */
const nearTo = (ctx: Context, name: string): Promise<Near[]> => {
  const head = bare(name).slice(0, 3)
  const tail = bare(name).slice(-3)
  return rows<Near>(
    ctx.db,
    sql`select a.local, a.domain,
          coalesce(nullif(u.unit, ''), p.given || ' ' || p.surname1, '') as of
        from address a
          left join account u on u.id = a.account_id
          left join holding h on h.account_id = u.id and h."to" is null
          left join person p on p.id = h.person_id
        where not (a.role = 'quarantined' and a.until < now())
          and (a.local = ${name} or starts_with(translate(a.local, '._-', ''), ${head})
            or right(translate(a.local, '._-', ''), 3) = ${tail})
          and length(a.local) between ${name.length - 4} and ${name.length + 4}
        order by a.local = ${name} desc, a.local limit 2000`,
  )
}

/** Three that nobody has, in any domain. */
async function freeOnes(ctx: Context, name: string): Promise<string[]> {
  const tried = ['oficial', 'institucional', 'contacto', 'correo', 'area', '2', '3', '4'].map(end =>
    /^\d+$/.test(end) ? `${name}${end}` : `${name}.${end}`,
  )
  const taken = await rows<{ local: string }>(
    ctx.db,
    sql`select local from address where local in (${sql.join(
      tried.map(one => sql`${one}`),
      sql`, `,
    )}) and not (role = 'quarantined' and until < now())`,
  )
  const known = new Set(taken.map(({ local }) => local))
  return tried.filter(one => one.length <= 64 && !known.has(one)).slice(0, 3)
}
