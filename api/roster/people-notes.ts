import { sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { note } from './cells.ts'
import type { PeopleLoading } from './people.ts'
import { keep, MOST_NOTES, type Notes } from './stage.ts'

interface Judged {
  line: number
  refusal: string
  curp: string
  key: string
  centre: string
  curpLine: number
  keyLine: number
  postLine: number
  owner: string | null
}

/** What SQL refused or found worth a look, in words. */
export async function judgedNotes(tx: Db, load: PeopleLoading): Promise<{ refused: Notes; warnings: Notes }> {
  const found = await rows<Judged>(
    tx,
    sql`select j.line, j.refusal, j.curp, j.key, j.centre, j.curp_line as "curpLine", j.key_line as "keyLine",
      j.post_line as "postLine", o.value as owner
    from (select * from roster_judged where refusal is not null order by line limit ${MOST_NOTES}) j
      left join person_identifier o on o.person_id = coalesce(j.by_key, j.by_old) and o.kind = 'curp' and o."to" is null
    order by j.line`,
  )
  const [count] = await rows<{ total: number }>(
    tx,
    sql`select count(*)::int as total from roster_judged where refusal is not null`,
  )
  const key = load.kind === 'students' ? 'numero_control' : 'curt'
  const refused = { list: found.map(row => refusal(row, key)), total: count?.total ?? 0 }
  const warnings: Notes = { list: [], total: 0 }
  keep(warnings, await otherCurps(tx))
  return { refused, warnings }
}

function refusal(row: Judged, key: string) {
  const { line, curp, curpLine, keyLine, postLine } = row
  const owner = row.owner ? ` (CURP ${row.owner}); revíselo` : '; revíselo'
  switch (row.refusal) {
    case 'other-name':
      return note(line, 'curp', curp, `la misma CURP viene con otro nombre en el renglón ${curpLine}`)
    case 'other-curp':
      return note(line, key, row.key, `ya viene en el renglón ${keyLine} con otra CURP`)
    case 'repeated':
      return note(line, 'curp', curp, `renglón repetido, igual al renglón ${postLine}`)
    case 'contradicts':
      return note(
        line,
        'curp',
        curp,
        `la misma persona y el mismo puesto vienen en el renglón ${postLine} con otros datos`,
      )
    case 'unknown-centre':
      return note(
        line,
        'cct',
        row.centre,
        'la letra final no corresponde y la CCT no está en el catálogo de centros',
      )
    case 'curp-taken':
      return note(line, 'curp', curp, `ya pertenece a otra persona${owner}`)
    default:
      return note(line, key, row.key, `ya pertenece a otra persona${owner}`)
  }
}

async function otherCurps(tx: Db) {
  const found = await rows<{ line: number; curp: string; corrects: boolean }>(
    tx,
    sql`select line, curp, corrects from roster_good where other_curp order by line limit ${MOST_NOTES}`,
  )
  return found.map(({ line, curp, corrects }) => {
    const reason = corrects
      ? 'se tomó como corrección de la CURP: la clave y el nombre son los de una persona conocida'
      : 'es una CURP anterior de la misma persona; corrija el padrón'
    return note(line, 'curp', curp, reason)
  })
}

/** Addresses that more than one person has: each of them could read the other's mail. */
export async function sharedAddresses(tx: Db, warnings: Notes): Promise<void> {
  const found = await rows<{ line: number; address: string; people: number; total: number }>(
    tx,
    sql`select w.line, w.address, s.people, count(*) over ()::int as total
    from roster_wanted w join (
      select lower(address) as address, count(distinct person_id)::int as people from contact
      where "to" is null and person_id is not null group by 1 having count(distinct person_id) > 1
    ) s on s.address = lower(w.address)
    order by w.line limit ${MOST_NOTES}`,
  )
  keep(
    warnings,
    found.map(({ line, address, people }) =>
      note(line, 'correo_alterno', address, `lo comparten ${people} personas`),
    ),
  )
  warnings.total += (found[0]?.total ?? 0) - found.length
}
