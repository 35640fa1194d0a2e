import { readFileSync } from 'node:fs'
import { Client, EqualityFilter, type Filter, InvalidCredentialsError, UnwillingToPerformError } from 'ldapts'

/** A real directory of a test, set up as the guide says. */
export interface Directory {
  urls: { plain: string; tls: string }
  /** PEM of the authority that signed its certificate. */
  ca: string
  root: { dn: string; password: string }
  /** Carries out an LDIF as somebody who may do everything. */
  asRoot(ldif: string): void
  /** The same, in the server's own configuration. */
  configure(ldif: string): void
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

const guide = readFileSync(new URL('../../docs/directorios/ldap.md', import.meta.url), 'utf8')

/** The LDIFs of the guide that are meant for one place: ```ldif slapd-config, slapd-data, 389. */
export const guideBlocks = (place: string): string[] =>
  [...guide.matchAll(/```ldif (\S+)\n([\s\S]*?)```/g)]
    .filter(([, where]) => where === place)
    .map(([, , ldif]) => ldif ?? '')

/** Looks at a directory from outside, past the service: as its root, and as the people in it. */
export function openHolder(directory: Pick<Directory, 'urls' | 'ca' | 'root'>) {
  const open = async <T>(dn: string, password: string, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url: directory.urls.tls, tlsOptions: { ca: directory.ca }, timeout: 10_000 })
    try {
      await client.bind(dn, password)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }
  const all = (filter: Filter, base = 'dc=example,dc=mx') =>
    open(directory.root.dn, directory.root.password, async client => {
      const attributes = ['*', '+']
      return (await client.search(base, { scope: 'sub', filter, attributes })).searchEntries
    })
  return {
    open,
    all,
    /** Binds as whoever holds the address. False: refused. */
    async signsIn(address: string, password: string): Promise<boolean> {
      const [entry] = await all(new EqualityFilter({ attribute: 'mail', value: address }))
      if (!entry || password === '') return false
      return open(entry.dn, password, async () => true).catch(error => {
        // 389 says «unwilling» of an account that is locked.
        if (error instanceof InvalidCredentialsError || error instanceof UnwillingToPerformError) return false
        throw error
      })
    },
  }
}
