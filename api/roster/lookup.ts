import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { affiliation, person } from '../db/schema.ts'
import type { Institution } from '../institution/institution.ts'
import { counts } from '../institution/kind-for.ts'

/** A claim in canonical form, by the names of its fields. */
export type Claim = Readonly<Record<string, string>>

export type Affiliation = typeof affiliation.$inferSelect

export interface Looked {
  /**
   * Set only when every identifier is hers and the post or enrolment that they name counts here. With it come all of
   * hers that count, those of the claimed profile first.
   */
  match: { person: typeof person.$inferSelect; affiliations: Affiliation[] } | undefined
  /** For staff alone: who was meant, and why it is not a match. */
  meant: string | null
  why: 'unknown' | 'mismatch' | 'inactive' | 'match'
}

/**
 * Compares a claim with the padrón. A claim proves the person, by her CURP and a key of hers, and not a post: what comes
 * with a match is all that stands on this one row of `person`, also of another profile. Nothing is joined by name, key or
 * address: two rows stay two people, however alike. What is done then goes to the alternate address of that same row.
 *
 * The same two statements run in every class; where nobody matched, the second reads
 * the rows of somebody else, whose answer is thrown away, so that the work tells nothing.
 */
export async function lookUp(
  db: Db,
  institution: Institution,
  profile: string,
  claim: Claim,
): Promise<Looked> {
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
  const counted = held.flatMap(({ affiliation: a }) => (a && counts(institution, a) ? [a] : []))
  const claimed = counted.filter(a => a.profile === profile)
  const others = counted.filter(a => a.profile !== profile)
  const first = held[0]
  const proven = claimed.some(a => sources.includes(a.source) && a.key === claim[keyKind])
  if (found?.matched && first && proven)
    return {
      match: { person: first.person, affiliations: [...claimed, ...others] },
      meant: found.matched,
      why: 'match',
    }
  const why = found?.matched ? 'inactive' : found?.meant ? 'mismatch' : 'unknown'
  return { match: undefined, meant: found?.meant ?? null, why }
}
