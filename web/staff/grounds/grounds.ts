import type { OficioRef } from '@mci/api/route'
import type { Problem } from '../../api.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { isKept, scanProblems } from './scan.ts'

export type Needs = 'none' | 'reason' | 'oficio' | 'either' | 'both'

/** What an act stands on, as it is being written; `scan` is the id of a file that is kept already. */
export interface Grounds {
  /** Where either will do: which. */
  by: string
  number: string
  date: string
  sender: string
  scan: string
  reason: string
}

export const blankGrounds = (by: 'oficio' | 'reason' = 'oficio'): Grounds => ({
  ...{ by, number: '', date: '', sender: '', scan: '', reason: '' },
})

export const asksOficio = (needs: Needs, { by }: Grounds) =>
  needs === 'oficio' || needs === 'both' || (needs === 'either' && by === 'oficio')
export const mustSayWhy = (needs: Needs, { by }: Grounds) =>
  needs === 'reason' || needs === 'both' || (needs === 'either' && by === 'reason')
/** With a letter of either kind nothing more is asked. */
export const asksReason = (needs: Needs, grounds: Grounds) => needs !== 'either' || mustSayWhy(needs, grounds)

/** Wherever the institution is, this day has not begun. */
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

/** What is missing before the service is asked. */
export function groundsProblems(say: StaffSay, needs: Needs, grounds: Grounds) {
  const { number, date, sender, reason } = grounds
  const oficio = asksOficio(needs, grounds)
  const wrong = [
    [oficio && !number.trim(), 'number', 'grounds.numberRequired'],
    [oficio && !date, 'date', 'grounds.dateRequired'],
    [oficio && date > tomorrow(), 'date', 'grounds.dateLater'],
    [oficio && !sender.trim(), 'sender', 'grounds.senderRequired'],
    [mustSayWhy(needs, grounds) && !reason.trim(), 'reason', 'grounds.reasonRequired'],
  ] as const
  return [
    ...wrong.flatMap(([is, field, key]) => (is ? [{ field: field as string, text: say(key) }] : [])),
    ...(oficio ? scanProblems(say, grounds.scan, 'scan') : []),
  ]
}

/** As the service takes it. */
export function groundsOf(needs: Needs, grounds: Grounds): { oficio?: OficioRef; reason?: string } {
  const { number, date, sender, scan, reason } = grounds
  const oficio = { number: number.trim(), date, sender: sender.trim(), ...(isKept(scan) && { file: scan }) }
  return {
    ...(asksOficio(needs, grounds) && { oficio }),
    ...(asksReason(needs, grounds) && reason.trim() && { reason: reason.trim() }),
  }
}

/** What the service found wrong with them. */
export function groundsRefused(say: StaffSay, { code, fields = [] }: Problem) {
  if (code === 'oficio-required') return [{ field: 'number', text: say('grounds.numberRequired') }]
  if (code === 'reason-required') return [{ field: 'reason', text: say('grounds.reasonRequired') }]
  if (code !== 'malformed') return []
  return fields.flatMap(({ name }) => {
    if (name.startsWith('oficio.date')) return [{ field: 'date', text: say('grounds.dateRequired') }]
    return name === 'reason' ? [{ field: 'reason', text: say('grounds.reasonRequired') }] : []
  })
}
