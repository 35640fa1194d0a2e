import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { PresenceFilter } from 'ldapts'
import { openDatabase } from '../../api/db/open.ts'
import type { Finding } from '../../api/providers/finding.ts'
import { type House, openHouse } from '../house.ts'
import { runMci } from '../mci.ts'
import { bindPassword, guideYaml } from '../providers/ldap-settings.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { freePort } from '../servers/program.ts'
import { startSlapd } from '../servers/slapd.ts'
import { type Smtp, type SmtpAsk, startSmtp } from '../servers/smtp.ts'
import { makeCertificate } from '../servers/tls.ts'

/** This machine under a name that is not its loopback's: what goes there must be encrypted. */
export const here = '0.0.0.0'
const sender = { user: 'mci', pass: 'clave:del correo' }
const roles = ['mci_owner', 'mci'] as const

/** What a planted fault changes of a configuration that is right. */
export interface Planted {
  env?: Record<string, string>
  /** Of the institution's file. */
  yaml?: (right: string) => string
  /** For this run only. */
  undo?: () => unknown
}

export type Scene = Awaited<ReturnType<typeof openScene>>

/** An institution whose every neighbour is real and rightly set up, as the guides say. */
export async function openScene() {
  const folder = mkdtempSync(join(tmpdir(), 'mci-doctor-'))
  const certificate = makeCertificate(`IP:${here}`, 'IP:127.0.0.1')
  const directory = await startSlapd(certificate)
  const smtp = await startSmtp({ tls: 'starttls', certificate, auth: sender })
  const postgres = await startPostgres()
  await prepare(postgres)
  const port = await freePort()
  const publicUrl = `https://${here}:${port}`
  const h = await openHouse('PGlite', { env: { PUBLIC_URL: publicUrl } })
  const front = await behindTls(h, port, certificate)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  file('ca.pem', certificate.ca)
  const mailUrl = (to: Smtp) => to.url.replace('127.0.0.1', here)
  const right = {
    DATABASE_URL: postgres.url('mci', 'mci'),
    MIGRATION_DATABASE_URL: postgres.url('mci', 'mci_owner'),
    PUBLIC_URL: publicUrl,
    SMTP_URL: mailUrl(smtp),
    MAIL_FROM: 'correo@colima.example',
    SECRET_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
    LDAP_BIND_PASSWORD: bindPassword,
    NODE_EXTRA_CA_CERTS: file('authorities.pem', certificate.ca),
  }
  const written = (at: Directory) =>
    `extends: colima\n${guideYaml().replace('ldaps://directorio.example.mx', at.urls.tls)}`
  let runs = 0
  const settings = ({ env, yaml }: Planted = {}): Record<string, string> => {
    const text = (yaml ?? (same => same))(written(directory))
    return { ...right, INSTITUTION: file(`institution-${runs++}.yaml`, text), ...env }
  }
  return {
    /** The environment of a service or of `mci`. */
    settings,
    directory,
    smtp,
    postgres,
    certificate,
    file,
    mailUrl,
    secrets: [bindPassword, sender.pass, encodeURIComponent(sender.pass), right.SECRET_KEY],
    /** Another mail server, for one run. */
    async mailServer(ask: SmtpAsk): Promise<Planted & { server: Smtp }> {
      const server = await startSmtp({ certificate, auth: sender, ...ask })
      return { server, env: { SMTP_URL: mailUrl(server) }, undo: server.stop }
    },
    /** Another directory, changed by `ldif` in its configuration, for one run. */
    async directoryWith(change: (other: Directory) => void): Promise<Planted & { other: Directory }> {
      const other = await startSlapd(certificate)
      change(other)
      const yaml = (text: string) => text.replace(directory.urls.tls, other.urls.tls)
      return { other, yaml, undo: other.stop }
    },
    /** Every entry, with all that it holds but the times of its last look. */
    async entries(at = directory): Promise<string[]> {
      const found = await openHolder(at).all(new PresenceFilter({ attribute: 'objectClass' }))
      return found.map(entry => JSON.stringify(entry)).sort()
    },
    /** `mci doctor` as an operator runs it. */
    async doctor(planted: Planted = {}, args: string[] = ['--json']) {
      const { code, out, err } = await runMci(['doctor', ...args], settings(planted))
      const findings = args.includes('--json') && out ? (JSON.parse(out) as Finding[]) : []
      return { code, out, err, findings, failing: findings.filter(({ ok }) => ok === 'no') }
    },
    async close() {
      front.close()
      await h.close()
      await directory.stop()
      await smtp.stop()
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Two logins and a migrated database, as the operator's guide says. */
async function prepare(postgres: PostgresServer) {
  await postgres.sql('create role mci_app nologin')
  for (const role of roles)
    await postgres.sql(`create role ${role} login ${role === 'mci' ? 'in role mci_app' : ''}`)
  await postgres.sql('create database mci owner mci_owner')
  const made = await openDatabase({
    url: postgres.url('mci', 'mci'),
    migrationUrl: postgres.url('mci', 'mci_owner'),
    folder: '',
    mustBeEmpty: false,
  })
  await made.close()
}

/** What a reverse proxy does. */
async function behindTls(h: House, port: number, certificate: { key: string; cert: string }) {
  await h.app.listen({ port: 0, host: '127.0.0.1' })
  const { port: inner } = h.app.server.address() as { port: number }
  const front = tls.createServer({ key: certificate.key, cert: certificate.cert }, socket => {
    const within = connect(inner, '127.0.0.1')
    socket.pipe(within).pipe(socket)
    for (const [one, other] of [
      [socket, within],
      [within, socket],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
  })
  front.on('tlsClientError', () => {})
  await once(front.listen(port, '127.0.0.1'), 'listening')
  return front
}
