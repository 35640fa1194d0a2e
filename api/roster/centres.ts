import { sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { note } from './cells.ts'
import { applyContacts } from './contacts.ts'
import type { Applied, Loading } from './load.ts'
import { MOST_NOTES, type Notes } from './stage.ts'

/** Makes the centres of a source those of the table `roster_in`. `inactive` and `before` count centres here. */
export async function applyCentres(tx: Db, load: Loading): Promise<Applied> {
  await tx.execute(sql`create temp table roster_judged on commit drop as
    with seen as (
      select *, first_value(line) over w as first_line, first_value(i::text) over w as first_body
      from roster_in i where ok window w as (partition by cct order by line)
    )
    select s.*, c.cct is null as fresh, case when s.line <> s.first_line then 'repeated'
      when c.source <> ${load.source} then 'taken' end as refusal, c.source as taken_by, c.status as was
    from seen s left join centre c on c.cct = s.cct`)
  await tx.execute(sql`create temp table roster_touched (line int) on commit drop`)
  await tx.execute(sql`analyze roster_judged`)
  const [before] = await rows<{ active: number }>(
    tx,
    sql`select count(*)::int as active from centre where source = ${load.source} and status = 'active'`,
  )
  await writeCentres(tx, load)
  const absent = load.replace ? await endAbsent(tx, load) : 0
  await tx.execute(sql`create temp table roster_wanted on commit drop as
    select cct as owner, line, address from roster_judged where refusal is null`)
  await applyContacts(tx, 'cct', `roster:${load.source}/${load.kind}`, load.cooldown)
  const [counts] = await rows<{ fresh: number; changed: number; unchanged: number; left: number }>(
    tx,
    sql`select count(*) filter (where fresh)::int as fresh,
      count(*) filter (where not fresh and t.line is not null)::int as changed,
      count(*) filter (where not fresh and t.line is null)::int as unchanged,
      count(*) filter (where was = 'active' and status = 'inactive')::int as left
    from roster_judged j left join (select distinct line from roster_touched) t on t.line = j.line where refusal is null`,
  )
  const { fresh = 0, changed = 0, unchanged = 0, left = 0 } = counts ?? {}
  const ended = { inactive: absent + left, before: before?.active ?? 0 }
  return {
    fresh,
    changed,
    unchanged,
    ...ended,
    refused: await refusals(tx),
    warnings: { list: [], total: 0 },
  }
}

async function writeCentres(tx: Db, load: Loading): Promise<void> {
  await tx.execute(sql`
    with changed as (
      update centre c set name = j.name, level = j.level, shift = j.shift, municipality = j.municipality,
        director_curp = j.director, phone = j.phone, status = j.status, load_id = ${load.id}
      from roster_judged j where c.cct = j.cct and j.refusal is null and not j.fresh
        and (c.name, c.level, c.shift, c.municipality, c.director_curp, c.phone, c.status)
          is distinct from (j.name, j.level, j.shift, j.municipality, j.director, j.phone, j.status)
      returning j.line
    )
    insert into roster_touched select line from changed`)
  await tx.execute(sql`
    insert into centre (cct, source, name, level, shift, municipality, director_curp, phone, status, load_id)
    select cct, ${load.source}, name, level, shift, municipality, director, phone, status, ${load.id}
    from roster_judged where refusal is null and fresh`)
}

/** A centre that a refused row names is not absent. */
async function endAbsent(tx: Db, load: Loading): Promise<number> {
  const ended = await rows<{ cct: string }>(
    tx,
    sql`update centre c set status = 'inactive', load_id = ${load.id}
    where c.source = ${load.source} and c.status = 'active'
      and not exists (select 1 from roster_in i where i.cct = c.cct)
    returning c.cct`,
  )
  return ended.length
}

async function refusals(tx: Db): Promise<Notes> {
  const found = await rows<{
    line: number
    cct: string
    firstLine: number
    takenBy: string | null
    total: number
  }>(
    tx,
    sql`select line, cct, first_line as "firstLine", case when refusal = 'taken' then taken_by end as "takenBy",
      count(*) over ()::int as total
    from roster_judged where refusal is not null order by line limit ${MOST_NOTES}`,
  )
  const list = found.map(({ line, cct, firstLine, takenBy }) =>
    note(
      line,
      'cct',
      cct,
      takenBy ? `el centro es de la fuente ${takenBy}` : `la CCT ya viene en el renglón ${firstLine}`,
    ),
  )
  return { list, total: found[0]?.total ?? 0 }
}
