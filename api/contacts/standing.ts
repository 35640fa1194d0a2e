import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { personWithin } from '../staff/scope.ts'

/** At the counter, within her units; or a director for the staff of her own centre. */
export type Standing = 'counter' | 'vouch'

/** The centres that a director answers for; her other units give her no staff. */
const ownCentres = ({ units }: Pick<Member, 'units'>): string[] =>
  units.filter(unit => unit.startsWith('centre:')).map(unit => unit.slice('centre:'.length))

/** The condition that a person works at a centre of this director's now; `id` is a column or a value. */
export function isOwnStaff(member: Pick<Member, 'units'>, id: SQL): SQL {
  const centres = ownCentres(member)
  if (centres.length === 0) return sql`false`
  const listed = sql.join(
    centres.map(cct => sql`${cct}`),
    sql`, `,
  )
  return sql`exists (select 1 from affiliation pos where pos.person_id = ${id} and pos."to" is null
    and pos.profile = 'worker' and pos.status = 'active' and pos.centre in (${listed}))`
}

export const worksFor = (member: Pick<Member, 'units'>, centre: string): boolean =>
  ownCentres(member).includes(centre)

/** Nothing of anybody's contact is changed at a kiosk: everybody may stand there. */
export async function refuseAtKiosk(ctx: Context, actor: Actor, kiosk: object | undefined): Promise<void> {
  if (!kiosk) return
  await record(ctx.db, actor, { kind: 'denied', detail: { why: 'kiosk' } })
  throw new Refusal('not-allowed', 403)
}

/**
 * By what right this member may change her alternate address. Refusals: `not-allowed` without a deed for it, `own-account`
 * where she is herself, `not-found` where she is of another unit, or nobody.
 */
export async function standingOf(
  ctx: Context,
  member: Member,
  actor: Actor,
  person: string,
): Promise<Standing> {
  const writes = member.deeds.has('contact.write')
  const vouches = member.deeds.has('contact.vouch')
  if (!writes && !vouches) {
    await record(ctx.db, actor, { kind: 'denied', detail: { deed: 'contact.write' } })
    throw new Refusal('not-allowed', 403)
  }
  if (member.persons.includes(person)) throw new Refusal('own-account', 403)
  const [found] = await rows<{ within: boolean; staff: boolean }>(
    ctx.db,
    sql`select ${personWithin(member, sql`per.id`)} as within, ${isOwnStaff(member, sql`per.id`)} as staff
        from person per where per.id = ${person}`,
  )
  if (writes && found?.within) return 'counter'
  if (vouches && found?.staff) return 'vouch'
  throw new Refusal('not-found', 404)
}

/** What somebody wrote as a reason says something. */
export function written(name: string, text: string): string {
  const plain = text.trim()
  if (plain === '') throw new Refusal('malformed', 400, { fields: [{ name, code: 'required' }] })
  return plain
}
