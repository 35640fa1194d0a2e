import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, inject, it } from 'vitest'
import { loadConfig } from '../api/config.ts'
import { type Context, createContext, type Pace } from '../api/context.ts'
import { type Database, type Db, openDatabase } from '../api/db/open.ts'
import { member as memberTable } from '../api/db/schema.ts'
import { openLog } from '../api/log.ts'
import type { Role } from '../api/roles.ts'
import { loadRoster } from '../api/roster/load.ts'
import { createServer } from '../api/server.ts'
import { openSession } from '../api/staff/session.ts'
import { csv, type Kind, type Row, student, worker } from './roster/synthetic.ts'
import { needs } from './servers/needs.ts'
import { missing, type Postgres, postgresAt } from './servers/postgres.ts'
import { startSmtp } from './servers/smtp.ts'
import { openVisitor, type Visitor } from './visitor.ts'

export type Engine = 'PGlite' | 'PostgreSQL'

export interface Person {
  id: string
  profile: 'worker' | 'student'
  row: Row
  claim: Record<string, string>
  alternate: string
}

export interface House {
  engine: Engine
  ctx: Context
  app: Awaited<ReturnType<typeof createServer>>
  smtp: Awaited<ReturnType<typeof startSmtp>>
  /** Raw rows, past the service's restricted role. */
  look<T = Record<string, unknown>>(statement: string): Promise<T[]>
  /** URL of this house's database; '' where it is embedded. */
  databaseUrl: string
  /** Somebody new in the padrón; `other` says what differs from everybody. */
  person(other?: Row): Promise<Person>
  people(count: number, other?: (n: number) => Row): Promise<Person[]>
  student(other?: Row): Promise<Person>
  /** Loads rows as a padrón of `source`. */
  load(kind: Kind, rows: Row[], source?: string): Promise<void>
  /** Somebody of the staff, signed in at a browser of her own; everywhere unless units are told. */
  member(
    roles: Role | Role[],
    other?: { units?: string[]; person?: string; name?: string },
  ): Promise<StaffMember>
  /** A browser of its own, at an address of its own unless one is named. */
  visitor(from?: string): Visitor
  close(): Promise<void>
}

export type StaffMember = Visitor & { id: string; login: string; session: string }

export interface HouseAsk {
  /** YAML over the preset. */
  institution?: string
  preset?: string
  pace?: Partial<Pace>
  env?: Record<string, string>
  /** A PostgreSQL of the test's own, instead of the run's. */
  server?: Postgres
}

const claimOf = (profile: Person['profile'], row: Row): Record<string, string> =>
  profile === 'worker'
    ? { curp: row.curp ?? '', curt: row.curt ?? '' }
    : { controlNumber: row.numero_control ?? '', curp: row.curp ?? '' }

let people = 1 + Math.floor(Math.random() * 9) * 1_000_000
let visitors = 1

