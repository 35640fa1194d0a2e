import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigProblem, loadConfig, settings, shownConfig } from '../api/config.ts'
import { rightSettings, runToEnd } from './edge/service.ts'
import { freePort } from './servers/program.ts'

const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
const key = random()
const right = {
  ...rightSettings,
  SECRET_KEY: key,
  DATABASE_URL: 'postgres://mci:clave@127.0.0.1:5432/mci',
  SMTP_URL: 'smtp://127.0.0.1:2525',
}
const folder = mkdtempSync(join(tmpdir(), 'mci-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fileOf = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const problemOf = (env: Record<string, string | undefined>, mode: 'start' | 'demo' | 'command' = 'start') => {
  try {
    loadConfig(env, mode)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigProblem)
    return (error as Error).message
  }
}

test('a service needs nothing but what has no sensible default', () => {
  expect(loadConfig({ ...right, PORT: undefined, MANAGEMENT_PORT: undefined }, 'start')).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    managementPort: 9464,
    work: 'on',
    logLevel: 'info',
    trustProxy: [],
    dataDir: resolve('./.data'),
    migrationDatabaseUrl: undefined,
  })
})

test('a demo needs no setting at all', () => {
  const demo = loadConfig({}, 'demo')
  expect(demo).toMatchObject({
    port: 3000,
    institution: 'colima',
    databaseUrl: undefined,
    smtpUrl: undefined,
    publicUrl: undefined,
  })
  expect(demo.secretKeys[0]?.length).toBe(32)
  expect(loadConfig({}, 'demo').secretKeys).not.toEqual(demo.secretKeys)
})

test.each(['DATABASE_URL', 'INSTITUTION', 'PUBLIC_URL', 'SMTP_URL', 'MAIL_FROM', 'SECRET_KEY'])(
  'without %s the service does not start, and says which setting is missing',
  name => {
    for (const nothing of [undefined, '']) {
      const problem = problemOf({ ...right, [name]: nothing })
      expect(problem).toMatch(new RegExp(`^${name}: is missing`))
      expect(problem).not.toContain('\n')
    }
  },
)

const same = `${key},${key}`
const sequence = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64')
const wrong: [string, string, Record<string, string>][] = [
  ['PORT', 'no number', { PORT: 'tres mil' }],
  ['PORT', 'out of range', { PORT: '70000' }],
  ['MANAGEMENT_PORT', 'no number', { MANAGEMENT_PORT: '-1' }],
  ['MANAGEMENT_PORT', 'the public one', { PORT: '8080', MANAGEMENT_PORT: '8080' }],
  ['PUBLIC_URL', 'no URL', { PUBLIC_URL: 'correo.example' }],
  ['PUBLIC_URL', 'plain http in the world', { PUBLIC_URL: 'http://correo.example' }],
  ['PUBLIC_URL', 'with a path', { PUBLIC_URL: 'https://correo.example/mci' }],
  ['PUBLIC_URL', 'with a user', { PUBLIC_URL: 'https://ana@correo.example' }],
  ['PUBLIC_URL', 'another protocol', { PUBLIC_URL: 'ftp://localhost' }],
  ['DATABASE_URL', 'another database', { DATABASE_URL: 'mysql://127.0.0.1/mci' }],
  ['MIGRATION_DATABASE_URL', 'no URL', { MIGRATION_DATABASE_URL: 'mci' }],
  ['SMTP_URL', 'another protocol', { SMTP_URL: 'https://mail.example' }],
  ['SMTP_URL', 'no host', { SMTP_URL: 'smtp:///x' }],
  ['MAIL_FROM', 'two addresses', { MAIL_FROM: 'a@x.mx,b@x.mx' }],
  ['MAIL_FROM', 'a header more', { MAIL_FROM: 'a@x.mx\r\nBcc: b@x.mx' }],
  ['SECRET_KEY', 'short', { SECRET_KEY: Buffer.from('corta').toString('base64') }],
  ['SECRET_KEY', 'no base64', { SECRET_KEY: '¡una clave muy larga que nadie va a adivinar!' }],
  ['SECRET_KEY', 'one byte again and again', { SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }],
  ['SECRET_KEY', 'one, two, three', { SECRET_KEY: sequence }],
  [
    'SECRET_KEY',
    'a sentence',
    { SECRET_KEY: Buffer.from('change me please, this is a sample key').toString('base64') },
  ],
  ['SECRET_KEY', 'twice the same', { SECRET_KEY: same }],
  ['SECRET_KEY', 'three', { SECRET_KEY: `${key},${random()},${random()}` }],
  [
    'SECRET_KEY',
    'the database password',
    { DATABASE_URL: `postgres://mci:${encodeURIComponent(key)}@127.0.0.1/mci` },
  ],
  ['SECRET_KEY', 'the mail password', { SMTP_URL: `smtp://mci:${encodeURIComponent(key)}@127.0.0.1` }],
  ['WORK', 'a word of its own', { WORK: 'sí' }],
  ['TRUST_PROXY', 'a name', { TRUST_PROXY: 'proxy.local' }],
  ['TRUST_PROXY', 'a network too wide', { TRUST_PROXY: '10.0.0.0/64' }],
  ['TRUST_PROXY', 'everybody', { TRUST_PROXY: 'true' }],
  ['LOG_LEVEL', 'a word of its own', { LOG_LEVEL: 'verbose' }],
]

