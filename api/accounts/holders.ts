import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { affiliation, person, personIdentifier } from '../db/schema.ts'
import { counts } from '../institution/kind-for.ts'
import { maskCurp, maskEmail, nameFor } from '../mask.ts'
import type { Affiliation } from '../roster/lookup.ts'
import type { Member } from '../staff/member.ts'
import type { Holder } from './desk-contract.ts'

export interface KnownPerson {
  row: typeof person.$inferSelect
  /** The one that she has now; '' where there is none. */
  curp: string
  /** Open ones. */
  affiliations: Affiliation[]
  /** Likewise. */
  mail: { address: string; coolingUntil: string | null } | undefined
}

const inThese = (ids: readonly string[]) =>
  sql`(${sql.join(
    ids.map(id => sql`${id}`),
    sql`, `,
  )})`

/** What the padrón says of these people, in a few statements for all of them. */
export async function knownPeople(db: Db, ids: readonly string[]): Promise<Map<string, KnownPerson>> {
  if (ids.length === 0) return new Map()
  const [people, curps, posts, mails] = await Promise.all([
    db
      .select()
      .from(person)
      .where(inArray(person.id, [...ids])),
    db
      .select({ id: personIdentifier.personId, value: personIdentifier.value })
      .from(personIdentifier)
      .where(
        and(
          inArray(personIdentifier.personId, [...ids]),
          eq(personIdentifier.kind, 'curp'),
          isNull(personIdentifier.to),
        ),
      ),
    db
      .select()
      .from(affiliation)
      .where(and(inArray(affiliation.personId, [...ids]), isNull(affiliation.to)))
      .orderBy(desc(affiliation.status), affiliation.id),
    // As `alternateEmail` chooses it, for many.
    rows<{ id: string; address: string; coolingUntil: string | null }>(
      db,
      sql`select distinct on (k.person_id) k.person_id as id, k.address,
            case when k.cooling_until > now() then k.cooling_until end as "coolingUntil"
          from contact k where k.person_id in ${inThese(ids)} and k."to" is null and k.bounced_at is null
          order by k.person_id, k.verified_at desc nulls last, k."from" desc, k.id desc`,
    ),
  ])
  return new Map(
    people.map(row => {
      const mail = mails.find(({ id }) => id === row.id)
      const known: KnownPerson = {
        row,
        curp: curps.find(({ id }) => id === row.id)?.value ?? '',
        affiliations: posts.filter(({ personId }) => personId === row.id),
        mail: mail && {
          address: mail.address,
          coolingUntil: mail.coolingUntil && new Date(mail.coolingUntil).toISOString(),
        },
      }
      return [row.id, known]
    }),
  )
}

/** Does the padrón still count her anywhere? */
export const isActive = ({ institution }: Context, { affiliations }: KnownPerson): boolean =>
  affiliations.some(one => counts(institution, one))

/** Somebody who holds an account, or could, as the desk reads her. */
export function shownHolder(
  ctx: Context,
  reader: Pick<Member, 'deeds'>,
  known: KnownPerson,
): Static<typeof Holder> {
  const { row, curp, affiliations, mail } = known
  return {
    id: row.id,
    name: nameFor(reader, row),
    curp: maskCurp(curp),
    centres: [...new Set(affiliations.flatMap(({ centre }) => centre || []))],
    active: isActive(ctx, known),
    alternateEmail: mail ? maskEmail(mail.address) : null,
  }
}
