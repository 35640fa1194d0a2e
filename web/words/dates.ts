import type { Say } from './say.ts'

/** Month names are ours: engines differ in «sep», «sept» and «sept.». */
const monthOf = (say: Say, month: number) => say('date.months').split(' ')[month - 1] ?? ''

function parts(say: Say, at: Date, timeZone: string) {
  const found: Record<string, string> = {}
  const format = new Intl.DateTimeFormat('es-MX', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  for (const { type, value } of format.formatToParts(at)) found[type] = value
  const hour = say('date.hour', { hour: `${found.hour}:${found.minute}` })
  return { day: `${found.day} ${monthOf(say, Number(found.month))}`, year: found.year, hour }
}

/** «22 nov 2026 · 10:42 h», in the institution's time zone. */
export function stamp(say: Say, iso: string, timeZone: string) {
  const { day, year, hour } = parts(say, new Date(iso), timeZone)
  return `${day} ${year} · ${hour}`
}

/** «10:42 h» of a moment, there. */
export const hourOf = (say: Say, iso: string, timeZone: string) => parts(say, new Date(iso), timeZone).hour

/** «22 nov 2026» of a moment, there. */
export function dayOf(say: Say, iso: string, timeZone: string) {
  const { day, year } = parts(say, new Date(iso), timeZone)
  return `${day} ${year}`
}

/** «22 nov 2026» of a calendar day (`2026-11-22`), or the text as it came. */
export function calendarDay(say: Say, text: string) {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  return year ? `${Number(day)} ${monthOf(say, Number(month))} ${year}` : text
}

/** «a las 10:42 h» of today, «el 23 nov a las 10:42 h» of another day. */
export function moment(say: Say, iso: string, timeZone: string, now = new Date()) {
  const { day, year, hour } = parts(say, new Date(iso), timeZone)
  const today = parts(say, now, timeZone)
  return day === today.day && year === today.year
    ? say('date.today', { hour })
    : say('date.otherDay', { day, hour })
}

const count = (say: Say, n: number, unit: 'second' | 'minute' | 'hour') =>
  n === 1 ? say(`span.${unit}`) : say(`span.${unit}s`, { n })

/** «45 segundos», «15 minutos», «2 horas»: rounded up, so that nobody comes back too early. */
export function span(say: Say, seconds: number) {
  if (seconds < 60) return count(say, Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds <= 90 * 60) return count(say, Math.ceil(seconds / 60), 'minute')
  return count(say, Math.ceil(seconds / 3600), 'hour')
}

/** «1 minuto y 20 segundos», for a countdown. */
export function countdown(say: Say, seconds: number) {
  const rest = seconds % 60
  if (seconds < 60 || rest === 0) return span(say, seconds)
  return say('list.and', { first: span(say, seconds - rest), last: span(say, rest) })
}
