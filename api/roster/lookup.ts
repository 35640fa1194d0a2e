import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { affiliation, person } from '../db/schema.ts'

/** A claim in canonical form, by the names of its fields. */
export type Claim = Readonly<Record<string, string>>

export type Affiliation = typeof affiliation.$inferSelect

export interface Looked {
  /** Set only when every identifier is hers and she has an active post or enrolment of the profile. */
  match: { person: typeof person.$inferSelect; affiliations: Affiliation[] } | undefined
  /** For staff alone: who was meant, and why it is not a match. */
  meant: string | null
  why: 'unknown' | 'mismatch' | 'inactive' | 'match'
}

/**
 * Compares a claim with the padrón. The same two statements run in every class; where nobody matched, the second reads
 * the rows of somebody else, whose answer is thrown away, so that the work tells nothing.
 */
export async function lookUp(db: Db, profile: string, claim: Claim): Promise<Looked> {
  const keyKind = 'controlNumber' in claim ? 'controlNumber' : 'curt'
  const [found] = await rows<{
    meant: string | null
    matched: string | null
    decoy: string | null
    source: string | null
  }>(
    db,
    sql`with meant as (
          select person_id from person_identifier
          where kind = 'curp' and source = '' and value = ${claim.curp ?? ''} and "to" is null),
        proven as (
          select i.person_id, i.source from person_identifier i
          where i.kind = ${keyKind} and i.value = ${claim[keyKind] ?? ''} and i."to" is null)
        select (select person_id from meant) as meant,
          (select p.person_id from proven p join meant m on m.person_id = p.person_id limit 1) as matched,
          (select array_to_string(array_agg(p.source), E'\n') from proven p join meant m on m.person_id = p.person_id) as source,
          (select person_id from person_identifier order by id limit 1) as decoy`,
  )
  const read = found?.matched ?? found?.meant ?? found?.decoy ?? '00000000-0000-0000-0000-000000000000'
  const held = await db
    .select({ person, affiliation })
    .from(person)
    .leftJoin(affiliation, and(eq(affiliation.personId, person.id), isNull(affiliation.to)))
    .where(eq(person.id, read))
    .orderBy(affiliation.id)
  const sources = found?.source?.split('\n') ?? []
  const active = held.flatMap(({ affiliation: a }) =>
    a && a.status === 'active' && a.profile === profile ? [a] : [],
  )
  const first = held[0]
  const proven = active.some(a => sources.includes(a.source) && a.key === claim[keyKind])
  if (found?.matched && first && proven)
    return { match: { person: first.person, affiliations: active }, meant: found.matched, why: 'match' }
  const why = found?.matched ? 'inactive' : found?.meant ? 'mismatch' : 'unknown'
  return { match: undefined, meant: found?.meant ?? null, why }
}
