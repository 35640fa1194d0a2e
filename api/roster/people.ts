import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { applyAffiliations } from './affiliations.ts'
import { applyContacts } from './contacts.ts'
import type { Applied, Loading } from './load.ts'
import { judgedNotes, sharedAddresses } from './people-notes.ts'

export interface PeopleLoading extends Loading {
  profile: 'worker' | 'student'
  /** Of the identifier beside the CURP. */
  keyKind: 'curt' | 'controlNumber'
}

/** Accents and letter case aside: two spellings of one name. */
const folded = (
  table: SQL,
) => sql`translate(upper(${table}.given || ' ' || ${table}.surname1 || ' ' || ${table}.surname2),
  'áéíóúüñÁÉÍÓÚÜÑ', 'AEIOUUNAEIOUUN')`

/**
 * Makes the people of a source those of the table `roster_in`: identifiers, names, affiliations, contacts. All in sets,
 * inside the caller's transaction.
 */
export async function applyPeople(tx: Db, load: PeopleLoading): Promise<Applied> {
  await judgeTogether(tx, load)
  await refuseDoubtfulCorrections(tx)
  await findPersons(tx, load)
  await tx.execute(sql`create temp table roster_touched (line int) on commit drop`)
  await renamePersons(tx)
  await correctCurps(tx)
  await replaceKeys(tx, load)
  const { inactive, before } = await applyAffiliations(tx, load)
  await tx.execute(sql`create temp table roster_wanted on commit drop as
    select person as owner, min(line) as line,
      (array_agg(address order by line) filter (where address is not null))[1] as address
    from roster_good group by person`)
  await applyContacts(tx, 'person_id', `roster:${load.source}/${load.kind}`, load.cooldown)
  const [counts] = await rows<{ fresh: number; changed: number; unchanged: number }>(
    tx,
    sql`select count(*) filter (where p.line is null)::int as fresh,
      count(*) filter (where p.line is not null and t.line is not null)::int as changed,
      count(*) filter (where p.line is not null and t.line is null)::int as unchanged
    from roster_good g left join roster_pair p on p.line = g.line
      left join (select distinct line from roster_touched) t on t.line = g.line`,
  )
  const { refused, warnings } = await judgedNotes(tx, load)
  await sharedAddresses(tx, warnings)
  return { fresh: 0, changed: 0, unchanged: 0, ...counts, inactive, before, refused, warnings }
}

/** Finds who each row speaks of, and the rows that contradict an earlier one or what is known: table `roster_judged`. */
async function judgeTogether(tx: Db, { source, keyKind }: PeopleLoading): Promise<void> {
  await tx.execute(sql`create temp table roster_judged on commit drop as
    with named as (
      select *, ${folded(sql`i`)} as name,
        concat_ws(chr(31), given, surname1, surname2, period, came, coalesce(address, '')) as body
      from roster_in i where ok
    ), seen as (
      select *, first_value(name) over c as first_name, first_value(line) over c as curp_line,
        first_value(curp) over k as first_curp, first_value(line) over k as key_line,
        first_value(body) over p as first_body, first_value(line) over p as post_line
      from named window c as (partition by curp order by line), k as (partition by key order by line),
        p as (partition by curp, key, centre, post order by line)
    ), old as (
      select distinct on (value) value, person_id from person_identifier
      where kind = 'curp' and "to" is not null order by value, id desc
    )
    select s.*, c.person_id as by_curp, k.person_id as by_key, old.person_id as by_old,
      case when s.name <> s.first_name then 'other-name'
        when s.curp <> s.first_curp then 'other-curp'
        when s.line <> s.post_line and s.body = s.first_body then 'repeated'
        when s.line <> s.post_line then 'contradicts'
        when s.letter and x.cct is null and exists (select 1 from centre) then 'unknown-centre'
        when k.person_id <> coalesce(c.person_id, old.person_id) then 'key-taken'
        when ${folded(sql`q`)} <> s.name and k.person_id is null then 'curp-taken'
        when ${folded(sql`q`)} <> s.name then 'key-taken' end as refusal
    from seen s
      left join person_identifier c on c.kind = 'curp' and c.source = '' and c.value = s.curp and c."to" is null
      left join person_identifier k on k.kind = ${keyKind} and k.source = ${source} and k.value = s.key and k."to" is null
      left join old on old.value = s.curp
      left join person q on c.person_id is null and q.id = coalesce(k.person_id, old.person_id)
      left join centre x on x.cct = s.centre`)
  await tx.execute(sql`analyze roster_judged`)
}

