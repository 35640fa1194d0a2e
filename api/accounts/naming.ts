/** What a template may name. */
export interface NamingFacts {
  given: string
  surname1: string
  surname2: string
  controlNumber?: string
  cct?: string
  /** What staff typed for a service or a function. */
  name?: string
}

const localPartAtMost = 64

/** `Núñez de la Peña` → `nunezdelapena`: ASCII letters and digits, as every mail system takes them. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')

/** The first given name; María, José and their short forms stand with the next one: `mariajose`, `maria`. */
export function firstGiven(given: string): string {
  const names = given
    .split(/[\s-]+/)
    .map(plain)
    .filter(name => name !== '')
  const [first = '', ...others] = names
  const particle = /^(de|del|la|las|los|y)$/
  const next = others.find(name => !particle.test(name))
  return /^(ma|maria|jose|j)$/.test(first) && next ? plain(first) + next : first
}

function filled(template: string, facts: NamingFacts): string | undefined {
  const values: Record<string, string> = {
    given: firstGiven(facts.given),
    surname1: plain(facts.surname1),
    surname2: plain(facts.surname2),
    controlNumber: plain(facts.controlNumber ?? ''),
    cct: plain(facts.cct ?? ''),
    name: facts.name ?? '',
  }
  let whole = true
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!values[name]) whole = false
    return values[name] ?? ''
  })
  return whole ? text : undefined
}

const tidy = (text: string) =>
  text
    .replace(/[^a-z0-9._-]/g, '')
    .replace(/\.{2,}/g, '.')
    .slice(0, localPartAtMost)
    .replace(/^[._-]+|[._-]+$/g, '')

/**
 * Local parts to try, best first: the institution's templates that this person can fill, then the last of them with
 * 2, 3, 4 …; none repeats.
 */
export function* candidateLogins(templates: readonly string[], facts: NamingFacts): Generator<string> {
  const given = templates.map(template => filled(template, facts)).filter(text => text !== undefined)
  const fallback = [firstGiven(facts.given), plain(facts.surname1)].filter(part => part !== '').join('.')
  const bases = [...new Set((given.length > 0 ? given : [fallback]).map(tidy))].filter(text => text !== '')
  yield* bases
  const last = bases.at(-1) ?? 'cuenta'
  for (let n = 2; n < 10_000; n++) yield last.slice(0, localPartAtMost - String(n).length) + n
}
