import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { endProgram, serverFolder, startProgram, untilUp } from './program.ts'
import { type Certificate, makeCertificate } from './tls.ts'

/** The command that installs it, where it is not. It listens on 389 and 636, which only root may do. */
export const missing = (): string | undefined =>
  existsSync('/usr/sbin/samba') &&
  existsSync('/usr/bin/samba-tool') &&
  existsSync('/usr/share/samba/setup/ad-schema') &&
  process.getuid?.() === 0
    ? undefined
    : 'apt-get install --no-install-recommends samba samba-ad-dc samba-ad-provision winbind openssl (and be root)'

const guide = readFileSync(new URL('../../docs/directorios/active-directory.md', import.meta.url), 'utf8')

/** The rights that the guide gives to the service's account, by unit. */
const rights = [...guide.matchAll(/```sddl (\S+)\n([\s\S]*?)```/g)].map(([, dn = '', sddl = '']) => [
  dn,
  sddl.split('\n').filter(line => line !== ''),
])

export const root = { dn: 'administrator@example.mx', password: 'Adm1n-Passw0rd!' }
export const service = {
  dn: 'CN=svc-correo,OU=Servicios,DC=example,DC=mx',
  password: 'Cambie-esta-frase-7',
}

/** A domain controller of Active Directory of a test, set up as the guide says. */
export interface Samba {
  urls: { plain: string; tls: string }
  /** The loopback address of its own that it listens on. */
  host: string
  ca: string
  root: typeof root
  down(): Promise<void>
  up(): Promise<void>
  /** With another certificate from now on. */
  certify(certificate: Certificate): Promise<void>
  stop(): Promise<void>
}

/** What a folder of a domain needs to be found in. */
const settings = (folder: string, host: string, oldPasswordMinutes = 0) => `[global]
netbios name = DC1
realm = EXAMPLE.MX
workgroup = EXAMPLE
server role = active directory domain controller
server services = ldap
private dir = ${folder}/private
lock directory = ${folder}
state directory = ${folder}/state
cache directory = ${folder}/cache
pid directory = ${folder}
ncalrpc dir = ${folder}/ncalrpc
log file = ${folder}/log.samba
interfaces = ${host}/8
bind interfaces only = yes
disable netbios = yes
old password allowed period = ${oldPasswordMinutes}
tls keyfile = ${folder}/private/tls/srv.key
tls certfile = ${folder}/private/tls/srv.pem
tls cafile = ${folder}/private/tls/ca.pem
`

/** The units, the group, the account and its rights, the policy: all that the guide asks for, with the server not running. */
const prepare = `
import json, sys
from samba import sd_utils
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
ask = json.load(sys.stdin)
lp = LoadParm()
lp.load(ask['conf'])
sam = SamDB(url=ask['sam'], session_info=system_session(), lp=lp)
top = 'DC=example,DC=mx'
for ou in ['OU=Cuentas', 'OU=Docentes,OU=Cuentas', 'OU=Cerradas,OU=Cuentas', 'OU=Grupos', 'OU=Servicios']:
    sam.create_ou(ou + ',' + top)
sam.add({'dn': 'CN=Correo,OU=Grupos,' + top, 'objectClass': 'group', 'sAMAccountName': 'Correo'})
sam.modify_ldif('''dn: %s
changetype: modify
replace: pwdProperties
pwdProperties: 0
-
replace: minPwdLength
minPwdLength: 8
-
replace: minPwdAge
minPwdAge: 0
-
replace: lockoutThreshold
lockoutThreshold: 10
''' % top)
sam.newuser('svc-correo', ask['password'], userou='OU=Servicios')
sid = sam.search(ask['service'], attrs=['objectSid'])[0]['objectSid'][0]
from samba.dcerpc import security
from samba.ndr import ndr_unpack
sid = str(ndr_unpack(security.dom_sid, sid))
for dn, aces in ask['rights']:
    for ace in aces:
        sd_utils.SDUtils(sam).dacl_add_ace(dn, ace.replace('SID', sid))
`

const python = '/usr/bin/python3'