/** An unknown CURP on a known key corrects that person's, unless her own CURP or a third one claims the key as well. */
async function refuseDoubtfulCorrections(tx: Db): Promise<void> {
  await tx.execute(sql`
    with unknown as (
      select line, curp, by_key, first_value(curp) over (partition by by_key order by line) as first_curp
      from roster_judged where refusal is null and by_curp is null and by_key is not null
    ), present as (
      select distinct c.person_id from person_identifier c join roster_in i on i.curp = c.value
      where c.kind = 'curp' and c."to" is null
    )
    update roster_judged j set refusal = 'key-taken'
    from unknown u left join present on present.person_id = u.by_key
    where u.line = j.line and (present.person_id is not null or u.first_curp <> u.curp)`)
}

/** Makes the persons nobody knew; table `roster_good` holds the rows that stand, each with its person. */
async function findPersons(tx: Db, { source }: PeopleLoading): Promise<void> {
  await tx.execute(sql`create temp table roster_fresh on commit drop as
    select distinct on (curp) curp, gen_random_uuid() as id, given, surname1, surname2 from roster_judged
    where refusal is null and by_curp is null and by_key is null and by_old is null order by curp, line`)
  await tx.execute(sql`analyze roster_fresh`)
  await tx.execute(
    sql`insert into person (id, given, surname1, surname2) select id, given, surname1, surname2 from roster_fresh`,
  )
  await tx.execute(
    sql`insert into person_identifier (person_id, kind, value) select id, 'curp', curp from roster_fresh`,
  )
  // A superseded CURP is not taken back while another employer's padrón knows the person by the newer one.
  await tx.execute(sql`create temp table roster_good on commit drop as
    with elsewhere as (
      select distinct person_id from affiliation where source <> ${source} and "to" is null
    )
    select j.line, j.curp, j.key, j.given, j.surname1, j.surname2, j.centre, j.post, j.period, j.status, j.came, j.address,
      j.by_key, coalesce(j.by_curp, j.by_key, j.by_old, f.id) as person, f.id is not null as fresh,
      j.by_curp is null and f.id is null as other_curp,
      j.by_curp is null and j.by_key is not null and (j.by_old is null or e.person_id is null) as corrects
    from roster_judged j left join roster_fresh f on f.curp = j.curp
      left join elsewhere e on j.by_curp is null and e.person_id = j.by_key
    where j.refusal is null`)
  await tx.execute(sql`analyze roster_good`)
}

/** The latest load's spelling wins; of several rows the first one's. */
async function renamePersons(tx: Db): Promise<void> {
  await tx.execute(sql`
    with said as (
      select distinct on (person) person, line, given, surname1, surname2 from roster_good
      where not fresh order by person, line
    ), renamed as (
      update person p set given = s.given, surname1 = s.surname1, surname2 = s.surname2 from said s
      where p.id = s.person and (p.given, p.surname1, p.surname2) is distinct from (s.given, s.surname1, s.surname2)
      returning s.line
    )
    insert into roster_touched select line from renamed`)
}

async function correctCurps(tx: Db): Promise<void> {
  await tx.execute(sql`
    with new as (
      insert into person_identifier (person_id, kind, value)
      select distinct person, 'curp', curp from roster_good where corrects
      returning id, person_id
    )
    update person_identifier o set "to" = now(), superseded_by = new.id from new
    where o.person_id = new.person_id and o.kind = 'curp' and o."to" is null`)
  await tx.execute(sql`insert into roster_touched select line from roster_good where corrects`)
}

/** A key of this source that nobody had opens; the person's keys that the file no longer names are superseded by it. */
async function replaceKeys(tx: Db, { source, keyKind }: PeopleLoading): Promise<void> {
  await tx.execute(sql`
    with new as (
      insert into person_identifier (person_id, kind, value, source)
      select distinct person, ${keyKind}, key, ${source} from roster_good where by_key is null
      returning id, person_id
    ), first as (select person_id, min(id) as id from new group by person_id)
    update person_identifier o set "to" = now(), superseded_by = first.id from first
    where o.person_id = first.person_id and o.kind = ${keyKind} and o.source = ${source} and o."to" is null
      and not exists (select 1 from roster_good g where g.person = o.person_id and g.key = o.value)`)
  await tx.execute(
    sql`insert into roster_touched select line from roster_good where by_key is null and not fresh`,
  )
}
