const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  const made =
    known ?? new Intl.DateTimeFormat('es-MX', { timeZone, day: 'numeric', month: 'long', year: 'numeric' })
  formats.set(timeZone, made)
  return made
}

/** «22 de noviembre de 2026», by the institution's calendar. */
export const longDay = (at: Date, timeZone: string): string => format(timeZone).format(at)

/** Likewise of a day of the calendar: `2026-11-22`. */
export const written = (day: string): string => longDay(new Date(`${day}T12:00:00Z`), 'UTC')

/** The day of the institution's calendar: `2026-11-22`. */
export const dayOf = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)
