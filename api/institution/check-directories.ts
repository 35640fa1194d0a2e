import { isIPv4 } from 'node:net'
import { checkGraph } from './check-graph.ts'
import type { Institution, ProviderSettings } from './institution.ts'
import type { Report } from './problem.ts'

const FACTS = [
  'address',
  'login',
  'name',
  'given',
  'surnames',
  'quota',
  'curp',
  'curt',
  'controlNumber',
  'mail',
  'centre',
]
const ATTRIBUTE = /^[A-Za-z][A-Za-z0-9-]*$/
/** `attribute=value` pairs between commas; what else may stand in a name is the directory's affair. */
const NAME = /^\s*[A-Za-z][A-Za-z0-9-]*\s*=\s*[^,=]+(\s*[,+]\s*[A-Za-z][A-Za-z0-9-]*\s*=\s*[^,=]+)*$/
const ENTRY =
  /^[A-Za-z][A-Za-z0-9-]*=\{(login|address|name)\}(\+[A-Za-z][A-Za-z0-9-]*=\{(login|address|name)\})*$/

type Settings = ProviderSettings & Record<string, string | boolean | object | undefined>

/** What Windows calls an account: `svc-correo@example.mx`. */
const PRINCIPAL = /^[^@\s,=]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/
const SUFFIX = /^@?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/
/** What the provider or the domain writes by itself, in lower case. */
const OWN =
  /^(cn|name|objectclass|objectguid|objectsid|samaccountname|userprincipalname|unicodepwd|useraccountcontrol|pwdlastset|lockouttime|accountexpires|memberof|proxyaddresses|serviceprincipalname)$/i

/** What a directory needs, once the environment is read: nothing goes there in clear, and every name can be one. */
export function checkDirectories(
  providers: Institution['providers'],
  kinds: readonly string[],
  report: Report,
) {
  for (const [name, settings] of Object.entries(providers)) {
    if (settings.type === 'graph') checkGraph(name, settings as Settings, kinds, report)
    if (settings.type !== 'ldap' && settings.type !== 'activeDirectory') continue
    const at = (...keys: string[]) => ['providers', name, ...keys]
    checkUrl(settings as Settings, at, report)
    checkNames(settings as Settings, at, report)
    if (settings.type === 'activeDirectory') checkDomain(settings as Settings, at, report)
    for (const key of ['units', 'dn'] as const) {
      for (const kind of Object.keys((settings[key] ?? {}) as object)) {
        if (!kinds.includes(kind)) report(at(key, kind), `no existe accounts.${kind}`)
      }
    }
  }
}

type At = (...keys: string[]) => string[]

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))

export function checkUrl({ type, url, startTls, ca }: Settings, at: At, report: Report) {
  if (typeof url !== 'string') return
  const found = URL.canParse(url) ? new URL(url) : undefined
  if (!found || !/^ldaps?:$/.test(found.protocol) || !found.hostname)
    return report(at('url'), 'debe ser ldaps://servidor o ldap://servidor')
  if (/[/?#]./.test(url.slice(url.indexOf('//') + 2)) || found.username)
    return report(at('url'), 'va sin cuenta ni ruta: solo servidor y puerto')
  const clear = found.protocol === 'ldap:'
  // Active Directory takes no password over a connection in clear, not even from its own machine.
  if (clear && startTls !== true && (type === 'activeDirectory' || !isLoopback(found.hostname)))
    report(at('url'), 'iría sin cifrar: use ldaps:// o startTls: true')
  if (!clear && startTls === true) report(at('startTls'), 'ldaps:// ya va cifrado; quite uno de los dos')
  if (clear && startTls !== true && ca !== undefined)
    report(at('ca'), 'la conexión no va cifrada y nadie la comprueba')
}

export function checkName(settings: Settings, key: string, at: At, report: Report) {
  const name = settings[key]
  const isPrincipal = key === 'bindDn' && settings.type === 'activeDirectory' && PRINCIPAL.test(String(name))
  if (typeof name === 'string' && !NAME.test(name) && !isPrincipal)
    report(at(key), 'no es un nombre del directorio: ou=personas,dc=example,dc=mx')
}

function checkNames(settings: Settings, at: At, report: Report) {
  for (const key of ['bindDn', 'baseDn', 'closedUnit', 'decoy']) checkName(settings, key, at, report)
  for (const [kind, unit] of Object.entries((settings.units ?? {}) as Record<string, string>)) {
    if (!NAME.test(unit)) report(at('units', kind), 'no es un nombre del directorio: ou=docentes')
  }
  for (const [kind, entry] of Object.entries((settings.dn ?? {}) as Record<string, string>)) {
    if (!ENTRY.test(entry))
      report(at('dn', kind), 'se escribe atributo={login}, {address} o {name}, y + entre varios')
    else if (!/\{(login|address)\}/.test(entry))
      report(at('dn', kind), 'dos personas pueden llamarse igual; agregue +uid={login}')
  }
  for (const [fact, attribute] of Object.entries((settings.attributes ?? {}) as Record<string, string>)) {
    if (!FACTS.includes(fact)) report(at('attributes', fact), `dato desconocido; hay: ${FACTS.join(', ')}`)
    if (!ATTRIBUTE.test(attribute)) report(at('attributes', fact), 'no es el nombre de un atributo')
  }
  for (const key of ['marker', 'until', 'changed']) {
    const attribute = settings[key]
    if (typeof attribute === 'string' && !ATTRIBUTE.test(attribute))
      report(at(key), 'no es el nombre de un atributo')
  }
  if (settings.onClose === 'move' && settings.closedUnit === undefined)
    report(at('onClose'), 'move necesita closedUnit')
}

function checkDomain({ baseDn, groups, upnSuffix, attributes, marker }: Settings, at: At, report: Report) {
  if (typeof baseDn === 'string' && NAME.test(baseDn) && !/(^|,)\s*dc\s*=/i.test(baseDn))
    report(at('baseDn'), 'debe terminar en el dominio: OU=Cuentas,DC=example,DC=mx')
  for (const [index, group] of ((groups ?? []) as string[]).entries()) {
    if (!NAME.test(group) || !/,\s*dc\s*=/i.test(group))
      report(at('groups', String(index)), 'va completo: CN=Correo,OU=Grupos,DC=example,DC=mx')
  }
  if (typeof upnSuffix === 'string' && !SUFFIX.test(upnSuffix))
    report(at('upnSuffix'), 'es el dominio con que se entra: example.mx')
  for (const [fact, attribute] of Object.entries((attributes ?? {}) as Record<string, string>)) {
    if (OWN.test(attribute))
      report(at('attributes', fact), 'ese atributo lo escribe el servicio o el dominio')
    if (fact === 'curp' && /^employeeID$/i.test(attribute))
      report(
        at('attributes', fact),
        'employeeID admite 16 caracteres y una CURP tiene 18; use employeeNumber',
      )
    if (typeof marker === 'string' && marker.toLowerCase() === attribute.toLowerCase())
      report(at('marker'), `ahí ya va attributes.${fact}`)
  }
  if (typeof marker === 'string' && OWN.test(marker))
    report(at('marker'), 'ese atributo lo escribe el servicio o el dominio')
}
