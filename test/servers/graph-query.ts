import {
  type Asked,
  alive,
  type Held,
  malformed,
  type Reply,
  refused,
  same,
  type Tenancy,
  writable,
} from './graph-users.ts'

const readable = () => [
  ...writable,
  ...[
    'id',
    'userType',
    'onPremisesSyncEnabled',
    'lastPasswordChangeDateTime',
    'assignedLicenses',
    'mail',
    'proxyAddresses',
  ],
]

/** Selected properties, and no other: the default ones where nothing was selected. */
export const shown = (user: Held, names: readonly string[]): object =>
  Object.fromEntries(names.map(name => [name, user[name as keyof Held] ?? null]))

/** What `$select` names; `undefined` where one of them is nobody's property. */
export function selected(at: Tenancy, query: URLSearchParams): string[] | undefined {
  const names = query.get('$select')?.split(',') ?? ['id', 'displayName', 'userPrincipalName', 'mail']
  const unknown = names.filter(name => !readable().includes(name))
  for (const name of unknown) at.strange.push(`$select: ${name}`)
  return unknown.length > 0 ? undefined : names
}

/** `attribute eq 'literal'`, also of a list, with `or` in between; undefined where it says anything else. */
function filterOf(text: string): ((user: Held) => boolean) | undefined {
  const clause = /^(?:(\w+)\/any\((\w+):\2 eq '((?:[^']|'')*)'\)|([\w/]+) eq '((?:[^']|'')*)')( or )?/
  const tests: ((user: Held) => boolean)[] = []
  for (let rest = text; rest !== ''; ) {
    const [whole, list, , element, path = '', value, more] = clause.exec(rest) ?? []
    if (whole === undefined || (more === undefined) !== (rest === whole)) return undefined
    const literal = (element ?? value ?? '').replaceAll("''", "'")
    const names = (list ?? path).split('/')
    if (!readable().includes(names[0] ?? '')) return undefined
    tests.push(user => {
      // biome-ignore lint/suspicious/noExplicitAny: by the names that a filter gave
      const held = names.reduce((from: any, name) => from?.[name], user)
      return [held ?? []].flat().some(one => same(one, literal))
    })
    rest = rest.slice(whole.length)
  }
  return user => tests.some(test => test(user))
}

export function list(at: Tenancy, { query }: Asked): Reply {
  const names = selected(at, query)
  const filter = query.get('$filter')
  const fits = filter === null ? () => true : filterOf(filter)
  const top = Number(query.get('$top') ?? 100)
  if (!names || top < 1 || top > 999) return malformed('Unsupported Query.')
  if (!fits) return refused(400, 'Request_UnsupportedQuery', `Invalid filter clause: ${filter}`)
  const after = query.get('$skiptoken') ?? ''
  const found = alive(at)
    .filter(user => user.knownFrom <= at.now() && user.id > after && fits(user))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  const page = found.slice(0, top)
  const next = new URLSearchParams(query)
  next.set('$skiptoken', page.at(-1)?.id ?? '')
  const nextLink = found.length > top ? { '@odata.nextLink': `${at.origin}/v1.0/users?${next}` } : {}
  return { status: 200, body: { ...nextLink, value: page.map(user => shown(user, names)) } }
}
