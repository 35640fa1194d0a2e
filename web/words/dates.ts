const MONTHS = ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic']

/** Month names are ours: engines differ in «sep», «sept» and «sept.». */
function parts(at: Date, timeZone: string) {
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
  const month = MONTHS[Number(found.month) - 1]
  return { day: `${found.day} ${month}`, year: found.year, hour: `${found.hour}:${found.minute} h` }
}

/** «22 nov 2026 · 10:42 h», in the institution's time zone. */
export function stamp(iso: string, timeZone: string) {
  const { day, year, hour } = parts(new Date(iso), timeZone)
  return `${day} ${year} · ${hour}`
}

/** «22 nov 2026» of a calendar day (`2026-11-22`), or the text as it came. */
export function calendarDay(text: string) {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  return year ? `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}` : text
}

/** «a las 10:42 h» of today, «el 23 nov a las 10:42 h» of another day. */
export function moment(iso: string, timeZone: string, now = new Date()) {
  const then = parts(new Date(iso), timeZone)
  const today = parts(now, timeZone)
  const same = then.day === today.day && then.year === today.year
  return same ? `a las ${then.hour}` : `el ${then.day} a las ${then.hour}`
}

/** «45 segundos», «15 minutos», «2 horas»: rounded up, so that nobody comes back too early. */
export function span(seconds: number) {
  const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`)
  if (seconds < 60) return count(Math.max(1, Math.ceil(seconds)), 'segundo', 'segundos')
  if (seconds <= 90 * 60) return count(Math.ceil(seconds / 60), 'minuto', 'minutos')
  return count(Math.ceil(seconds / 3600), 'hora', 'horas')
}

/** «1 minuto y 20 segundos», for a countdown. */
export function countdown(seconds: number) {
  if (seconds < 60) return span(seconds)
  const rest = seconds % 60
  return rest ? `${span(seconds - rest)} y ${span(rest)}` : span(seconds)
}