export async function openHouse(engine: Engine, ask: HouseAsk = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'mci-house-'))
  const smtp = await startSmtp()
  const file = join(folder, 'institution.yaml')
  await writeFile(file, `extends: ${ask.preset ?? 'colima'}\n${ask.institution ?? ''}\n`)
  const opened = engine === 'PGlite' ? await openLite() : await openPostgres(ask.server)
  const config = loadConfig(
    {
      PUBLIC_URL: 'http://localhost:3000',
      DATABASE_URL: opened.url || 'postgres://embedded',
      SMTP_URL: smtp.url,
      MAIL_FROM: 'correo@colima.example',
      SECRET_KEY: secret,
      INSTITUTION: file,
      LOG_LEVEL: 'silent',
      TRUST_PROXY: '127.0.0.1',
      DATA_DIR: folder,
      ...ask.env,
    },
    'start',
  )
  const ctx = await createContext(config, openLog(config), {
    database: opened.database,
    pace: ask.pace ?? {},
    env: { ...process.env, ...ask.env },
  })
  const app = await createServer(ctx)
  await app.ready()
  const load = async (kind: Kind, rows: Row[], source = 'sep') => {
    const path = join(folder, `${kind}.csv`)
    await writeFile(path, csv(kind, rows))
    const asOf = '2026-01-15'
    const institution = { ...ctx.institution, allowReserved: false }
    const report = await loadRoster(
      { db: ctx.db, institution },
      { kind, file: path, source, asOf, replace: false, simulate: false, actor: 'system', channel: 'system' },
    )
    if (report.refused.length > 0) throw new Error(JSON.stringify(report.refused[0]))
  }
  const many = async (rows: Row[], profile: Person['profile']): Promise<Person[]> => {
    await load(profile === 'worker' ? 'workers' : 'students', rows)
    const found = await opened.look<{ id: string; curp: string }>(
      `select person_id as id, value as curp from person_identifier where kind = 'curp' and value in (${rows.map(row => `'${row.curp}'`).join(',')})`,
    )
    const ids = new Map(found.map(({ id, curp }) => [curp, id]))
    return rows.map(row => ({
      id: ids.get(row.curp ?? '') ?? '',
      profile,
      row,
      claim: claimOf(profile, row),
      alternate: row.correo_alterno ?? '',
    }))
  }
  const first = <T>([one]: T[]) => one as T
  const visitor = (from?: string) => {
    visitors++
    const own = `10.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors & 255}`
    return openVisitor(app, from ?? own)
  }
  return {
    engine,
    ctx,
    app,
    smtp,
    look: opened.look,
    databaseUrl: opened.url,
    load,
    person: async other => first(await many([worker(people++, other)], 'worker')),
    people: (count, other) =>
      many(
        Array.from({ length: count }, (_, n) => worker(people++, other?.(n))),
        'worker',
      ),
    student: async other => first(await many([student(people++ % 10_000_000, other)], 'student')),
    visitor,
    async member(roles, other = {}) {
      const door = visitor()
      const nth = visitors
      const login = `personal${nth}@mesa.example`
      const [made] = await ctx.db
        .insert(memberTable)
        .values({
          ...{ login, name: other.name ?? `Persona ${nth}`, roles: [roles].flat() },
          ...{ units: other.units ?? [], personId: other.person ?? null, source: 'local', totp: '-' },
        })
        .returning({ id: memberTable.id })
      const id = made?.id ?? ''
      const ask = { member: id, factor: 'totp', address: door.from, browser: 'Prueba' } as const
      const ticket = await openSession(ctx.db as Db, ask)
      const claims = { jti: ticket.id, aud: 'staff', iat: ticket.from, nbf: ticket.from, exp: ticket.until }
      door.cookies.set('mci-staff', app.jwt.sign(claims))
      return { ...door, id, login, session: ticket.id }
    },
    async close() {
      await app.close()
      await ctx.close()
      await smtp.stop()
      await opened.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Random bytes made for the suite; nothing outside it knows them. */
const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

interface Opened {
  database: Database
  url: string
  look: House['look']
  end(): Promise<void>
}

const closed = { url: undefined, migrationUrl: undefined, folder: 'memory://', mustBeEmpty: false }

async function openLite(): Promise<Opened> {
  const database = await openDatabase({ ...closed, copyOf: await openAsBlob(inject('embedded')) })
  if (!('lite' in database.engine)) throw new Error('not embedded')
  const { lite } = database.engine
  const look: House['look'] = async statement => {
    await lite.query('reset role')
    try {
      return (await lite.query(statement)).rows as never
    } finally {
      await lite.query('set role mci_app')
    }
  }
  return { database, url: '', look, end: async () => {} }
}

let databases = 0

async function openPostgres(own?: Postgres): Promise<Opened> {
  const server = own ?? postgresAt(inject('postgres'))
  const name = `house_${process.pid}_${databases++}`
  await server.createDatabase(name, own ? undefined : 'mci_template')
  const url = server.url(name)
  const database = await openDatabase({ ...closed, url, folder: '' })
  return {
    database,
    url,
    look: async statement => (await server.sql(statement, name)) as never,
    end: () => server.dropDatabase(name),
  }
}

const engines: { engine: Engine; absent: boolean }[] = [
  { engine: 'PGlite', absent: false },
  { engine: 'PostgreSQL', absent: needs(missing) },
]

type Run = (house: House) => Promise<void>

/** Tests of one file in a house that they share, one on each engine; different people for each test. */
export function house(ask: HouseAsk = {}) {
  const open = new Map<Engine, Promise<House>>()
  afterAll(async () => {
    for (const one of open.values()) await (await one).close()
  })
  const enter = (engine: Engine) => {
    const known = open.get(engine) ?? openHouse(engine, ask)
    open.set(engine, known)
    return known
  }
  const onEngines = (chosen: typeof engines) => (name: string, run: Run, timeout?: number) => {
    describe.each(chosen)('$engine', ({ engine, absent }) => {
      it.skipIf(absent)(name, async () => run(await enter(engine)), timeout)
    })
  }
  return {
    /** On PGlite and on PostgreSQL. */
    inHouse: onEngines(engines),
    /** What several connections at once do shows on a real server only. */
    onPostgres: onEngines(engines.filter(({ engine }) => engine === 'PostgreSQL')),
  }
}
