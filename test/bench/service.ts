import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { loadConfig } from '../../api/config.ts'
import { type Context, createContext } from '../../api/context.ts'
import { openLog } from '../../api/log.ts'
import { loadRoster } from '../../api/roster/load.ts'
import { createServer } from '../../api/server.ts'
import { surname } from '../chaos/scene.ts'
import { csv, worker } from '../roster/synthetic.ts'
import { startPostgres } from '../servers/postgres.ts'
import { serverFolder } from '../servers/program.ts'
import { type Smtp, startSmtp } from '../servers/smtp.ts'

export interface Claim {
  curp: string
  curt: string
}

/** The service with its mail server and its PostgreSQL, on a real port, with a padrón. */
export interface Service {
  ctx: Context
  url: string
  smtp: Smtp
  claims: Claim[]
  /** Bare SQL on the same PostgreSQL, over as many connections as the service has. */
  sql: ReturnType<typeof postgres>
  close(): Promise<void>
}

const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

/** `otherwise` is YAML over the preset. */
export async function openService(people: number, otherwise = ''): Promise<Service> {
  const [server, smtp] = [await startPostgres({ durable: true }), await startSmtp()]
  const folder = serverFolder('bench')
  mkdirSync(join(folder, 'data'))
  const institution = join(folder, 'institution.yaml')
  writeFileSync(institution, `extends: colima\n${otherwise}\n`)
  const config = loadConfig(
    {
      PUBLIC_URL: 'http://localhost:3000',
      DATABASE_URL: server.url(),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'correo@colima.example',
      SECRET_KEY: key,
      INSTITUTION: institution,
      TRUST_PROXY: '127.0.0.1',
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'silent',
    },
    'start',
  )
  const ctx = await createContext(config, openLog(config))
  const app = await createServer(ctx)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const listed = Array.from({ length: people }, (_, n) => worker(n, { primer_apellido: surname(n) }))
  const file = join(folder, 'workers.csv')
  writeFileSync(file, csv('workers', listed))
  const ask = { kind: 'workers', file, source: 'sep', asOf: '2026-01-15' } as const
  const how = { replace: false, simulate: false, actor: 'system', channel: 'system' } as const
  await loadRoster(
    { db: ctx.db, institution: { ...ctx.institution, allowReserved: false } },
    { ...ask, ...how },
  )
  const sql = postgres(server.url(), { max: 10, onnotice: () => {} })
  await sql`analyze`
  return {
    ctx,
    url,
    smtp,
    sql,
    claims: listed.map(({ curp = '', curt = '' }) => ({ curp, curt })),
    async close() {
      await app.close()
      await ctx.close()
      await sql.end({ timeout: 1 })
      await smtp.stop()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
