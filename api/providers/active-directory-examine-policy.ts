import type { DomainPlace } from './active-directory-examine.ts'
import { principalName } from './active-directory-names.ts'
import { about, type Examination, type Finding } from './finding.ts'

const skewSeconds = 60
const complex = 1
const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/]
/** So many of the four does a domain with complexity ask for. */
const mostClasses = 3

const attributes = ['minPwdLength', 'pwdProperties', 'pwdHistoryLength', 'maxPwdAge', 'lockoutThreshold']

/** Clock, password policy and name suffixes, as the domain itself states them. */
export async function* domainFindings(on: DomainPlace, ask: Examination): AsyncIterable<Finding> {
  const { to, name, shape, mends } = on
  const say = about(name)
  const base = (dn: string, asked: string[]) =>
    to
      .run(client => client.search(dn, { scope: 'base' as const, attributes: asked }))
      .then(({ searchEntries }) => searchEntries[0])
      .catch(() => undefined)
  const root = await base('', ['currentTime', 'configurationNamingContext'])
  yield* clock(on, String(root?.currentTime ?? ''))
  const head = await base(shape.domainDn, attributes)
  if (!head || head.minPwdLength === undefined)
    yield say.skipped('password-policy', 'no deja leer la directiva de contraseñas del dominio')
  else yield* policy(on, head as Record<string, unknown>, ask.ownPassword)
  const partitions = await base(`CN=Partitions,${root?.configurationNamingContext ?? ''}`, ['uPNSuffixes'])
  const dns = shape.domainDn.replace(/\s*,?\s*dc\s*=\s*/gi, '.').slice(1)
  const known = [dns, ...[partitions?.uPNSuffixes ?? []].flat().map(String)].map(one => one.toLowerCase())
  const suffixes = new Set(
    ask.kinds.map(
      ({ domain }) => principalName(`x@${domain}`, shape.upnSuffix).split('@')[1]?.toLowerCase() ?? '',
    ),
  )
  const missing = [...suffixes].filter(one => !known.includes(one))
  yield missing.length === 0
    ? say.yes('upn-suffix', `el dominio conoce ${[...suffixes].join(', ')}`)
    : say.warning(
        'upn-suffix',
        `el dominio no conoce ${missing.join(', ')} como sufijo de UPN`,
        mends.suffix(missing),
      )
}

function* clock({ name, mends }: DomainPlace, text: string): Iterable<Finding> {
  const say = about(name)
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? []
  const skew = Math.round(
    (Date.now() - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)) / 1000,
  )
  if (Number.isNaN(skew)) return
  yield Math.abs(skew) > skewSeconds
    ? say.no('clock', `su reloj y el de esta máquina difieren ${Math.abs(skew)} s`, mends.clock)
    : say.yes('clock', 'su reloj y el de esta máquina coinciden')
}

function* policy(
  { name, mends }: DomainPlace,
  head: Record<string, unknown>,
  own: string,
): Iterable<Finding> {
  const say = about(name)
  const number = (attribute: string) => Number(head[attribute] ?? 0)
  const days = Math.round(Math.abs(number('maxPwdAge')) / 864_000_000_000)
  const ends = days > 0 && days < 10_000 ? `vence a los ${days} días` : 'no vence'
  const told = `la directiva del dominio pide ${number('minPwdLength')} caracteres, historial de ${number('pwdHistoryLength')}, ${ends}, bloqueo a los ${number('lockoutThreshold')} intentos`
  yield say.yes('password-policy', told)
  const held = classes.filter(one => one.test(own)).length
  const asksClasses = (number('pwdProperties') & complex) !== 0 && held < mostClasses
  if (asksClasses || number('minPwdLength') > own.length)
    yield say.warning(
      'password-complexity',
      asksClasses
        ? 'exige complejidad: rechazará frases que el servicio permite'
        : 'pide más caracteres que el servicio',
      mends.policy,
    )
}
