import { afterAll } from 'vitest'
import { passwordMatches } from '../api/providers/hashing.ts'
import type { House } from './house.ts'
import { missing } from './servers/dovecot.ts'
import { type MailServer, openDovecot } from './servers/mailboxes.ts'
import { needs } from './servers/needs.ts'

/** What a mail server reads, where no program can reach the embedded database: the view's row decides. */
const byTheView = ({ look }: House): MailServer => ({
  async signsIn(address, password) {
    const [row] = await look<{ password: string }>(
      `select password from mailbox_login where username || '@' || domain = '${address}'`,
    )
    return passwordMatches(row?.password, password)
  },
  stop: async () => {},
})

/** A real IMAP server on PostgreSQL, the view on PGlite. */
export const openMailServer = async (h: House): Promise<MailServer> =>
  h.databaseUrl && !needs(missing) ? openDovecot(h.databaseUrl, h.look) : byTheView(h)

/** The mail servers of a file's houses, started by the first who signs in. */
export function mailServers(): (h: House, address: string, password: string) => Promise<boolean> {
  const open = new Map<House, Promise<MailServer>>()
  afterAll(async () => {
    for (const one of open.values()) await (await one).stop()
  })
  return async (h, address, password) => {
    const known = open.get(h) ?? openMailServer(h)
    open.set(h, known)
    return (await known).signsIn(address, password)
  }
}
