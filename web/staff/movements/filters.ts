import { calendarDay } from '../../words/dates.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { word } from './movement-words.ts'

/** As they stand in the address and in the question; all of them hold. */
export const FILTERS = [
  ...(['from', 'to', 'kind', 'state', 'channel', 'account'] as const),
  ...(['person', 'centre', 'member', 'oficio', 'folio'] as const),
] as const
export type Filter = (typeof FILTERS)[number]
export type Filters = Record<Filter, string>

/** What is typed: in sight at once, and what is asked for more rarely. */
export const TYPED = ['account', 'person', 'centre', 'folio'] as const
export const TYPED_MORE = ['member', 'oficio'] as const

export const KINDS = [
  ...['account-creation', 'password-reset', 'link-issue', 'activation-key-issue', 'password-change'],
  ...['password-expiry', 'account-blocked', 'account-unblocked', 'account-reassignment', 'account-closure'],
  ...['account-reopening', 'alternate-email-change', 'pause-lifted'],
]
export const STATES = ['intended', 'applying', 'delivering', 'done', 'failed', 'undone', 'needs-attention']
export const CHANNELS = ['internet', 'kiosk', 'staff', 'system']

/** What an address says of them. */
export function filtersIn(query: Record<string, unknown>): Filters {
  const told = FILTERS.map(name => [name, typeof query[name] === 'string' ? query[name] : ''])
  return Object.fromEntries(told) as Filters
}

/** Only those that say something. */
export const inForce = (filters: Filters): Partial<Filters> =>
  Object.fromEntries(FILTERS.flatMap(name => (filters[name].trim() ? [[name, filters[name].trim()]] : [])))

/** A filter's value as people read it. */
export function valueWord(say: StaffSay, name: Filter, value: string): string {
  if (name === 'from' || name === 'to') return calendarDay(say, value)
  if (name === 'kind' || name === 'channel') return word(say, name, value)
  return name === 'state' ? word(say, 'movementState', value) : value
}
