import type { StaffSay } from '../../words/staff-keys.ts'

/** «domingo 22 de noviembre», where the institution is. */
export function today(say: StaffSay, timeZone: string, now = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'numeric',
  })
  const found = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]))
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(found.weekday ?? '')
  return say('desk.day', {
    weekday: say('desk.days').split(' ')[weekday] ?? '',
    day: found.day ?? '',
    month: say('desk.months').split(' ')[Number(found.month) - 1] ?? '',
  })
}