test.each(wrong)('SEC-43 %s is refused in one line: %s', (name, _why, env) => {
  const problem = problemOf({ ...right, ...env })
  expect(problem).toMatch(new RegExp(`^${name}: `))
  expect(problem).not.toContain('\n')
  expect(problem).not.toContain(key)
})

test('an owner of the tables without a login to work with is a contradiction', () => {
  expect(problemOf({ MIGRATION_DATABASE_URL: right.DATABASE_URL }, 'demo')).toMatch(
    /^MIGRATION_DATABASE_URL: /,
  )
})

test('networks, addresses and two keys are taken as they are written', () => {
  const config = loadConfig(
    { ...right, TRUST_PROXY: '10.0.0.0/8, fd00::/8,loopback', SECRET_KEY: `${random()} , ${key}` },
    'start',
  )
  expect(config.trustProxy).toEqual(['10.0.0.0/8', 'fd00::/8', 'loopback'])
  expect(config.secretKeys[1]).toEqual(Buffer.from(key, 'base64'))
})

const secrets = settings.filter(setting => 'secret' in setting).map(({ name }) => name)

describe('a secret may stand in a file', () => {
  test.each(secrets)('%s_FILE is read, and its last line break left out', name => {
    const values: Record<string, string> = { ...right, MIGRATION_DATABASE_URL: right.DATABASE_URL }
    const file = fileOf(name, `${values[name]}\n`)
    const config = loadConfig({ ...values, [name]: undefined, [`${name}_FILE`]: file }, 'start')
    expect(config).toEqual(loadConfig(values, 'start'))
  })

  test.each(secrets)('%s that stands twice, or in a file that is not there, is refused', name => {
    const values: Record<string, string> = { ...right, MIGRATION_DATABASE_URL: right.DATABASE_URL }
    const there = fileOf(name, values[name] ?? '')
    expect(problemOf({ ...values, [`${name}_FILE`]: there })).toMatch(new RegExp(`^${name}: stands twice`))
    const gone = problemOf({ ...values, [name]: undefined, [`${name}_FILE`]: join(folder, 'no-hay') })
    expect(gone).toBe(`${name}: ${name}_FILE cannot be read (ENOENT)`)
  })
})

test('what an operator is shown names every setting and no secret', () => {
  const shown = shownConfig(loadConfig({ ...right, MIGRATION_DATABASE_URL: right.DATABASE_URL }, 'start'))
  expect(Object.keys(shown)).toEqual(settings.map(({ name }) => name))
  expect(JSON.stringify(shown)).not.toMatch(/clave|127\.0\.0\.1:(5432|2525)/)
  expect(JSON.stringify(shown)).not.toContain(key)
})

test.skipIf(!existsSync('README.md'))("the README's table lists exactly the settings, in their words", () => {
  const table = readFileSync('README.md', 'utf8').split('| setting | meaning |')[1]?.split('\n\n')[0] ?? ''
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, doc]) => ({ name, doc }))
  expect(rows).toEqual(settings.map(({ name, doc }) => ({ name, doc })))
})

const bad: [string, Record<string, string | undefined>][] = [
  ['SECRET_KEY', { SECRET_KEY: undefined }],
  ['SECRET_KEY', { SECRET_KEY: 'Y29ydGE=' }],
  ['SECRET_KEY', { SECRET_KEY: sequence }],
  ['SECRET_KEY', { DATABASE_URL: `postgres://mci:${encodeURIComponent(key)}@127.0.0.1/mci` }],
  ['PUBLIC_URL', { PUBLIC_URL: 'http://correo.example' }],
  ['DATABASE_URL', { DATABASE_URL: undefined }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://mci@127.0.0.1:1/mci' }],
  ['INSTITUTION', { INSTITUTION: 'no-hay.yaml' }],
]

const isOpen = (port: number) =>
  new Promise<boolean>(done => {
    const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false))
    setTimeout(() => socket.destroy(), 500)
  })

test('SEC-43 eight bad configurations end the service with one line and no open port', async () => {
  const ended = await Promise.all(
    bad.map(async ([name, env]) => {
      const port = await freePort()
      const { code, out, err } = await runToEnd({ ...right, PORT: String(port), ...env })
      return { name, code, out, err, open: await isOpen(port) }
    }),
  )
  for (const { name, code, out, err, open } of ended) {
    expect({ code, open, out }, err).toEqual({ code: 1, open: false, out: '' })
    expect(err).toMatch(new RegExp(`^${name}: [^\n]+\n$`))
  }
}, 90_000)

test('a sentence that no screen and no mail says stops the start at its line; one of each is taken', async () => {
  const startWith = (name: string, texts: string) => {
    const file = fileOf(name, `extends: colima\ntexts:\n${texts}`)
    // A database that is not there ends whatever gets so far.
    return runToEnd({ ...right, DATABASE_URL: 'postgres://mci@127.0.0.1:1/mci', INSTITUTION: file })
  }
  const [bad, good] = await Promise.all([
    startWith('mala.yaml', '  start.lead: Dura poco.\n  start.lema: Siempre adelante.\n'),
    startWith('buena.yaml', '  start.lead: Dura poco.\n  mail.temporary-password.subject: Su clave nueva\n'),
  ])
  const reason = 'texts.start.lema: ninguna pantalla ni correo usa esta clave'
  expect(bad).toEqual({ code: 1, out: '', err: `INSTITUTION: ${join(folder, 'mala.yaml')}:4: ${reason}\n` })
  expect(good.err).toMatch(/^DATABASE_URL: /)
})
