import type { listApprovals } from '@mci/api/accounts/desk-contract'
import type { OficioRef, Reply } from '@mci/api/route'
import { calendarDay } from '../../words/dates.ts'
import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

export type Approval = Reply<typeof listApprovals>[number]

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const actWord = (say: StaffSay, deed: string) => {
  const key = `deed.${deed}`
  return isStaffSentence(key) ? say(key) : deed
}

/** «Bloquear la cuenta de primaria@…». */
export function whatOf(say: StaffSay, { deed, account, person }: Approval): string {
  const act = actWord(say, deed)
  const of = account?.address ?? person?.name
  return of ? `${act}: ${of}` : act
}

/** What it stands on and what was asked with it, in a line. */
export function whyOf(say: StaffSay, { ask }: Approval): string {
  const oficio = ask.oficio as OficioRef | undefined
  const told = [
    oficio && say('movement.oficioText', { ...oficio, date: calendarDay(say, oficio.date) }),
    text(ask.reason),
    text(ask.until) && say('approvals.until', { day: calendarDay(say, text(ask.until)) }),
    text(ask.unit || ask.centre) && say('approvals.unit', { unit: text(ask.unit || ask.centre) }),
    text(ask.name) && say('approvals.address', { name: text(ask.name) }),
  ]
  return told.filter(Boolean).join(' · ')
}

export const actOf = ({ deed }: Approval) => deed.replace(/^account\./, '')
