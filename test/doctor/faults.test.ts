import { existsSync } from 'node:fs'
import { createServer } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres, startPostgres } from '../servers/postgres.ts'
import { freePort } from '../servers/program.ts'
import { missing as missingSlapd } from '../servers/slapd.ts'
import { startWebhook } from '../servers/webhook.ts'
import { type Fault, foundAlone } from './planted.ts'
import { here, openScene, type Planted, type Scene } from './scene.ts'

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const missingFaketime = () =>
  existsSync(faketime) ? undefined : 'apt-get install --no-install-recommends faketime'

const beside = (yaml: string, entry: string) => yaml.replace('accounts:', `${entry}\naccounts:`)
const settings = (env: Record<string, string>) => () => ({ env })
const sql = (s: Scene, plant: string, undo: string): Promise<Planted> =>
  s.postgres.sql(plant, 'mci').then(() => ({ undo: () => s.postgres.sql(undo, 'mci') }))
const faults: Fault[] = [
  {
    name: 'a name that nobody knows',
    check: 'dns',
    subject: /^SMTP_URL$/,
    mend: /DNS/,
    plant: settings({ SMTP_URL: 'smtp://mci:clave@correo.invalid:587' }),
  },
  {
    name: 'a mail server without STARTTLS',
    check: 'starttls',
    subject: /^SMTP_URL$/,
    mend: /Encienda STARTTLS/,
    plant: s => s.mailServer({ tls: 'none' }),
  },
  {
    name: 'a wrong password of the mail server',
    check: 'sign-in',
    subject: /^SMTP_URL$/,
    mend: /clave de SMTP_URL/,
    plant: s => ({ env: { SMTP_URL: s.mailUrl(s.smtp).replace(/:[^:]*@/, ':otra@') } }),
  },
  {
    name: 'a sender that the mail server refuses',
    check: 'sender',
    subject: /^SMTP_URL$/,
    mend: /Deje enviar como correo@colima\.example/,
    plant: s => answering(s, { from: '553 5.7.1 Sender address rejected' }),
  },
  {
    name: 'a recipient that the mail server refuses',
    check: 'recipient',
    subject: /^SMTP_URL$/,
    mend: /permit_sasl_authenticated/,
    plant: s => answering(s, { rcpt: '554 5.7.1 Relay access denied' }),
  },
  {
    name: 'a login that may change the bitácora',
    check: 'event-rights',
    subject: /^DATABASE_URL$/,
    mend: /revoke update, delete, truncate on event/,
    plant: s => sql(s, 'grant update on event to mci', 'revoke update on event from mci'),
  },
  {
    name: 'a login that may alter the tables',
    check: 'owner',
    subject: /^DATABASE_URL$/,
    mend: /MIGRATION_DATABASE_URL/,
    plant: s => sql(s, 'grant mci_owner to mci', 'revoke mci_owner from mci'),
  },
  {
    name: 'a right that the service lacks',
    check: 'grants',
    subject: /^DATABASE_URL$/,
    mend: /grants\.sql/,
    plant: s => sql(s, 'revoke insert on person from mci_app', 'grant insert on person to mci_app'),
  },
  {
    name: 'a guard of the bitácora that is switched off',
    check: 'guards',
    subject: /^DATABASE_URL$/,
    mend: /enable trigger all/,
    plant: s =>
      sql(
        s,
        'alter table event disable trigger event_append_only',
        'alter table event enable trigger event_append_only',
      ),
  },
  {
    name: 'a database without the restricted role',
    check: 'role',
    subject: /^DATABASE_URL$/,
    mend: /create role mci_app nologin/,
    plant: async () => {
      const bare = await startPostgres()
      await bare.sql('create role mci login')
      return { env: { DATABASE_URL: bare.url('postgres', 'mci') }, undo: bare.stop }
    },
  },
  {
    name: 'a public address where somebody else answers',
    check: 'ours',
    subject: /^PUBLIC_URL$/,
    mend: /proxy_pass/,
    plant: async s => {
      const port = await freePort()
      const { key, cert } = s.certificate
      const other = createServer({ key, cert }, (_, reply) => void reply.end('<h1>Welcome to nginx!</h1>'))
      await new Promise<void>(done => other.listen(port, '127.0.0.1', done))
      return { env: { PUBLIC_URL: `https://${here}:${port}` }, undo: () => other.close() }
    },
  },
  {
    name: 'a public address where nobody answers',
    check: 'reach',
    subject: /^PUBLIC_URL$/,
    mend: /cortafuegos/,
    plant: async () => ({ env: { PUBLIC_URL: `https://${here}:${await freePort()}` } }),
  },
  {
    name: 'a registry whose table is missing',
    check: 'registry-table',
    subject: /^recibos$/,
    mend: /Créela allá/,
    plant: s => registry(s, 'select 1'),
  },
  {
    name: 'a registry that may not be written',
    check: 'registry-row',
    subject: /^recibos · correos$/,
    mend: /grant select, insert, update on correos to mci/,
    plant: s => registry(s, 'create table correos (correo text primary key, estado text)'),
  },
  {
    name: 'a registry whose address is not unique',
    check: 'registry-row',
    subject: /^recibos · correos$/,
    mend: /create unique index on correos/,
    plant: s => registry(s, 'create table correos (correo text, estado text); grant all on correos to mci'),
  },
  {
    name: 'a webhook that knows another signature',
    check: 'webhook',
    subject: /^portal$/,
    mend: /misma clave de los dos lados/,
    plant: async () => {
      const webhook = await startWebhook()
      const entry = `  portal: { type: registry, url: "${webhook.url}", secret: { env: PORTAL_SECRET }, report: true }`
      const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
      return { env: { PORTAL_SECRET: secret }, yaml: text => beside(text, entry), undo: webhook.stop }
    },
  },
  {
    name: 'a setting that is missing',
    check: 'settings',
    subject: /^ajustes$/,
    mend: /ajuste/,
    plant: settings({ SECRET_KEY: '' }),
  },
  {
    name: 'a file of the institution that cannot work',
    check: 'institution',
    subject: /^INSTITUTION$/,
    mend: /Corrija el archivo/,
    plant: () => ({ yaml: text => text.replace('onClose: move', 'onClose: olvidar') }),
  },
]

