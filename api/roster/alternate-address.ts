export type AddressRefusal = 'malformed' | 'reserved' | 'own-domain' | 'placeholder'

export interface AddressRules {
  /** The institution's own domains; their subdomains count too. */
  ownDomains: readonly string[]
  /** Take names that RFC 2606 and 6761 reserve: demo and tests only. */
  allowReserved?: boolean
}

// One addr-spec: dot-atom without % and !, which relays once read as a route; LDH labels, none of them punycode.
const LOCAL = /^[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*$/
const DOMAIN = /^(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
const RESERVED = /(?:^|\.)(?:test|example|invalid|localhost|local|onion|internal|alt|home\.arpa)$/
const NOBODY = new Set(
  `sincorreo sinemail sinmail sincuenta nocorreo noemail nomail notiene notienecorreo nocuenta nohay noaplica noexiste
  ninguno ninguna ningun nada nulo null vacio desconocido pendiente porasignar prueba pruebas test testing ejemplo
  noreply noresponder donotreply na nd sd sn no asdf qwerty`.split(/\s+/),
)
const GENERIC = new Set(
  'correo email mail usuario user nombre dominio domain hotmail gmail yahoo outlook'.split(' '),
)

/**
 * One strict address, its domain in lower case and its local part as it came, or why it is refused. Anything that two
 * parsers could read differently (comments, quotes, groups, folding, invisible characters, IDN) is malformed.
 */
export function alternateAddress(
  text: string,
  rules: AddressRules,
): { address: string } | { refused: AddressRefusal } {
  const at = text.indexOf('@')
  const local = text.slice(0, at)
  const domain = text.slice(at + 1).toLowerCase()
  if (at < 1 || local.length > 64 || text.length > 254) return { refused: 'malformed' }
  // Upper case of letters beyond ASCII may fall into ASCII (K, the Kelvin sign): judge the text before and after.
  if (!LOCAL.test(local) || !DOMAIN.test(domain) || /[^\x21-\x7e]/.test(text)) return { refused: 'malformed' }
  if (!rules.allowReserved && RESERVED.test(domain)) return { refused: 'reserved' }
  const own = rules.ownDomains.some(name => domain === name || domain.endsWith(`.${name}`))
  if (own) return { refused: 'own-domain' }
  return isPlaceholder(local.toLowerCase(), domain)
    ? { refused: 'placeholder' }
    : { address: `${local}@${domain}` }
}

/** sincorreo@…, no.tiene@…, correo@correo.com, x@x.mx, xxxx@…: what people type when a form insists. */
function isPlaceholder(local: string, domain: string): boolean {
  const word = local.replace(/[^a-z0-9]/g, '')
  // prueba12 is nobody, na1975 may be somebody.
  const stem = word.replace(/(?<=[a-z]{4})\d+$/, '')
  const host = domain.split('.')[0] ?? ''
  if (
    NOBODY.has(stem) ||
    (host.length > 3 && NOBODY.has(host)) ||
    /^(.)\1{2,}$/.test(word) ||
    /^x+$/.test(word)
  )
    return true
  return stem === host && (GENERIC.has(stem) || stem.length <= 3)
}

const PROVIDERS = new Map(
  Object.entries({
    gmail: ['com'],
    icloud: ['com'],
    hotmail: ['com', 'es', 'com.mx', 'com.ar', 'fr', 'it', 'co.uk', 'de'],
    outlook: ['com', 'es', 'com.mx', 'com.ar', 'fr', 'it', 'de'],
    yahoo: ['com', 'com.mx', 'es', 'com.ar', 'fr', 'it', 'co.uk', 'de', 'ca', 'com.br'],
    live: ['com', 'com.mx', 'com.ar', 'fr', 'it', 'nl'],
    prodigy: ['net.mx'],
  }),
)
/** Near the great ones, and real. */
const REAL = new Set(['mail.com', 'ymail.com', 'email.com', 'gmx.com', 'googlemail.com', 'rocketmail.com'])

/** The domain that was probably meant (gmail.con, hotmai1.com, gmial.com …); undefined where nothing looks wrong. */
export function lookalike(domain: string): string | undefined {
  const dot = domain.indexOf('.')
  const name = domain.slice(0, dot)
  const rest = domain.slice(dot + 1)
  const ends = PROVIDERS.get(name)
  if (REAL.has(domain) || ends?.includes(rest)) return undefined
  if (ends) return ends.length === 1 || isOneSlip(rest, 'com') ? `${name}.${ends[0]}` : undefined
  const drawn = name.replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('rn', 'm').replaceAll('vv', 'w')
  for (const [provider, known] of PROVIDERS) {
    if (drawn !== provider && !(provider.length > 4 && isOneSlip(name, provider))) continue
    if (known.includes(rest) || isOneSlip(rest, 'com'))
      return `${provider}.${known.includes(rest) ? rest : known[0]}`
  }
  return undefined
}

/** One letter more, less or other, or two neighbours exchanged. */
function isOneSlip(typed: string, meant: string): boolean {
  let start = 0
  while (start < typed.length && typed[start] === meant[start]) start++
  const a = typed.slice(start)
  const b = meant.slice(start)
  if (a.slice(1) === b || a === b.slice(1) || (a.slice(1) === b.slice(1) && a !== b)) return true
  return a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2)
}
