import { seconds } from './duration.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'
import { contrast, nearestPassing, passes } from './theme.ts'

const HEADERS = [
  ...[
    'curp',
    'curt',
    'numero_control',
    'nombre',
    'primer_apellido',
    'segundo_apellido',
    'cct',
    'puesto',
    'programa',
  ],
  ...[
    'periodo',
    'estatus',
    'correo_alterno',
    'nivel',
    'turno',
    'municipio',
    'curp_director',
    'correo',
    'telefono',
  ],
]

/** Image, clock, words, dates and headers. */
export function checkRest(file: InstitutionFile, report: Report, knownTexts: readonly string[] | undefined) {
  const { brand, timeZone, texts, documents, privacyNotice, roster } = file
  if (brand?.colour && !passes(brand.colour)) {
    const given = contrast(brand.colour, '#FFFFFF').toFixed(2)
    const better = nearestPassing(brand.colour)
    report(
      ['brand', 'colour'],
      `${brand.colour} da ${given}:1 sobre blanco y hace falta 4.50:1; el tono más cercano es ${better}`,
    )
  }
  if (timeZone && !isTimeZone(timeZone)) report(['timeZone'], `no existe la zona horaria ${timeZone}`)
  for (const key of Object.keys(texts ?? {})) {
    if (knownTexts && !knownTexts.includes(key))
      report(['texts', key], 'ninguna pantalla ni correo usa esta clave')
  }
  for (const [path, day] of [
    [['privacyNotice', 'date'], privacyNotice?.date],
    [['documents', 'from'], documents?.from],
    [['documents', 'to'], documents?.to],
  ] as const) {
    if (day && !isDay(day)) report(path, `no existe el día ${day}`)
  }
  if (documents?.from && documents.to && documents.to < documents.from) {
    report(['documents', 'to'], 'la vigencia termina antes de empezar')
  }
  for (const [theirs, ours] of Object.entries(roster?.headers ?? {})) {
    if (!HEADERS.includes(ours))
      report(['roster', 'headers', theirs], `no existe el encabezado ${ours}; hay: ${HEADERS.join(', ')}`)
  }
}

/** Shorter, nobody can read the screen or the warning; longer, the next person finds the one before. */
const KIOSK = { idle: [45, 300], countdown: [20, 60] } as const

export function checkKiosk({ kiosk }: InstitutionFile, report: Report) {
  for (const key of ['idle', 'countdown'] as const) {
    const [least, most] = KIOSK[key]
    const given = seconds(kiosk?.[key] ?? `${least}s`)
    if (given < least || given > most) report(['kiosk', key], `va de ${least}s a ${most}s`)
  }
}

/** Graduates stand in the padrón of students, and come in by the same door. */
export function checkDoors({ profiles }: InstitutionFile, report: Report) {
  if (profiles && 'graduate' in profiles)
    report(['profiles', 'graduate'], 'quien egresó entra por student; aquí no se escribe')
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('es-MX', { timeZone: name })
    return /[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
