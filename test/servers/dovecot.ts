import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { signIn } from './imap.ts'
import { endProgram, freePort, serverFolder, startProgram, untilUp } from './program.ts'

export interface Dovecot {
  imapPort: number
  /** A real IMAP LOGIN; throws when Dovecot cannot tell. */
  canSignIn(address: string, password: string): Promise<boolean>
  stop(): Promise<void>
}
/** Where the view `mailbox_login` stands; `user` may select from it and signs in without a password. */
export interface MailboxSource {
  host: string
  port: number
  dbname: string
  user: string
}

/** The command that installs it, where it is not. */
export const missing = (): string | undefined =>
  existsSync('/usr/sbin/dovecot') && existsSync('/usr/lib/dovecot/modules/auth/libdriver_pgsql.so')
    ? undefined
    : 'apt-get install --no-install-recommends dovecot-core dovecot-imapd dovecot-pgsql'

const sqlConf = (from: MailboxSource, folder: string, uid: number, gid: number) => `
driver = pgsql
connect = host=${from.host} port=${from.port} dbname=${from.dbname} user=${from.user}
default_pass_scheme = ARGON2ID
password_query = SELECT username, domain, password, ${uid} AS userdb_uid, ${gid} AS userdb_gid, \\
  '${folder}/mail/' || domain || '/' || username AS userdb_home, '*:storage=' || quota_mb || 'M' AS userdb_quota_rule \\
  FROM mailbox_login WHERE username = '%Ln' AND domain = '%Ld'
`

// Without the anvil block and the delay, one failure makes later right logins from loopback wait for seconds.
const mainConf = (folder: string, port: number, asSelf: string) => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
${asSelf}
passdb {
  driver = sql
  args = ${folder}/sql.conf
}
userdb {
  driver = prefetch
}
service imap-login {
  ${asSelf && 'chroot ='}
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  ${asSelf && 'chroot ='}
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`

/** What lets Dovecot run without root: every part of it under our own account. */
function ownAccount(): string {
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  const { username } = userInfo()
  return `default_internal_user = ${username}\ndefault_internal_group = ${group}\ndefault_login_user = ${username}
first_valid_uid = 1`
}

/** A Dovecot whose only accounts are the rows of `mailbox_login`, on a free loopback port. */
export async function startDovecot(from: MailboxSource): Promise<Dovecot> {
  const folder = serverFolder('dovecot')
  const root = process.getuid?.() === 0
  const [uid, gid] = root ? [5000, 5000] : [process.getuid?.() ?? -1, process.getgid?.() ?? -1]
  mkdirSync(join(folder, 'mail'))
  chmodSync(folder, 0o755)
  chownSync(join(folder, 'mail'), uid, gid)
  const imapPort = await freePort()
  writeFileSync(join(folder, 'sql.conf'), sqlConf(from, folder, uid, gid))
  writeFileSync(join(folder, 'dovecot.conf'), mainConf(folder, imapPort, root ? '' : ownAccount()))
  const self = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }
  const program = startProgram(['/usr/sbin/dovecot', '-F', '-c', join(folder, 'dovecot.conf')], self, 'TERM')
  await untilUp(() => signIn(imapPort, 'nobody@localhost', 'nothing'), program)
  return {
    imapPort,
    canSignIn: (address, password) => signIn(imapPort, address, password),
    stop: async () => {
      await endProgram(program, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
