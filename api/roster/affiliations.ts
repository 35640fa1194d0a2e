import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import type { PeopleLoading } from './people.ts'

/** What an absent person's affiliation says where others carry the word of the file. */
const ABSENT = 'ausente'

/**
 * Makes the affiliations of a source those of `roster_good`. Pairs stand in `roster_pair`, changed rows go to
 * `roster_touched`. Returns how many people had an open one before, and how many lost their last.
 */
export async function applyAffiliations(
  tx: Db,
  load: PeopleLoading,
): Promise<{ before: number; inactive: number }> {
  const ours = sql`a.source = ${load.source} and a.profile = ${load.profile}`
  await tx.execute(sql`create temp table roster_before on commit drop as
    select distinct a.person_id as person from affiliation a where ${ours} and a."to" is null`)
  await tx.execute(sql`analyze roster_before`)
  await pairPosts(tx, ours)
  await changePaired(tx, load.id)
  await tx.execute(sql`
    insert into affiliation (person_id, source, profile, key, centre, post, period, status, status_as_came, end_reason,
      load_id, "to")
    select person, ${load.source}, ${load.profile}, key, centre, post, period, status, came,
      case when status = 'inactive' then came end, ${load.id}, case when status = 'inactive' then now() end
    from roster_good g where not exists (select 1 from roster_pair p where p.line = g.line)`)
  if (load.replace) await endAbsent(tx, load, ours)
  const [counts] = await rows<{ before: number; inactive: number }>(
    tx,
    sql`select count(*)::int as before, count(*) filter (where o.person_id is null)::int as inactive
    from roster_before b left join (
      select distinct a.person_id from affiliation a where ${ours} and a."to" is null
    ) o on o.person_id = b.person`,
  )
  return { before: 0, inactive: 0, ...counts }
}

/** The same post first; then the same post under a new key; what is left over of a person is a transfer. */
async function pairPosts(tx: Db, ours: SQL): Promise<void> {
  await tx.execute(sql`create temp table roster_pair on commit drop as
    select g.line, a.id as affiliation from roster_good g join affiliation a on a.person_id = g.person and a.key = g.key
      and a.centre = g.centre and a.post = g.post
    where ${ours}`)
  await pairRest(tx, ours, sql`centre, post`)
  await pairRest(tx, ours, undefined)
  await tx.execute(sql`analyze roster_pair`)
}

/** Pairs rows without a post with open affiliations without a row, one to one where `same` agrees. */
async function pairRest(tx: Db, ours: SQL, same: SQL | undefined): Promise<void> {
  await tx.execute(sql`analyze roster_pair`)
  const within = (person: SQL) => (same ? sql`${person}, ${same}` : person)
  // A row that only says goodbye to a post we never knew is not a transfer.
  const moves = same ? sql`true` : sql`g.status <> 'inactive'`
  await tx.execute(sql`
    insert into roster_pair select r.line, o.id
    from (
      select *, row_number() over (partition by ${within(sql`person`)} order by line) as nth from roster_good g
      where not fresh and ${moves} and not exists (select 1 from roster_pair p where p.line = g.line)
    ) r join (
      select *, row_number() over (partition by ${within(sql`person_id`)} order by id) as nth from affiliation a
      where ${ours} and a."to" is null and not exists (select 1 from roster_pair p where p.affiliation = a.id)
    ) o on o.person_id = r.person and o.nth = r.nth
      ${same ? sql`and o.centre = r.centre and o.post = r.post` : sql``}`)
}

async function changePaired(tx: Db, load: number): Promise<void> {
  await tx.execute(sql`
    with changed as (
      update affiliation a set key = g.key, centre = g.centre, post = g.post, period = g.period, status = g.status,
        status_as_came = g.came, load_id = ${load},
        end_reason = case when g.status = 'inactive' then g.came end,
        "to" = case when g.status = 'inactive' then coalesce(a."to", now()) end
      from roster_good g join roster_pair p on p.line = g.line
      where a.id = p.affiliation and (a.key, a.centre, a.post, a.period, a.status, a.status_as_came)
        is distinct from (g.key, g.centre, g.post, g.period, g.status, g.came)
      returning g.line
    )
    insert into roster_touched select line from changed`)
}

/** Nobody is absent who can be recognised in a refused row. */
async function endAbsent(tx: Db, load: PeopleLoading, ours: SQL): Promise<void> {
  await tx.execute(sql`
    with refused as (
      select curp, key from roster_in where not ok
      union all select curp, key from roster_judged where refusal is not null
    ), present as (
      select i.person_id from person_identifier i join refused r on r.curp = i.value where i.kind = 'curp'
      union select i.person_id from person_identifier i join refused r on r.key = i.value
      where i.kind = ${load.keyKind} and i.source = ${load.source} and i."to" is null
    )
    update affiliation a set status = 'inactive', end_reason = ${ABSENT}, "to" = now(), load_id = ${load.id}
    where ${ours} and a."to" is null and a.load_id <> ${load.id}
      and not exists (select 1 from roster_pair p where p.affiliation = a.id)
      and not exists (select 1 from present where present.person_id = a.person_id)`)
}
