const written = (timeZone: string) =>
  new Intl.DateTimeFormat('es-MX', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
/** Made once a zone: it costs more than all that is written with it. */
const formats = new Map<string, Intl.DateTimeFormat>()

const parts = (at: Date, timeZone: string) => {
  const format = formats.get(timeZone) ?? written(timeZone)
  formats.set(timeZone, format)
  return new Map(format.formatToParts(at).map(({ type, value }) => [type, value.replace('.', '')]))
}

/** «22 nov 2026», in the institution's time zone. */
export function day(at: Date, timeZone: string): string {
  const is = parts(at, timeZone)
  return `${is.get('day')} ${is.get('month')} ${is.get('year')}`
}

/** «10:42 h», in the institution's time zone. */
export function hour(at: Date, timeZone: string): string {
  const is = parts(at, timeZone)
  return `${is.get('hour')}:${is.get('minute')} h`
}

/** «22 nov 2026, 10:42 h», in the institution's time zone. */
export const when = (at: Date, timeZone: string): string => `${day(at, timeZone)}, ${hour(at, timeZone)}`

/** `2026-12-01` → «1 dic 2026», wherever one is. */
export const writtenDay = (date: string): string => day(new Date(`${date}T12:00:00Z`), 'UTC')
