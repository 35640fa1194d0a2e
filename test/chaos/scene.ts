import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Pace } from '../../api/context.ts'
import { openDatabase } from '../../api/db/open.ts'
import { loadInstitution } from '../../api/institution/load.ts'
import { loadRoster } from '../../api/roster/load.ts'
import { csv, worker } from '../roster/synthetic.ts'
import { openDovecot } from '../servers/mailboxes.ts'
import type { Postgres } from '../servers/postgres.ts'
import { serverFolder } from '../servers/program.ts'
import { type Smtp, startSmtp } from '../servers/smtp.ts'
import { type Node, startNode } from './start-node.ts'

export interface Person {
  id: string
  claim: { curp: string; curt: string }
  alternate: string
}

/** A table that nobody may write to meanwhile, or not even read. */
interface Hold {
  /** Until so many statements of the service wait for it. */
  untilWaiting(count: number): Promise<void>
  release(): Promise<void>
}

/** Where accounts live, looked at from outside: the embedded directory, unless a run brings another one. */
interface Kept {
  /** Does she get in with this password? */
  signsIn(address: string, password: string): Promise<boolean>
  /** Every entry that we made: its id there, and which account it is. */
  entries(): Promise<{ id: string; account: string }[]>
  stop(): Promise<void>
}

/** A directory of its own, with what the institution's file and the environment say of it. */
export interface Elsewhere extends Kept {
  institution: string
  env: Record<string, string>
}

/** Everything outside a node: PostgreSQL, mail server, mailboxes, people. It outlives every process that is killed. */
export interface Scene {
  databaseUrl: string
  /** `DATA_DIR` of every node. */
  folder: string
  smtp: Smtp
  mailboxes: Kept
  nodes: Node[]
  look<T = Record<string, unknown>>(statement: string): Promise<T[]>
  people(count: number): Promise<Person[]>
  start(pace?: Partial<Pace>, env?: Record<string, string>): Promise<Node>
  hold(table: string, from?: 'writers' | 'readers'): Promise<Hold>
  close(): Promise<void>
}

/** Patience for minutes that fits into seconds. */
const hurried: Partial<Pace> = {
  leaseSeconds: 1,
  backoffSeconds: 1,
  backoffCapSeconds: 2,
  greylistSeconds: 1,
}

const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
let scenes = 0
let numbered = 50_000_000 + Math.floor(Math.random() * 9) * 1_000_000

/** The mailbox table, read by a real IMAP server. */
async function embedded(databaseUrl: string, look: Scene['look']): Promise<Kept> {
  const entries = () =>
    look<{ id: string; account: string }>('select id::text, marker::text as account from mailbox')
  return { ...(await openDovecot(databaseUrl, look)), entries }
}

/** A scene of its own on a PostgreSQL that has the migrated `mci_template`; `otherwise` is YAML over the preset. */
export async function openScene(server: Postgres, otherwise = '', elsewhere?: Elsewhere): Promise<Scene> {
  const name = `scene_${process.pid}_${scenes++}`
  await server.createDatabase(name, 'mci_template')
  const databaseUrl = server.url(name)
  const folder = serverFolder('scene')
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const institution = join(folder, 'institution.yaml')
  writeFileSync(institution, `extends: colima\n${elsewhere?.institution ?? ''}\n${otherwise}\n`)
  const smtp = await startSmtp()
  const client = postgres(databaseUrl, { max: 2, onnotice: () => {} })
  const look: Scene['look'] = async statement => [...(await client.unsafe(statement))] as never
  const mailboxes = elsewhere ?? (await embedded(databaseUrl, look))
  const nodes: Node[] = []
  const env = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'correo@colima.example',
    SECRET_KEY: key,
    INSTITUTION: institution,
    PUBLIC_URL: 'http://localhost:3000',
    TRUST_PROXY: '127.0.0.1',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...elsewhere?.env,
  }
  return {
    databaseUrl,
    folder: dataDir,
    smtp,
    mailboxes,
    nodes,
    look,
    people: count => loadPeople({ databaseUrl, institution, folder, look, env }, count),
    async start(pace = {}, more = {}) {
      const node = await startNode({ ...env, ...more, PACE: JSON.stringify({ ...hurried, ...pace }) })
      nodes.push(node)
      return node
    },
    hold: (table, from = 'writers') => holdTable(databaseUrl, look, table, from),
    async close() {
      await Promise.all(nodes.map(node => node.end('SIGKILL')))
      await mailboxes.stop()
      await smtp.stop()
      await client.end({ timeout: 1 })
      await server.dropDatabase(name)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One for each number: homonyms would wait for each other's address, and reach no point together. */
export const surname = (n: number) =>
  `Nu${n.toString().replace(/./g, digit => 'abcdefghij'.charAt(Number(digit)))}`

type Loading = Pick<Scene, 'databaseUrl' | 'folder' | 'look'> & {
  institution: string
  env: NodeJS.ProcessEnv
}

async function loadPeople({ databaseUrl, institution, folder, look, env }: Loading, count: number) {
  const listed = Array.from({ length: count }, () =>
    worker(numbered, { primer_apellido: surname(numbered++) }),
  )
  const file = join(folder, 'workers.csv')
  writeFileSync(file, csv('workers', listed))
  const database = await openDatabase({
    url: databaseUrl,
    migrationUrl: undefined,
    folder: '',
    mustBeEmpty: false,
  })
  const report = await loadRoster(
    { db: database.db, institution: { ...loadInstitution(institution, env), allowReserved: false } },
    {
      kind: 'workers',
      file,
      source: 'sep',
      asOf: '2026-01-15',
      replace: false,
      simulate: false,
      actor: 'system',
      channel: 'system',
    },
  )
  await database.close()
  if (report.refused[0]) throw new Error(JSON.stringify(report.refused[0]))
  const ids = await look<{ id: string; curp: string }>(
    `select person_id as id, value as curp from person_identifier where kind = 'curp'`,
  )
  const idOf = new Map(ids.map(({ id, curp }) => [curp, id]))
  return listed.map(({ curp = '', curt = '', correo_alterno: alternate = '' }) => ({
    id: idOf.get(curp) ?? '',
    claim: { curp, curt },
    alternate,
  }))
}

async function holdTable(
  databaseUrl: string,
  look: Scene['look'],
  table: string,
  from: string,
): Promise<Hold> {
  const holder = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  await holder.unsafe('begin')
  await holder.unsafe(`lock table ${table} in ${from === 'readers' ? 'access' : 'share row'} exclusive mode`)
  return {
    async untilWaiting(count) {
      for (let tries = 0; tries < 400; tries++) {
        const [waiting] = await look<{ n: number }>(
          `select count(*)::int as n from pg_locks where not granted and relation = '${table}'::regclass`,
        )
        if ((waiting?.n ?? 0) >= count) return
        await new Promise(done => setTimeout(done, 25))
      }
      throw new Error(`nobody came to wait for ${table}`)
    },
    async release() {
      await holder.unsafe('rollback')
      await holder.end({ timeout: 1 })
    },
  }
}