async function answering(s: Scene, how: { from?: string; rcpt?: string }): Promise<Planted> {
  const { server, ...planted } = await s.mailServer({ tls: 'starttls' })
  server.answer(how)
  return planted
}

async function registry(s: Scene, made: string): Promise<Planted> {
  await s.postgres.createDatabase('recibos')
  await s.postgres.sql(made, 'recibos')
  return {
    env: { RECIBOS_URL: s.postgres.url('recibos', 'mci') },
    yaml: text => beside(text, '  recibos: { type: registry, url: { env: RECIBOS_URL } }'),
    undo: () => s.postgres.dropDatabase('recibos'),
  }
}

describe.skipIf(needs(missingPostgres, missingSlapd))(
  'mci doctor finds what is wrong with all else that it leans on, and nothing else',
  () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene()
    })
    afterAll(() => scene?.close())

    test.each(faults)('$name', fault => foundAlone(scene, fault))

    test.skipIf(needs(missingFaketime))('a clock that is ten minutes wrong', async () => {
      const env = { LD_PRELOAD: faketime, FAKETIME: '+10m' }
      const { failing } = await scene.doctor({ env })
      expect(new Set(failing.map(({ check }) => check))).toEqual(new Set(['clock']))
      expect(failing.map(({ subject }) => subject)).toContain('DATABASE_URL')
      expect(failing.some(({ subject }) => subject.startsWith('directorio · '))).toBe(true)
      expect(failing[0]?.mend).toMatch(/timedatectl set-ntp true/)
    })

    test('wrong use is told with an example, and nothing is looked at', async () => {
      for (const wrong of [
        ['--jsno'],
        ['todo'],
        ['--test-recipient', 'dos@x.mx,tres@x.mx'],
        ['--test-recipient'],
      ])
        expect(await scene.doctor({}, wrong)).toMatchObject({
          code: 2,
          out: '',
          err: expect.stringContaining('uso: mci doctor'),
        })
    })
  },
)
