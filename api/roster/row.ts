import {
  addressOf,
  centreOf,
  curpOf,
  keyOf,
  type Reading,
  type RosterRules,
  type RowNote,
  statusOf,
  textOf,
} from './cells.ts'
import type { RosterKind } from './columns.ts'
import { canonical } from './curp.ts'

/**
 * A row as it is staged: canonical values, null where the file says nothing. One that is refused (`ok` false) keeps
 * what it may be recognised by, so that nobody counts as absent for a slip of the pen.
 */
export type StagedRow = { line: number; ok: boolean } & Record<string, string | number | boolean | null>

export interface JudgedRow {
  row: StagedRow
  refused: RowNote | undefined
  warnings: RowNote[]
}

/** Judges one row by itself; `cell` gives the text of one of our columns. How rows agree with others is SQL's part. */
export function judgeRow(
  kind: RosterKind,
  line: number,
  cell: (column: string) => string,
  rules: RosterRules,
): JudgedRow {
  const reading: Reading = { line, cell, rules, warnings: [] }
  const values = kind === 'centres' ? centreRow(reading) : personRow(reading, kind)
  const { refused, warnings } = reading
  if (!refused) return { row: { line, ok: true, ...values }, refused, warnings }
  const known = kind === 'centres' ? { cct: values.cct } : { curp: values.curp, key: values.key }
  return { row: { line, ok: false, ...onlyPrintable(known) }, refused, warnings }
}

/** Of a workers' or students' file. */
function personRow(reading: Reading, kind: 'workers' | 'students'): Record<string, string | boolean | null> {
  const isStudent = kind === 'students'
  const key = isStudent ? keyOf(reading, 'numero_control', 'controlNumber') : ''
  const curp = curpOf(reading, 'curp')
  const values = {
    curp,
    key: isStudent ? key : keyOf(reading, 'curt', 'curt'),
    given: textOf(reading, 'nombre', true),
    surname1: textOf(reading, 'primer_apellido', true),
    surname2: textOf(reading, 'segundo_apellido'),
  }
  const { cct, letter } = centreOf(reading, !isStudent)
  return {
    ...values,
    centre: cct,
    letter,
    post: textOf(reading, isStudent ? 'programa' : 'puesto'),
    period: isStudent ? textOf(reading, 'periodo') : '',
    ...statusOf(reading, isStudent),
    address: addressOf(reading, 'correo_alterno'),
  }
}

function centreRow(reading: Reading): Record<string, string | boolean | null> {
  const { cct } = centreOf(reading, true)
  return {
    cct,
    name: textOf(reading, 'nombre', true),
    level: textOf(reading, 'nivel'),
    shift: textOf(reading, 'turno'),
    municipality: textOf(reading, 'municipio'),
    director: canonical(reading.cell('curp_director')) === '' ? null : curpOf(reading, 'curp_director'),
    address: addressOf(reading, 'correo'),
    phone: textOf(reading, 'telefono'),
    status: statusOf(reading, false).status,
  }
}

/** What could be a stored value at all; the rest is nobody's. */
function onlyPrintable(
  known: Record<string, string | boolean | null | undefined>,
): Record<string, string | null> {
  const fits = (value: unknown): value is string =>
    typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value)
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [name, fits(value) ? value : null]))
}
