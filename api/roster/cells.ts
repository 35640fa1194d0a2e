import { type AddressRules, alternateAddress, lookalike } from './alternate-address.ts'
import { cctCheckLetter, cctProblem } from './cct.ts'
import { plain } from './columns.ts'
import { canonical, curpProblem } from './curp.ts'
import { addressReasons, curpReason } from './reasons.ts'

/** Of the institution file, what a padrón is judged by. */
export interface RosterRules extends AddressRules {
  /** `curt` and `controlNumber`: label and anchored expression. */
  fields: Readonly<Record<string, { readonly label: string; readonly regexp: RegExp }>>
  sexX: boolean
  /** Words of `estatus` beyond ours, to ours; in the form of `plain`. */
  statuses: ReadonlyMap<string, string>
}

/** A row refused, or one worth a look. */
export interface RowNote {
  line: number
  column: string
  value: string
  reason: string
}

/** One row being read: the text of a column, and what was found wrong. Only the first problem is told. */
export interface Reading {
  line: number
  cell(column: string): string
  rules: RosterRules
  refused?: RowNote
  warnings: RowNote[]
}

const STATUSES = new Map([
  ['activo', 'active'],
  ['inactivo', 'inactive'],
])
const STUDENT_STATUSES = new Map([...STATUSES, ['egresado', 'graduate'], ['titulacion', 'graduating']])
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u
/** Letters lost (U+FFFD), or UTF-8 that was read as Windows-1252 and saved again (JosÃ©). */
const BROKEN = /\uFFFD|[ÃÂ](?:[ªºŠŒŽšœžŸƒˆ]|[^\p{L}\s\d.,'-])/u

export const note = (line: number, column: string, value: string, reason: string): RowNote => ({
  line,
  column,
  value: value.slice(0, 80),
  reason,
})

function refuse(reading: Reading, column: string, value: string, reason: string): void {
  reading.refused ??= note(reading.line, column, value, reason)
}

/** Free text as the padrón writes it: trimmed, inner blanks collapsed, composed. */
export function textOf(reading: Reading, column: string, required = false): string {
  const raw = reading.cell(column)
  const text = raw.normalize('NFC').trim().replace(/\s+/gu, ' ')
  if (UNSEEN.test(raw)) refuse(reading, column, text, 'trae caracteres que no se ven; escríbalo de nuevo')
  else if (BROKEN.test(text))
    refuse(reading, column, text, 'los acentos llegaron mal; guarde el archivo como CSV UTF-8')
  else if (required && text === '') refuse(reading, column, '', 'falta este dato')
  else if (text.length > 200) refuse(reading, column, text, 'es demasiado largo: 200 letras como máximo')
  return text
}

export function curpOf(reading: Reading, column: string): string {
  const curp = canonical(reading.cell(column))
  const problem = curp === '' ? undefined : curpProblem(curp, { allowSexX: reading.rules.sexX })
  if (curp === '') refuse(reading, column, '', 'falta este dato')
  else if (problem) refuse(reading, column, curp, curpReason(curp, problem))
  return curp
}

/** CURT or control number, by the institution's expression. */
export function keyOf(reading: Reading, column: string, field: 'curt' | 'controlNumber'): string {
  const key = canonical(reading.cell(column))
  const rule = reading.rules.fields[field]
  if (key === '') refuse(reading, column, '', 'falta este dato')
  else if (rule && !rule.regexp.test(key))
    refuse(reading, column, key, `no tiene la forma que la institución da a «${rule.label}»`)
  return key
}

/** `letter` tells a wrong check letter: a warning, unless the catalogue does not hold the code either. */
export function centreOf(reading: Reading, required: boolean): { cct: string; letter: boolean } {
  const cct = canonical(reading.cell('cct'))
  if (cct === '' && !required) return { cct, letter: false }
  const problem = cctProblem(cct)
  if (problem === 'format') {
    refuse(reading, 'cct', cct, 'la CCT lleva 2 números de entidad (01 a 32), 3 letras, 4 números y 1 letra')
  } else if (problem) {
    const reason = `la letra final no corresponde: debería ser ${cctCheckLetter(cct.slice(0, 9))}; revísela en el catálogo`
    reading.warnings.push(note(reading.line, 'cct', cct, reason))
  }
  return { cct, letter: problem === 'letter' }
}

/** Ours, and the word as it came. */
export function statusOf(reading: Reading, isStudent: boolean): { status: string; came: string } {
  const came = textOf(reading, 'estatus', true)
  const known = isStudent ? STUDENT_STATUSES : STATUSES
  const word = plain(came)
  const status = known.get(reading.rules.statuses.get(word) ?? word)
  if (status === undefined) {
    const words = [...known.keys()].join(', ').replace(/, (\w+)$/, ' o $1')
    refuse(reading, 'estatus', came, `use ${words}, o relacione la palabra en el archivo de la institución`)
  }
  return { status: status ?? '', came }
}

/** An address that is refused or looks mistyped is a warning: its person is loaded all the same. */
export function addressOf(reading: Reading, column: string): string | null {
  const text = reading.cell(column).replace(/^[ \t]+|[ \t]+$/g, '')
  if (text === '') return null
  const answer = alternateAddress(text, reading.rules)
  if ('refused' in answer) {
    reading.warnings.push(note(reading.line, column, text, addressReasons[answer.refused]))
    return null
  }
  const meant = lookalike(answer.address.slice(answer.address.indexOf('@') + 1))
  if (meant) reading.warnings.push(note(reading.line, column, text, `quizá quiso escribir @${meant}`))
  return answer.address
}
