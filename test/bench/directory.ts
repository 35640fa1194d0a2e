import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Attribute, Change, Client } from 'ldapts'
import { bindPassword, guideYaml } from '../providers/ldap-settings.ts'
import type { Directory } from '../servers/directory.ts'
import { startSlapd } from '../servers/slapd.ts'
import { makeCertificate } from '../servers/tls.ts'

/** A slapd that writes to its disk, and what an institution's file says of it. */
export interface Held {
  institution: string
  directory: Directory
  /** Bare operations over as many connections as the service has. */
  add(dn: string, attributes: Record<string, string[]>): Promise<void>
  setPassword(dn: string, stored: string): Promise<void>
  stop(): Promise<void>
}

export const people = 'ou=docentes,ou=personas,dc=example,dc=mx'

export async function openDirectory(): Promise<Held> {
  const directory = await startSlapd(makeCertificate('IP:127.0.0.1'), { durable: true })
  const folder = mkdtempSync(join(tmpdir(), 'mci-bench-ca-'))
  writeFileSync(join(folder, 'ca.pem'), directory.ca)
  process.env.LDAP_BIND_PASSWORD = bindPassword
  const institution = guideYaml()
    .replace(/url: .*/, `url: ${directory.urls.tls}`)
    .replace('./ca.pem', join(folder, 'ca.pem'))
    .replace('password: server', 'password: SSHA')
  const clients = await Promise.all(
    [1, 2].map(async () => {
      const client = new Client({ url: directory.urls.tls, tlsOptions: { ca: directory.ca } })
      await client.bind('cn=kiosco,ou=servicios,dc=example,dc=mx', bindPassword)
      return client
    }),
  )
  let turn = 0
  const next = () => clients[turn++ % clients.length] as Client
  return {
    institution,
    directory,
    add: (dn, attributes) => next().add(dn, attributes),
    setPassword: (dn, stored) => {
      const modification = new Attribute({ type: 'userPassword', values: [stored] })
      return next().modify(dn, new Change({ operation: 'replace', modification }))
    },
    async stop() {
      await Promise.all(clients.map(client => client.unbind()))
      await directory.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
