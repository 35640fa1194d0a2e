import { sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { note, type RosterRules, type RowNote } from './cells.ts'
import type { Heading, RosterKind } from './columns.ts'
import type { SourceRow } from './read.ts'
import { judgeRow, type StagedRow } from './row.ts'

/** The first ones in full, and how many there are: a report stays small whatever the file. */
export interface Notes {
  list: RowNote[]
  total: number
}
export interface Staged {
  read: number
  refused: Notes
  warnings: Notes
}

export const MOST_NOTES = 10_000
const BATCH = 4_000
const PERSON = `line int, ok boolean, curp text, key text, given text, surname1 text, surname2 text, centre text,
  letter boolean, post text, period text, status text, came text, address text`
const CENTRE = `line int, ok boolean, cct text, name text, level text, shift text, municipality text, director text,
  phone text, status text, address text`

export function keep(notes: Notes, more: readonly RowNote[]): void {
  notes.total += more.length
  for (const one of more) if (notes.list.length < MOST_NOTES) notes.list.push(one)
}

/**
 * Streams the rows into the temporary table `roster_in`, each judged by itself: the file is never held, and nothing of
 * it is left when the transaction ends, however it ends.
 */
export async function stageRows(
  tx: Db,
  kind: RosterKind,
  rows: AsyncIterable<SourceRow>,
  header: Heading,
  rules: RosterRules,
  progress: (read: number) => void,
): Promise<Staged> {
  const columns = sql.raw(kind === 'centres' ? CENTRE : PERSON)
  await tx.execute(sql`create temp table roster_in (${columns}) on commit drop`)
  const staged: Staged = { read: 0, refused: { list: [], total: 0 }, warnings: { list: [], total: 0 } }
  let batch: StagedRow[] = []
  const flush = async () => {
    const json = JSON.stringify(batch)
    batch = []
    await tx.execute(
      sql`insert into roster_in select * from json_to_recordset(${json}::text::json) as r(${columns})`,
    )
    progress(staged.read)
  }
  for await (const source of rows) {
    batch.push(judge(kind, source, header, rules, staged))
    if (batch.length === BATCH) await flush()
  }
  await flush()
  await tx.execute(sql`analyze roster_in`)
  return staged
}

function judge(kind: RosterKind, source: SourceRow, header: Heading, rules: RosterRules, staged: Staged) {
  const { line, cells } = source
  const cell = (column: string) => cells[header.at.get(column) ?? -1] ?? ''
  const judged = judgeRow(kind, line, cell, rules)
  staged.read++
  const refused = shifted(source, header) ?? judged.refused
  keep(staged.refused, refused ? [refused] : [])
  keep(staged.warnings, refused ? [] : judged.warnings)
  return refused ? { ...judged.row, ok: false } : judged.row
}

/** A row with more or fewer cells than the header has them in the wrong columns. */
function shifted({ line, cells }: SourceRow, { width }: Heading): RowNote | undefined {
  if (cells.length >= width && cells.slice(width).every(cell => cell.trim() === '')) return undefined
  return note(line, '', '', `trae ${cells.length} columnas y el encabezado ${width}`)
}