/** A domain as the guide leaves it, in `folder`; a few seconds of work. */
function provision(folder: string): void {
  const run = (args: string[], input = '') => execFileSync(python, args, { input, stdio: 'pipe' })
  run([
    '/usr/bin/samba-tool',
    'domain',
    'provision',
    `--targetdir=${folder}`,
    '--realm=EXAMPLE.MX',
    '--domain=EXAMPLE',
    '--server-role=dc',
    '--dns-backend=NONE',
    '--host-name=dc1',
    '--host-ip=127.0.0.1',
    `--adminpass=${root.password}`,
  ])
  const conf = join(folder, 'dc.conf')
  writeFileSync(conf, settings(folder, '127.0.0.1'))
  const sam = join(folder, 'private/sam.ldb')
  const ask = { conf, sam, rights, service: service.dn, password: service.password }
  run(['-c', prepare], JSON.stringify(ask))
}

/** One domain for the whole run, made by whoever needs it first: the others wait and copy. */
async function provisionOnce(shared: string): Promise<void> {
  const [done, failed] = [join(shared, 'done'), join(shared, 'failed')]
  try {
    mkdirSync(join(shared, 'claimed'))
  } catch {
    while (!existsSync(done)) {
      if (existsSync(failed)) throw new Error('the domain could not be provisioned')
      await new Promise(later => setTimeout(later, 100))
    }
    return
  }
  try {
    provision(join(shared, 'domain'))
    writeFileSync(done, '')
  } catch (error) {
    writeFileSync(failed, '')
    throw error
  }
}

/** An address of 127/8 for itself: the ports of a domain controller cannot be chosen. */
async function freeHost(): Promise<string> {
  for (;;) {
    const part = () => 1 + Math.floor(Math.random() * 254)
    const host = `127.${64 + (part() % 64)}.${part()}.${part()}`
    const taken = await new Promise<boolean>(answer => {
      const socket = connect(636, host)
      socket.once('connect', () => answer(true)).once('error', () => answer(false))
      socket.once('connect', () => socket.destroy())
    })
    if (!taken) return host
  }
}

/** A domain controller of our own. `shared`: a folder of the run, in which the domain is provisioned once. */
export async function startSamba(shared?: string, oldPasswordMinutes = 0): Promise<Samba> {
  const folder = serverFolder('samba')
  const own = shared === undefined ? folder : join(shared, 'domain')
  if (shared === undefined) provision(folder)
  else {
    await provisionOnce(shared)
    for (const part of ['private', 'state']) cpSync(join(own, part), join(folder, part), { recursive: true })
  }
  const host = await freeHost()
  const conf = join(folder, 'dc.conf')
  writeFileSync(conf, settings(folder, host, oldPasswordMinutes))
  const first = makeCertificate('DNS:localhost', `IP:${host}`, 'IP:127.0.0.1')
  const keep = ({ ca, cert, key }: Certificate) => {
    mkdirSync(join(folder, 'private/tls'), { recursive: true })
    for (const [name, text] of [
      ['ca.pem', ca],
      ['srv.pem', cert],
      ['srv.key', key],
    ] as const)
      writeFileSync(join(folder, 'private/tls', name), text, { mode: 0o600 })
  }
  const command = ['/usr/sbin/samba', '-s', conf, '-F', '-M', 'single', '--no-process-group']
  const start = () => startProgram(command, { uid: 0, gid: 0 }, 'TERM')
  keep(first)
  let program = start()
  const answers = () =>
    new Promise<void>((up, down) => {
      const socket = connect(636, host)
      socket.once('connect', () => up(socket.destroy() as never)).once('error', down)
    })
  const down = () => endProgram(program, 'SIGTERM')
  const up = () => {
    program = start()
    return untilUp(answers, program)
  }
  await untilUp(answers, program)
  return {
    urls: { plain: `ldap://${host}`, tls: `ldaps://${host}` },
    host,
    ca: first.ca,
    root,
    down,
    up,
    certify: async certificate => {
      await down()
      keep(certificate)
      await up()
    },
    stop: async () => {
      await down()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
