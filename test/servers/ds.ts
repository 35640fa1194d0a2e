import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Directory, guideBlocks } from './directory.ts'
import { endProgram, freePort, serverFolder, startProgram, untilUp } from './program.ts'

/** The command that installs it, where it is not. It is set up under /etc, which only root may do. */
export const missing = (): string | undefined =>
  existsSync('/usr/sbin/ns-slapd') && existsSync('/usr/sbin/dscreate') && process.getuid?.() === 0
    ? undefined
    : 'apt-get install --no-install-recommends 389-ds-base ldap-utils (and be root)'

const root = { dn: 'cn=Directory Manager', password: 'Admin-pw-1234' }

const settings = (name: string, folder: string, plain: number, tls: number) => `[general]
config_version = 2
full_machine_name = localhost
start = False
strict_host_checking = False
systemd = False
selinux = False
[slapd]
instance_name = ${name}
port = ${plain}
secure_port = ${tls}
root_dn = ${root.dn}
root_password = ${root.password}
self_sign_cert = True
db_dir = ${folder}/db
backup_dir = ${folder}/bak
ldif_dir = ${folder}/ldif
log_dir = ${folder}/log
[backend-userroot]
suffix = dc=example,dc=mx
sample_entries = no
create_suffix_entry = True
`

/** A 389 Directory Server of our own, set up by the blocks of the guide, on free ports. */
export async function startDs(): Promise<Directory> {
  const folder = serverFolder('ds')
  chmodSync(folder, 0o755)
  const [plain, tls] = [await freePort(), await freePort()]
  const name = `mci${tls}`
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const defaults = '/usr/share/dirsrv/inf/defaults.inf'
  const own = readFileSync(defaults, 'utf8').replace(/^with_systemd = 1/m, 'with_systemd = 0')
  const made = file('ds.inf', settings(name, folder, plain, tls))
  const create = `mount --bind ${file('defaults.inf', own)} ${defaults} && exec dscreate from-file ${made}`
  execFileSync('unshare', ['-m', 'sh', '-c', create], { stdio: 'pipe' })
  const instance = `/etc/dirsrv/slapd-${name}`
  const pid = join(folder, 'pid')
  const self = { uid: 0, gid: 0 }
  const modify = (ldif: string) =>
    void execFileSync(
      'ldapmodify',
      ['-x', '-H', urls.plain, '-D', root.dn, '-w', root.password, '-f', file('now.ldif', ldif)],
      { stdio: 'pipe' },
    )
  const urls = { plain: `ldap://127.0.0.1:${plain}`, tls: `ldaps://localhost:${tls}` }
  const dse = join(instance, 'dse.ldif')
  const listen = 'cn: config\nnsslapd-listenhost: 127.0.0.1\nnsslapd-securelistenhost: 127.0.0.1\n'
  writeFileSync(dse, readFileSync(dse, 'utf8').replace('cn: config\n', listen))
  const start = () => startProgram(['/usr/sbin/ns-slapd', '-d', '0', '-D', instance, '-i', pid], self, 'TERM')
  let program = start()
  const ready = () =>
    untilUp(async () => {
      execFileSync('ldapsearch', ['-x', '-H', urls.plain, '-b', '', '-s', 'base'], { stdio: 'ignore' })
    }, program)
  await ready()
  for (const ldif of guideBlocks('389')) modify(ldif)
  return {
    urls,
    ca: readFileSync(join(instance, 'ca.crt'), 'utf8'),
    root,
    asRoot: modify,
    configure: modify,
    down: () => endProgram(program, 'SIGTERM'),
    up: () => {
      program = start()
      return ready()
    },
    stop: async () => {
      await endProgram(program, 'SIGTERM')
      for (const left of [
        folder,
        instance,
        `${instance}.removed`,
        `/run/dirsrv/slapd-${name}.pid`,
        `/run/dirsrv/slapd-${name}.stats`,
      ])
        rmSync(left, { recursive: true, force: true })
    },
  }
}
