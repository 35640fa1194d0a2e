import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { keysProblem, passwordOf } from './secret-key.ts'

/** `demo`: kind, synthetic, fresh. `start`: strict. `command`: the operator's verbs, which need no mail and no page. */
export type Mode = 'demo' | 'start' | 'command'

interface Setting {
  name: string
  doc: string
  secret?: true
}

/** Every setting there is; the README's table and `mci config` print this list. */
export const settings = [
  { name: 'PORT', doc: 'Where it listens. 3000 when absent; 0 takes a free one.' },
  { name: 'HOST', doc: 'Address to listen on. 127.0.0.1 when absent.' },
  {
    name: 'PUBLIC_URL',
    doc: 'The one absolute URL in mails and PDFs. Plain http only on loopback. Needed, but in the demo.',
  },
  {
    name: 'DATABASE_URL',
    doc: 'postgres://…, version 15 or later. Needed, but in the demo (embedded).',
    secret: true,
  },
  {
    name: 'MIGRATION_DATABASE_URL',
    doc: "The tables' owner, where DATABASE_URL is the restricted login.",
    secret: true,
  },
  { name: 'DATA_DIR', doc: 'Attachments; in the demo also its database. ./.data when absent.' },
  {
    name: 'INSTITUTION',
    doc: "A preset's name or the path of a YAML file. colima in the demo; needed otherwise.",
  },
  {
    name: 'SMTP_URL',
    doc: 'smtp://user:pass@host:587 or smtps://…; STARTTLS is required off loopback. Needed, but in the demo.',
    secret: true,
  },
  { name: 'MAIL_FROM', doc: 'Sender of every mail: one address. Needed, but in the demo.' },
  {
    name: 'SECRET_KEY',
    doc: 'At least 32 random bytes in base64; a second one after a comma while rotating. Needed, but in the demo.',
    secret: true,
  },
  { name: 'WORK', doc: 'on serves and works, off serves only, only works only. on when absent.' },
  { name: 'TRUST_PROXY', doc: 'Addresses whose X-Forwarded-For is believed, with commas. None when absent.' },
  {
    name: 'MANAGEMENT_PORT',
    doc: '/healthz, /readyz and /metrics, never on the public port. 9464 when absent; 0 takes a free one.',
  },
  { name: 'LOG_LEVEL', doc: 'fatal, error, warn, info, debug, trace or silent. info when absent.' },
] as const satisfies Setting[]

type Name = (typeof settings)[number]['name']

export interface Config {
  mode: Mode
  port: number
  host: string
  /** Origin without a slash at its end; in the demo without PUBLIC_URL the port is known only after listening. */
  publicUrl: string | undefined
  databaseUrl: string | undefined
  migrationDatabaseUrl: string | undefined
  dataDir: string
  institution: string
  smtpUrl: string | undefined
  mailFrom: string
  /** The first signs, all verify. */
  secretKeys: Buffer[]
  work: 'on' | 'off' | 'only'
  trustProxy: string[]
  managementPort: number
  logLevel: string
}

/** What an operator must mend: one line that names the setting and shows a right value. */
export class ConfigProblem extends Error {}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

type Env = Record<string, string | undefined>

function refuse(name: Name, why: string): never {
  throw new ConfigProblem(`${name}: ${why}`)
}

/** `NAME`, or for a secret the content of the file that `NAME_FILE` names. */
function read(env: Env, name: Name): string | undefined {
  const file = env[`${name}_FILE`]
  const secret = settings.some(setting => setting.name === name && 'secret' in setting)
  if (file && env[name]) refuse(name, `stands twice, as ${name} and as ${name}_FILE; leave one`)
  if (!file || !secret) return env[name] || undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    return refuse(name, `${name}_FILE cannot be read (${(error as { code?: string }).code})`)
  }
}

/** A name or an address of this very machine, as a URL writes it. */
export const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)

function whole(env: Env, name: Name, otherwise: number): number {
  const text = read(env, name)
  if (text === undefined) return otherwise
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    refuse(name, `«${text}» is not a port; example: ${otherwise}`)
  return Number(text)
}

function choice<T extends string>(env: Env, name: Name, choices: readonly T[], otherwise: T): T {
  const text = read(env, name) ?? otherwise
  if (!(choices as readonly string[]).includes(text))
    refuse(name, `«${text}» is not one of ${choices.join(', ')}`)
  return text as T
}

function origin(env: Env): string | undefined {
  const text = read(env, 'PUBLIC_URL')
  if (text === undefined) return undefined
  const url = URL.canParse(text)
    ? new URL(text)
    : refuse('PUBLIC_URL', 'is not a URL; example: https://correo.example.gob.mx')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    refuse('PUBLIC_URL', 'must be https; plain http only on loopback')
  if (url.pathname !== '/' || url.search || url.hash || url.username)
    refuse('PUBLIC_URL', 'takes a host only, no path and no user')
  return url.origin
}

function postgresUrl(env: Env, name: 'DATABASE_URL' | 'MIGRATION_DATABASE_URL'): string | undefined {
  const text = read(env, name)
  if (text !== undefined && !(URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)))
    refuse(name, 'is not a PostgreSQL URL; example: postgres://mci@db.example:5432/mci')
  return text
}

