import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Directory } from './directory.ts'
import { guideBlocks } from './directory.ts'
import { endProgram, freePort, serverFolder, serverIdentity, startProgram, untilUp } from './program.ts'
import { type Certificate, makeCertificate } from './tls.ts'

/** The command that installs it, where it is not. */
export const missing = (): string | undefined =>
  existsSync('/usr/sbin/slapd') && existsSync('/usr/bin/ldapmodify')
    ? undefined
    : 'apt-get install --no-install-recommends slapd ldap-utils'

const schemas = ['core', 'cosine', 'inetorgperson']

/** What Debian's package has set up before the guide begins: a database without anybody in it. */
const bare = (folder: string, durable: boolean) => `dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: ${folder}/pid
olcTLSCACertificateFile: ${folder}/ca.pem
olcTLSCertificateFile: ${folder}/srv.pem
olcTLSCertificateKeyFile: ${folder}/srv.key

dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

${schemas.map(name => readFileSync(`/etc/ldap/schema/${name}.ldif`, 'utf8')).join('\n\n')}

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcRootDN: cn=config
olcRootPW: config

dn: olcDatabase={1}mdb,cn=config
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: dc=example,dc=mx
olcRootDN: cn=admin,dc=example,dc=mx
olcRootPW: admin
olcDbDirectory: ${folder}/db
olcDbMaxSize: 268435456
olcDbNoSync: ${durable ? 'FALSE' : 'TRUE'}
`

const root = `dn: dc=example,dc=mx
objectClass: dcObject
objectClass: organization
dc: example
o: Example
`

/** A slapd of our own, set up by the blocks of the guide and nothing else, on free loopback ports. `durable`: a change is on the disk, for measuring. */
export async function startSlapd(
  certificate: Certificate = makeCertificate('IP:127.0.0.1'),
  { durable = false } = {},
): Promise<Directory> {
  const folder = serverFolder('slapd')
  const identity = serverIdentity('openldap')
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  file('ca.pem', certificate.ca)
  file('srv.pem', certificate.cert)
  file('srv.key', certificate.key)
  for (const name of ['db', 'config']) mkdirSync(join(folder, name))
  const config = join(folder, 'config')
  execFileSync(
    '/usr/sbin/slapadd',
    ['-n', '0', '-F', config, '-l', file('bare.ldif', bare(folder, durable))],
    {
      stdio: 'pipe',
    },
  )
  execFileSync('chown', ['-R', `${identity.uid}:${identity.gid}`, folder])
  chownSync(folder, identity.uid, identity.gid)
  const [plain, tls] = [await freePort(), await freePort()]
  const urls = { plain: `ldap://127.0.0.1:${plain}`, tls: `ldaps://127.0.0.1:${tls}` }
  const listen = ['-h', `${urls.plain}/ ${urls.tls}/`]
  const start = () => startProgram(['/usr/sbin/slapd', '-d', '0', '-F', config, ...listen], identity, 'TERM')
  const modify = (dn: string, password: string, ldif: string) =>
    execFileSync(
      'ldapmodify',
      ['-a', '-x', '-H', urls.plain, '-D', dn, '-w', password, '-f', file('now.ldif', ldif)],
      {
        stdio: 'pipe',
      },
    )
  const asRoot = (ldif: string) => void modify('cn=admin,dc=example,dc=mx', 'admin', ldif)
  let program = start()
  const ready = () =>
    untilUp(async () => {
      execFileSync('ldapsearch', ['-x', '-H', urls.plain, '-b', '', '-s', 'base'], { stdio: 'ignore' })
    }, program)
  await ready()
  for (const ldif of guideBlocks('slapd-config')) modify('cn=config', 'config', ldif)
  asRoot(root)
  for (const ldif of guideBlocks('slapd-data')) asRoot(ldif)
  return {
    urls,
    ca: certificate.ca,
    asRoot,
    root: { dn: 'cn=admin,dc=example,dc=mx', password: 'admin' },
    configure: ldif => void modify('cn=config', 'config', ldif),
    down: () => endProgram(program, 'SIGTERM'),
    up: () => {
      program = start()
      return ready()
    },
    stop: async () => {
      await endProgram(program, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
