import type { ProviderSettings } from './institution.ts'
import type { Report } from './problem.ts'

const FACTS = ['given', 'surnames', 'centre', 'curp', 'curt', 'controlNumber', 'mail']
const ATTRIBUTE =
  /^(extensionAttribute([1-9]|1[0-5])|extension_[0-9a-f]{32}_\w+|givenName|surname|department|officeLocation|jobTitle|employeeId|otherMails)$/

type Settings = ProviderSettings & Record<string, string | boolean | object | undefined>

/** What Microsoft 365 needs, once the environment is read: one proof of who we are, https, and attributes that can be written. */
export function checkGraph(name: string, settings: Settings, kinds: readonly string[], report: Report) {
  const at = (...keys: string[]) => ['providers', name, ...keys]
  if ((settings.clientSecret === undefined) === (settings.certificate === undefined))
    report(at(), 'lleva clientSecret o certificate, uno de los dos')
  if (typeof settings.certificate === 'string' && !isWhole(settings.certificate))
    report(at('certificate'), 'debe traer, en PEM, la llave privada y el certificado')
  for (const key of ['url', 'authority'] as const) {
    const address = settings[key]
    if (typeof address === 'string' && !isOrigin(address))
      report(at(key), 'debe ser https://servidor, sin ruta')
  }
  for (const kind of Object.keys((settings.licences ?? {}) as object))
    if (!kinds.includes(kind)) report(at('licences', kind), `no existe accounts.${kind}`)
  checkAttributes(settings, at, report)
}

const isWhole = (pem: string) =>
  pem.includes('PRIVATE KEY-----') && pem.includes('-----BEGIN CERTIFICATE-----')

const isOrigin = (text: string) =>
  URL.canParse(text) && new URL(text).protocol === 'https:' && /^https:\/\/[^/?#@]+\/?$/.test(text)

function checkAttributes(settings: Settings, at: (...keys: string[]) => string[], report: Report) {
  const named = (settings.attributes ?? {}) as Record<string, string>
  const { marker = 'extensionAttribute14', state = 'extensionAttribute15' } = settings
  for (const [fact, attribute] of Object.entries(named)) {
    if (!FACTS.includes(fact)) report(at('attributes', fact), `dato desconocido; hay: ${FACTS.join(', ')}`)
    if (!ATTRIBUTE.test(attribute)) report(at('attributes', fact), 'no es un atributo que se pueda escribir')
    if (attribute === marker || attribute === state)
      report(at('attributes', fact), 'ese atributo lleva la marca')
    if (attribute === 'otherMails' && fact !== 'mail')
      report(at('attributes', fact), 'otherMails solo guarda mail')
  }
  for (const [key, attribute] of Object.entries({ marker, state }))
    if (!ATTRIBUTE.test(String(attribute)) || attribute === 'otherMails')
      report(at(key), 'no es un atributo de texto que se pueda escribir')
  if (marker === state) report(at('state'), 'debe ser otro atributo que marker')
}
