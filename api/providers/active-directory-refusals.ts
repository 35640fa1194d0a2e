import type { ResultCodeError } from 'ldapts'
import { codeOf } from './ldap-change.ts'
import { ProviderRefusal } from './provider.ts'

/** What we were about to do, for whoever grants rights. */
const acts: Record<string, string> = {
  add: 'crear entradas en la unidad',
  modify: 'cambiar la entrada o su contraseña',
  member: 'agregar miembros al grupo',
  move: 'mover la entrada o cambiarle el nombre',
  delete: 'borrar la entrada',
}

/** The number of Windows that stands in front of the directory's message; nothing else of it is looked at. */
const windowsCode = (error: unknown): string =>
  /^([0-9A-F]{8}): /i.exec(error instanceof Error ? error.message : '')?.[1]?.toUpperCase() ?? ''

const result = { constraint: 19, noSuchObject: 32, noRight: 50, unwilling: 53, hasOthersBelow: 66 }
/** 52D: against the password policy. 1F: it is not said over an unencrypted connection. */
const windows = { policy: '0000052D', clear: '0000001F' }

/** An answer that is final; undefined where asked again it might be another one. */
export function refusedByDomain(what: string, error: unknown): ProviderRefusal | undefined {
  const code = codeOf(error)
  const number = windowsCode(error)
  const refusal = (problem: 'not-permitted' | 'conflict', detail: string) =>
    new ProviderRefusal(problem, undefined, { detail })
  if (code === result.constraint || code === result.unwilling) {
    if (number === windows.policy) return new ProviderRefusal('password-refused')
    if (number === windows.clear) return refusal('not-permitted', 'la conexión no va cifrada')
  }
  if (code === result.noRight)
    return refusal('not-permitted', `la cuenta del servicio no puede ${acts[what] ?? what}`)
  if (code === result.noSuchObject && what === 'add')
    return refusal('not-permitted', 'la unidad no existe o la cuenta del servicio no la ve')
  if (code === result.noSuchObject && what === 'member')
    return refusal('not-permitted', 'el grupo no existe o la cuenta del servicio no lo ve')
  if (code === result.hasOthersBelow)
    return refusal('not-permitted', 'la entrada tiene otras debajo y no se borra sola')
  if (code === result.constraint) return refusal('conflict', `el directorio no admite un valor (${number})`)
  return undefined
}

/** The password was right, although she must change it first: nobody else is told that it must be. */
export const isRightAllTheSame = (error: ResultCodeError): boolean =>
  codeOf(error) === 49 && /\bdata (532|773)\b/.test(error.message)
