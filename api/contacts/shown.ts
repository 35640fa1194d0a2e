import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { isActive, knownPeople } from '../accounts/holders.ts'
import { labelOfKind } from '../accounts/shown.ts'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { kindFor } from '../institution/kind-for.ts'
import { maskCurp, maskEmail, nameFor, wholeName } from '../mask.ts'
import type { Member } from '../staff/member.ts'
import type { Person } from './contract.ts'

type Told = Static<typeof Person>

interface Held {
  person: string
  id: string
  address: string
  kind: string
  state: string
}
interface Change {
  person: string
  id: string
  state: string
  address: string
  by: string
  expiresAt: string | null
}

const iso = (moment: string | null): string | null => moment && new Date(moment).toISOString()

/** People of the padrón as the desk reads them, in this order; `whole`: their names too, for who knows them anyhow. */
export async function shownPersons(
  ctx: Context,
  reader: Pick<Member, 'deeds'>,
  ids: readonly string[],
  whole = false,
): Promise<Told[]> {
  if (ids.length === 0) return []
  const [known, pauses, held, changes, centres] = await Promise.all([
    knownPeople(ctx.db, ids),
    pausesOf(ctx, ids),
    heldBy(ctx, ids),
    changesOf(ctx, ids),
    centresOf(ctx, ids),
  ])
  return ids.flatMap(id => {
    const one = known.get(id)
    if (!one) return []
    const change = changes.find(({ person }) => person === id)
    return {
      id,
      name: whole ? wholeName(one.row) : nameFor(reader, one.row),
      curp: maskCurp(one.curp),
      active: isActive(ctx, one),
      affiliations: one.affiliations.map(post => ({
        source: post.source,
        profile: post.profile,
        centre: post.centre,
        centreName: centres.get(post.centre) ?? '',
        post: post.post,
        status: post.statusAsCame,
        kind: kindFor(ctx.institution, post)?.kind ?? null,
      })),
      alternateEmail: one.mail ? maskEmail(one.mail.address) : null,
      coolingUntil: one.mail?.coolingUntil ?? null,
      pausedUntil: iso(pauses.get(id) ?? null),
      accounts: held
        .filter(({ person }) => person === id)
        .map(({ id, address, kind, state }) => ({ id, address, label: labelOfKind(ctx, kind), state })),
      change: change
        ? {
            id: change.id,
            state: change.state,
            sentTo: maskEmail(change.address),
            by: change.by,
            expiresAt: iso(change.expiresAt),
          }
        : null,
    }
  })
}

const listed = (ids: readonly string[]) =>
  sql.join(
    ids.map(id => sql`${id}`),
    sql`, `,
  )

/** One without an end is told as the last moment of 9999. */
async function pausesOf({ db }: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const paused = await rows<{ id: string; until: string }>(
    db,
    sql`select id, least(paused_until, '9999-12-31T23:59:59.999Z') as until from person
        where id in (${listed(ids)}) and paused_until > now()`,
  )
  return new Map(paused.map(({ id, until }) => [id, until]))
}

const heldBy = ({ db }: Context, ids: readonly string[]) =>
  rows<Held>(
    db,
    sql`select hol.person_id as person, acc.id, adr.local || '@' || adr.domain as address, acc.kind, acc.state
        from holding hol join account acc on acc.id = hol.account_id
          join address adr on adr.account_id = acc.id and adr.role = 'primary'
        where hol.person_id in (${listed(ids)}) and hol."to" is null order by address`,
  )

/** A code that nobody typed in time is no change any more. */
const changesOf = ({ db }: Context, ids: readonly string[]) =>
  rows<Change>(
    db,
    sql`select chg.person_id as person, chg.id, chg.state, chg.address, mem.name as by,
          case when chg.state = 'code-sent' then chg.code_expires_at end as "expiresAt"
        from contact_change chg join member mem on mem.id = chg.asked_by
        where chg.person_id in (${listed(ids)})
          and (chg.state = 'waiting-approval' or (chg.state = 'code-sent' and chg.code_expires_at > now()))`,
  )

async function centresOf({ db }: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const named = await rows<{ cct: string; name: string }>(
    db,
    sql`select distinct cen.cct, cen.name from affiliation pos join centre cen on cen.cct = pos.centre
        where pos.person_id in (${listed(ids)}) and pos."to" is null`,
  )
  return new Map(named.map(({ cct, name }) => [cct, name]))
}
