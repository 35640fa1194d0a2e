import { type SQL, sql } from 'drizzle-orm'
import { isActive, type KnownPerson, knownPeople } from '../accounts/holders.ts'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { maskEmail, nameFor } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { nameSays, type Sought, saysAll, soughtIn } from '../roster/search.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { centreInScope } from '../staff/scope.ts'
import type { findCentres as contract } from './contract.ts'

const most = 20

type Told = Reply<typeof contract>['centres'][number]

interface Row {
  cct: string
  name: string
  level: string
  municipality: string
  active: boolean
  director: string | null
  account: string | null
  address: string | null
}

/** Work centres by CCT or its beginning, by words of their name, or by their director; each with what it lacks. */
export async function findCentres(
  ctx: Context,
  member: Member,
  actor: Actor,
  q: string,
): Promise<Reply<typeof contract>> {
  const sought = soughtIn(q)
  const found = await rows<Row>(
    ctx.db,
    sql`select cen.cct, cen.name, cen.level, cen.municipality, cen.status = 'active' as active,
          boss.person_id as director, own.id as account, own.address
        from (select * from centre cen where cen.cct in (${candidates(sought)})
                and ${centreInScope(member, sql`cen.cct`)} order by cen.cct limit ${most + 1}) cen
          left join person_identifier boss
            on boss.kind = 'curp' and boss.value = cen.director_curp and boss."to" is null
          left join lateral (
            select acc.id, adr.local || '@' || adr.domain as address from account acc
              join address adr on adr.account_id = acc.id and adr.role = 'primary'
            where acc.unit = cen.cct and acc.unit <> '' and acc.kind in (${kinds(ctx)}) and acc.state <> 'closed'
            limit 1) own on true
        order by cen.cct`,
  )
  const bosses = await knownPeople(
    ctx.db,
    found.flatMap(({ director }) => director ?? []),
  )
  await record(ctx.db, actor, {
    kind: 'looked-up',
    detail: { by: 'centre', centres: Math.min(found.length, most) },
  })
  return {
    centres: found.slice(0, most).map(row => shown(ctx, member, row, bosses.get(row.director ?? ''))),
    more: found.length > most,
  }
}

function shown(ctx: Context, member: Member, row: Row, boss: KnownPerson | undefined): Told {
  const { cct, name, level, municipality, active, account, address } = row
  const missing: Told['missing'] = [
    ...(active ? [] : (['inactive'] as const)),
    ...(boss ? [] : (['director'] as const)),
    ...(boss && !isActive(ctx, boss) ? (['director-not-active'] as const) : []),
    ...(boss && !boss.mail ? (['director-email'] as const) : []),
  ]
  return {
    ...{ cct, name, level, municipality, active, missing },
    director: boss ? { id: boss.row.id, name: nameFor(member, boss.row) } : null,
    directorEmail: boss?.mail ? maskEmail(boss.mail.address) : null,
    account: account && address ? { id: account, address } : null,
  }
}

/** Kinds of account that stand for a work centre. */
const kinds = ({ institution }: Context): SQL => {
  const ofCentres = institution.accounts.flatMap(({ kind, unit }) => (unit === 'centre' ? kind : []))
  return sql.join(
    (ofCentres.length > 0 ? ofCentres : ['']).map(kind => sql`${kind}`),
    sql`, `,
  )
}

/** A statement that gives the CCT of whatever may be meant. */
function candidates({ key, words }: Sought): SQL {
  const parts = [sql`select one.cct from centre one where one.director_curp = ${key}`]
  if (/^\d{2}[A-Z]{0,3}$|^\d{2}[A-Z]{3}\d{0,4}[A-Z]?$/.test(key))
    parts.push(sql`select one.cct from centre one where one.cct like ${`${key}%`}`)
  if (words)
    parts.push(
      sql`select one.cct from centre one where ${saysAll(sql`one.name`, words)}`,
      sql`select one.cct from person per
            join person_identifier ids on ids.person_id = per.id and ids.kind = 'curp' and ids."to" is null
            join centre one on one.director_curp = ids.value
          where ${nameSays(words)}`,
    )
  return sql.join(parts, sql` union `)
}