function smtpUrl(env: Env): string | undefined {
  const text = read(env, 'SMTP_URL')
  if (
    text !== undefined &&
    !(URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname)
  )
    refuse('SMTP_URL', 'is not an SMTP URL; example: smtp://user:pass@mail.example:587')
  return text
}

function secretKeys(env: Env, otherUrls: (string | undefined)[]): Buffer[] {
  const texts =
    read(env, 'SECRET_KEY')
      ?.split(',')
      .map(text => text.trim()) ?? []
  const others = otherUrls.flatMap(url => (url ? [passwordOf(url)] : []))
  const problem = keysProblem(texts, others)
  if (problem) refuse('SECRET_KEY', `${problem}; make one with: openssl rand -base64 32`)
  return texts.map(text => Buffer.from(text, 'base64'))
}

/** `10.0.0.5`, `10.0.0.0/8`, `fd00::/8`, or one of the three names that stand for networks. */
function isNetwork(text: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true
  const [address = '', bits = '0', ...more] = text.split('/')
  const most = isIP(address) === 4 ? 32 : 128
  return isIP(address) > 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

function proxies(env: Env): string[] {
  const list =
    read(env, 'TRUST_PROXY')
      ?.split(',')
      .map(text => text.trim()) ?? []
  for (const text of list) {
    if (!isNetwork(text)) refuse('TRUST_PROXY', `«${text}» is not an address or a network; example: 10.0.0.5`)
  }
  return list
}

/** Reads and judges every setting. Throws `ConfigProblem` for the first that is missing, weak or contradictory. */
export function loadConfig(env: Env, mode: Mode): Config {
  const demo = mode === 'demo'
  const serves = mode === 'start'
  const databaseUrl = postgresUrl(env, 'DATABASE_URL')
  const migrationDatabaseUrl = postgresUrl(env, 'MIGRATION_DATABASE_URL')
  const smtp = smtpUrl(env)
  const keys = secretKeys(env, [databaseUrl, migrationDatabaseUrl, smtp])
  const port = whole(env, 'PORT', 3000)
  const managementPort = whole(env, 'MANAGEMENT_PORT', 9464)
  const mailFrom = read(env, 'MAIL_FROM')
  const publicUrl = origin(env)
  const institution = read(env, 'INSTITUTION') ?? (demo ? 'colima' : undefined)
  if (!databaseUrl && mode === 'command')
    refuse(
      'DATABASE_URL',
      'is missing: mci works on PostgreSQL; a running demo keeps its embedded database to itself',
    )
  if (!databaseUrl && serves) refuse('DATABASE_URL', 'is missing; example: postgres://mci@127.0.0.1:5432/mci')
  if (migrationDatabaseUrl && !databaseUrl)
    refuse('MIGRATION_DATABASE_URL', 'stands without DATABASE_URL, the login that the service works with')
  if (port !== 0 && port === managementPort) refuse('MANAGEMENT_PORT', 'is the same as PORT')
  if (!institution) refuse('INSTITUTION', 'is missing; example: colima, or the path of a YAML file')
  if (!publicUrl && serves) refuse('PUBLIC_URL', 'is missing; example: https://correo.example.gob.mx')
  if (!smtp && serves) refuse('SMTP_URL', 'is missing; example: smtp://user:pass@mail.example:587')
  if (!mailFrom && serves) refuse('MAIL_FROM', 'is missing; example: correo@example.gob.mx')
  if (mailFrom && !/^[^\s@<>,;"]+@[A-Za-z0-9.-]+$/.test(mailFrom))
    refuse('MAIL_FROM', 'is not one address; example: correo@example.gob.mx')
  if (keys.length === 0 && serves) refuse('SECRET_KEY', 'is missing; make one with: openssl rand -base64 32')
  return {
    mode,
    port,
    host: read(env, 'HOST') ?? '127.0.0.1',
    publicUrl,
    databaseUrl,
    migrationDatabaseUrl,
    dataDir: resolve(read(env, 'DATA_DIR') ?? './.data'),
    institution,
    smtpUrl: smtp,
    mailFrom: mailFrom ?? 'mi-correo@demostracion.example',
    secretKeys: keys.length > 0 ? keys : [randomBytes(32)],
    work: choice(env, 'WORK', ['on', 'off', 'only'], 'on'),
    trustProxy: proxies(env),
    managementPort,
    logLevel: choice(env, 'LOG_LEVEL', levels, 'info'),
  }
}

/** The values in force, as an operator may see them: of a secret only that it is there. */
export function shownConfig(config: Config): Record<Name, string> {
  const secret = (there: boolean) => (there ? '(oculto)' : '')
  return {
    PORT: String(config.port),
    HOST: config.host,
    PUBLIC_URL: config.publicUrl ?? '',
    DATABASE_URL: secret(config.databaseUrl !== undefined),
    MIGRATION_DATABASE_URL: secret(config.migrationDatabaseUrl !== undefined),
    DATA_DIR: config.dataDir,
    INSTITUTION: config.institution,
    SMTP_URL: secret(config.smtpUrl !== undefined),
    MAIL_FROM: config.mailFrom,
    SECRET_KEY: secret(config.secretKeys.length > 0),
    WORK: config.work,
    TRUST_PROXY: config.trustProxy.join(','),
    MANAGEMENT_PORT: String(config.managementPort),
    LOG_LEVEL: config.logLevel,
  }
}
