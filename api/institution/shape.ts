import type { TSchema } from 'typebox'
import { Errors } from 'typebox/schema'
import { Settings } from 'typebox/system'
import { MISSING } from './missing.ts'
import type { Report } from './problem.ts'
import { InstitutionFile } from './schema.ts'
import { PROVIDERS, type ProviderType } from './schema-providers.ts'
import type { Written } from './written.ts'

interface Fault {
  keyword: string
  instancePath: string
  params: object
}

/** The plain value of what was written; every misfit is reported and left out, so that the rest can be checked too. */
export function shaped(written: Written, report: Report): InstitutionFile {
  const value = plain(written, InstitutionFile as Loose)
  for (const fault of faults(InstitutionFile, value)) {
    const path = steps(fault.instancePath)
    const provider = path[0] === 'providers' && fault.keyword === 'anyOf' ? provided(value, path) : undefined
    if (provider) for (const inner of provider) tell(inner, [...path, ...steps(inner.instancePath)])
    else tell(fault, path)
  }
  return value as InstitutionFile

  function tell(fault: Fault, path: string[]) {
    const { requiredProperties = [] } = fault.params as { requiredProperties?: string[] }
    for (const key of requiredProperties) report([...path, key], MISSING)
    if (requiredProperties.length > 0) return
    report(path, reason(fault, path))
    // A provider stays for who names it, however it is written.
    if (path[0] !== 'providers' || path.length !== 2 || typeof found(value, path) !== 'object')
      leaveOut(value, path)
  }
}

/** Faults worth telling: of a choice only the choice itself, of an unknown key only the key. */
function faults(schema: TSchema, value: unknown): Fault[] {
  const before = Settings.Get().maxErrors
  // Eight, unless told: enough for a request, too few for a page that a person wrote.
  Settings.Set({ maxErrors: 1000 })
  const [, all] = Errors(schema, value)
  Settings.Set({ maxErrors: before })
  return all.filter(
    ({ keyword, schemaPath }) => keyword !== 'additionalProperties' && !schemaPath.includes('/anyOf/'),
  )
}

function provided(value: unknown, path: string[]): Fault[] | undefined {
  const provider = found(value, path)
  const type = (provider as { type?: ProviderType } | null)?.type
  return type && Object.hasOwn(PROVIDERS, type) ? faults(PROVIDERS[type], provider) : undefined
}

const found = (value: unknown, path: readonly string[]) =>
  path.reduce<unknown>((here, step) => (here as Record<string, unknown>)[step], value)

function reason({ keyword, params }: Fault, path: readonly string[]): string {
  const said = params as {
    limit?: number
    allowedValues?: string[]
    type?: string
  }
  if (keyword === 'boolean') return unknownKey(path)
  if (path[0] === 'limits' && (path.length > 2 || keyword === 'minItems'))
    return 'debe ser una lista de pares [cuenta, ventana], por ejemplo [[5, 24h]]'
  if (keyword === 'enum') return `debe ser uno de: ${(said.allowedValues ?? []).join(', ')}`
  if (keyword === 'anyOf')
    return path[0] === 'providers' ? choiceOfProvider(path) : 'debe ser un texto o una lista de textos'
  if (keyword === 'pattern')
    return path[0] === 'terms' || path[0] === 'kiosk'
      ? 'debe ser una duración: 90s, 15m, 24h o 30d'
      : 'no tiene la forma esperada'
  if (keyword === 'minLength') return 'está vacío'
  if (keyword === 'minItems') return `debe tener al menos ${said.limit}`
  if (keyword === 'uniqueItems') return 'tiene un valor repetido'
  if (keyword === 'minimum' || keyword === 'maximum') return `el límite es ${said.limit}`
  if (path[0] === 'providers' && path.length > 2 && said.type === 'object') {
    return 'los secretos no se escriben aquí: { env: NOMBRE }'
  }
  const kinds: Record<string, string> = {
    string: 'un texto',
    object: 'un mapa de claves',
    array: 'una lista',
    integer: 'un número entero',
    boolean: 'true o false',
  }
  return `debe ser ${kinds[said.type ?? ''] ?? 'otro valor'}`
}

const choiceOfProvider = (path: readonly string[]) =>
  path.length > 2
    ? 'debe ser un texto o { env: NOMBRE }'
    : `su type debe ser uno de: ${Object.keys(PROVIDERS).join(', ')}`

function unknownKey(path: readonly string[]): string {
  if (path[0] === 'directions') return 'código de alto desconocido'
  if (path[2] === 'when') return 'columna desconocida; use cct, puesto, programa, periodo o estatus'
  return 'clave desconocida'
}

const steps = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** A misfit inside a list takes the whole list with it: its neighbours would move. */
function leaveOut(value: unknown, path: readonly string[]) {
  let here = value as Record<string, unknown> | undefined
  for (const [index, step] of path.entries()) {
    if (typeof here !== 'object' || here === null) return
    if (index === path.length - 1 || Array.isArray(here[step])) {
      delete here[step]
      return
    }
    here = here[step] as Record<string, unknown>
  }
}

type Loose = {
  type?: string
  properties?: Record<string, Loose>
  patternProperties?: Record<string, Loose>
  items?: Loose | Loose[]
  anyOf?: Loose[]
}

/** Where a text is expected, `1` and `02` are texts as they stand. */
function plain(written: Written, schema: Loose | undefined): unknown {
  if (written.kind === 'map') {
    return Object.fromEntries(
      [...written.entries].map(([key, value]) => [key, plain(value, within(schema, key))]),
    )
  }
  if (written.kind === 'list') return written.items.map((item, index) => plain(item, itemOf(schema, index)))
  const text = [schema, ...(schema?.anyOf ?? [])].some(choice => choice?.type === 'string')
  return text && ['number', 'boolean'].includes(typeof written.value) ? written.source : written.value
}

function within(schema: Loose | undefined, key: string): Loose | undefined {
  for (const choice of [schema, ...(schema?.anyOf ?? [])]) {
    const found = choice?.properties?.[key] ?? Object.values(choice?.patternProperties ?? {})[0]
    if (found) return found
  }
  return undefined
}

function itemOf(schema: Loose | undefined, index: number): Loose | undefined {
  const { items } = [schema, ...(schema?.anyOf ?? [])].find(choice => choice?.items) ?? {}
  return Array.isArray(items) ? items[index] : items
}
