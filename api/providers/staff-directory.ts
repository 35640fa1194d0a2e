import { type Client, EqualityFilter, ExtensibleFilter, NoSuchObjectError, OrFilter } from 'ldapts'
import type { SignInRules } from '../institution/sign-in.ts'
import { nameOf, openConnections, type Tell } from './ldap-connection.ts'
import { addressOf } from './ldap-shape.ts'
import { ProviderRefusal } from './provider.ts'

type Rules = NonNullable<SignInRules['directory']>
type Role = NonNullable<Rules['groups']>[string][number]

interface Found {
  /** Her entry's name. */
  subject: string
  name: string
  /** By her groups; undefined where roles are given here. */
  roles: Role[] | undefined
}

export interface StaffDirectory {
  /** Who signs in with this password; nobody's is tried where no login is given, at the same cost. */
  person(login: string | undefined, password: string): Promise<Found | undefined>
  stop(): void
}

/** The institution's directory as what lets its staff in: the person binds herself, the service only looks. */
export function openStaffDirectory(rules: Rules, tell: Tell): StaffDirectory {
  const connections = openConnections(addressOf(rules.settings), tell)
  const { baseDn } = rules.settings as unknown as { baseDn: string }
  const asked = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      if (!(error instanceof ProviderRefusal)) tell(`sign-in: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    })
  return {
    stop: connections.stop,
    async person(login, password) {
      const here = await asked(connections.run(client => entryOf(client, rules, login)))
      const dn = here?.dn ?? rules.decoy ?? `cn=${crypto.randomUUID()},${baseDn}`
      const signsIn = await asked(connections.signsIn(dn, here ? password : crypto.randomUUID()))
      if (!here || !signsIn || password === '') return undefined
      const roles = rules.groups && (await asked(connections.run(client => rolesOf(client, rules, here.dn))))
      return { subject: here.dn, name: here.name, roles: roles ?? undefined }
    },
  }
}

/** The one entry that this login names; two are nobody. */
async function entryOf(client: Client, { settings, attribute, name }: Rules, asked: string | undefined) {
  const login = asked ?? crypto.randomUUID()
  const { baseDn } = settings as unknown as { baseDn: string }
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter: new EqualityFilter({ attribute, value: login }),
    attributes: [name],
    sizeLimit: 2,
  })
  const [entry, other] = searchEntries
  if (!entry || other) return undefined
  return { dn: entry.dn, name: String([entry[name] ?? login].flat()[0] ?? login) }
}

/** LDAP_MATCHING_RULE_IN_CHAIN. */
const inChain = '1.2.840.113556.1.4.1941'

/** Each group is asked whether she is in it; in a domain also through other groups. */
async function rolesOf(client: Client, { settings, groups }: Rules, dn: string): Promise<Role[]> {
  const filter =
    settings.type === 'activeDirectory'
      ? new ExtensibleFilter({ matchType: 'member', rule: inChain, value: dn })
      : new OrFilter({
          filters: ['member', 'uniqueMember'].map(attribute => new EqualityFilter({ attribute, value: dn })),
        })
  const roles = new Set<Role>()
  for (const [group, given] of Object.entries(groups ?? {})) {
    const { searchEntries } = await client
      .search(group, { scope: 'base', filter, attributes: ['cn'] })
      .catch((error: unknown) => {
        if (!(error instanceof NoSuchObjectError)) throw error
        return { searchEntries: [] }
      })
    if (searchEntries.length > 0) for (const role of given) roles.add(role)
  }
  return [...roles]
}
