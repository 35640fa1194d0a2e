import { expressionProblem } from './expression.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'
import { needsSecondSurname, templateProblem } from './template.ts'
import { unitOf } from './units.ts'

type Account = NonNullable<InstitutionFile['accounts']>[string]

/** They cannot follow another directory. */
const holders = new Set(['sql', 'ldap', 'activeDirectory'])

/** Columns of the padrón by profile. */
const COLUMNS: Record<string, readonly string[]> = {
  worker: ['cct', 'puesto', 'estatus'],
  student: ['cct', 'programa', 'periodo', 'estatus'],
  graduate: ['cct', 'programa', 'periodo', 'estatus'],
}

/** What each kind of account needs in order to work. */
export function checkAccounts(file: InstitutionFile, report: Report) {
  for (const [kind, account] of Object.entries(file.accounts ?? {})) {
    const at = (...keys: string[]) => ['accounts', kind, ...keys]
    checkProfile(file, account, at, report)
    checkWhen(account, at, report)
    checkTemplates(kind, account, at, report)
    checkProviders(file, account, at, report)
  }
}

type At = (...keys: string[]) => string[]

function checkProfile(
  file: InstitutionFile,
  { profile, selfService, unit }: Account,
  at: At,
  report: Report,
) {
  if (profile === undefined) {
    if (selfService?.length) report(at('selfService'), 'ofrece trámites pero la cuenta no tiene profile')
    return
  }
  const entrance = profile === 'graduate' ? 'student' : profile
  if (!file.profiles?.[entrance as 'worker']) report(at('profile'), `no existe profiles.${entrance}`)
  if (unit) report(at('unit'), 'una cuenta con profile es de una persona, no de una unidad')
}

function checkWhen({ profile, when }: Account, at: At, report: Report) {
  if (when && profile === undefined) report(at('when'), 'una cuenta sin profile no se elige por el padrón')
  for (const [column, expression] of Object.entries(when ?? {})) {
    const known = COLUMNS[profile ?? '']
    if (known && !known.includes(column)) {
      report(at('when', column), `el padrón de ${profile} no tiene esa columna; tiene: ${known.join(', ')}`)
    }
    const problem = expressionProblem(expression, true)
    if (problem) report(at('when', column), problem)
  }
}

function checkTemplates(kind: string, { profile, unit, address = [] }: Account, at: At, report: Report) {
  const templates = [address].flat()
  for (const [index, template] of templates.entries()) {
    const problem = templateProblem(template, profile, unitOf(kind, unit))
    if (problem)
      report(Array.isArray(address) ? at('address', String(index)) : at('address'), `${template} ${problem}`)
  }
  if (templates.length > 0 && templates.every(needsSecondSurname)) {
    report(
      at('address'),
      'quien no tiene segundo apellido se queda sin dirección; agregue una plantilla sin {surname2}',
    )
  }
}

function checkProviders(file: InstitutionFile, { provider }: Account, at: At, report: Report) {
  const known = Object.keys(file.providers ?? {})
  if (provider === undefined) {
    if (known.length > 1) report(at('provider'), `falta; hay: ${known.join(', ')}`)
    return
  }
  const names = [provider].flat()
  for (const [index, name] of names.entries()) {
    const path = Array.isArray(provider) ? at('provider', String(index)) : at('provider')
    if (!known.includes(name))
      report(path, `no existe providers.${name}; hay: ${known.join(', ') || 'ninguno'}`)
  }
  const typeOf = (name: string | undefined) => file.providers?.[name ?? '']?.type ?? ''
  if (typeOf(names[0]) === 'registry')
    report(at('provider'), 'el primero guarda la contraseña y un registry nunca la recibe')
  if (typeOf(names[0]) === 'manual' && file.delivery === 'enlace')
    report(at('provider'), 'con delivery: enlace hace falta un directorio que reciba la contraseña')
  for (const name of names.slice(1))
    if (holders.has(typeOf(name)))
      report(at('provider'), `${name} guarda contraseñas: solo puede ser el primero`)
}
