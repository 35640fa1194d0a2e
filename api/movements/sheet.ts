import type { Movement } from './contract.ts'
import {
  actorWord,
  channelWord,
  deliveryWord,
  kindWord,
  outcomeWord,
  problemWord,
  stateWord,
  stepWord,
} from './sheet-words.ts'

/** What a spreadsheet may take for the beginning of a formula: signs, their full-width forms, a tab, an end of line. */
const triggers = /^[=+\-@\t\r\n\u2212\uff1d\uff0b\uff0d\uff20]/

/** A cell that no program evaluates: the apostrophe says that it is text. */
const neutral = (text: string): string => (triggers.test(text) ? `'${text}` : text)

const calendar = new Map<string, Intl.DateTimeFormat>()
/** `2026-11-22 09:41:07` in the institution's calendar, which sorts as it reads. */
function local(moment: string | null, timeZone: string): string {
  if (!moment) return ''
  const known =
    calendar.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  calendar.set(timeZone, known)
  return known.format(new Date(moment))
}

type Column = readonly [header: string, cell: (one: Movement, timeZone: string) => string | null]

const columns: readonly Column[] = [
  ['Fecha y hora', (one, zone) => local(one.intendedAt, zone)],
  ['Folio', one => one.folio],
  ['Movimiento', one => kindWord(one.kind)],
  ['Cuenta', one => one.account],
  ['Persona', one => one.person],
  ['Hecho por', one => one.actorName ?? actorWord(one.actor)],
  ['Canal', one => channelWord(one.channel)],
  ['Resultado', one => stateWord(one.state)],
  ['Detalle del resultado', one => one.problem && problemWord(one.problem)],
  ['Oficio', one => one.oficio?.number ?? null],
  ['Fecha del oficio', one => one.oficio?.date ?? null],
  ['Remitente del oficio', one => one.oficio?.sender ?? null],
  ['Motivo', one => one.reason],
  ['Intentos', one => String(one.attempts)],
  ['Aplicado', (one, zone) => local(one.appliedAt, zone)],
  ['Correo a', one => one.delivery?.to ?? null],
  ['Estado del correo', one => (one.delivery ? deliveryWord(one.delivery.state) : null)],
  ['Respuesta del correo', one => one.delivery?.smtp ?? null],
  ['Correo entregado', (one, zone) => local(one.deliveredAt, zone)],
  ['Terminado', (one, zone) => local(one.finishedAt, zone)],
  ['Directorios', one => one.steps.map(directory).join('; ')],
]

const directory = ({ provider, state, outcome }: Movement['steps'][number]) => {
  const said = outcome && (state === 'failed' ? problemWord : outcomeWord)(outcome)
  return `${provider}: ${said ?? stepWord(state)}`
}

export const headers = columns.map(([header]) => header)

/** One row, neutral. */
export const cellsOf = (one: Movement, timeZone: string): string[] =>
  columns.map(([, cell]) => neutral(cell(one, timeZone) ?? ''))
