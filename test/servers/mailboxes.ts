import { startDovecot } from './dovecot.ts'

export interface MailServer {
  signsIn(address: string, password: string): Promise<boolean>
  stop(): Promise<void>
}

let readers = 0

/** A Dovecot of its own on a house's PostgreSQL: its login may read the view `mailbox_login` and nothing else. */
export async function openDovecot(
  databaseUrl: string,
  look: (statement: string) => Promise<unknown>,
): Promise<MailServer> {
  const { hostname, port, pathname } = new URL(databaseUrl)
  const user = `dovecot_${process.pid}_${readers++}`
  await look(`create role ${user} login`)
  await look(`grant select on mailbox_login to ${user}`)
  const from = { host: hostname, port: Number(port), dbname: pathname.slice(1), user }
  const dovecot = await startDovecot(from)
  return { signsIn: dovecot.canSignIn, stop: dovecot.stop }
}
