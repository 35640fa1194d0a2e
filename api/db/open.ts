import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SQL, sql } from 'drizzle-orm'
import type { PgAsyncDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { prepareQueue, type QueueEngine } from './queue.ts'

/** One type for both engines and for a transaction. Inside a transaction use its own handle. */
export type Db = PgAsyncDatabase<PgQueryResultHKT>

export interface Database {
  db: Db
  /** What the queue runs on. */
  engine: QueueEngine
  close(): Promise<void>
}

export interface DatabaseAsk {
  /** `postgres://…`; absent: embedded. */
  url: string | undefined
  /** Owner of the tables, where it is not the same. */
  migrationUrl: string | undefined
  /** Folder of the embedded database. */
  folder: string
  /** A migrated folder as one file: a copy of it is opened instead of an empty one. */
  copyOf?: Blob | undefined
  /** Refuse a database that holds something already. */
  mustBeEmpty: boolean
}

/** A refusal that an operator reads: one line that names the setting. */
export class DatabaseProblem extends Error {}

const migrationsFolder = join(import.meta.dirname, '../../migrations')
const grants = () => readFileSync(join(migrationsFolder, 'grants.sql'), 'utf8')
const inside = new AsyncLocalStorage<true>()

/** The outer handle inside a transaction would wait for ever on one connection: make the slip loud everywhere. */
function guarded(db: Db): Db {
  return new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (inside.getStore()) throw new Error(`db.${String(key)} inside a transaction: use its own handle`)
      if (key !== 'transaction') return value.bind(target)
      return (run: (tx: Db) => Promise<unknown>, ...rest: unknown[]) =>
        value.call(target, (tx: Db) => inside.run(true, () => run(tx)), ...rest)
    },
  })
}

/** Rows of raw SQL, whose shape differs between the drivers. Cast counts to int in the statement. */
export async function rows<T>(db: Db, query: SQL): Promise<T[]> {
  const answer = (await db.execute(query)) as unknown
  return (Array.isArray(answer) ? answer : (answer as { rows: T[] }).rows) as T[]
}

/** A value as jsonb in raw SQL; through text, since one driver would encode it twice. */
export const asJson = (value: unknown): SQL => sql`${JSON.stringify(value)}::text::jsonb`

export async function openDatabase(ask: DatabaseAsk): Promise<Database> {
  return ask.url === undefined ? embedded(ask) : server(ask.url, ask)
}

async function embedded({ folder, copyOf }: DatabaseAsk): Promise<Database> {
  const [{ PGlite }, { drizzle }, { migrate }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('drizzle-orm/pglite'),
    import('drizzle-orm/pglite/migrator'),
  ])
  const lite = await PGlite.create(folder, copyOf ? { loadDataDir: copyOf } : {})
  const db = drizzle({ client: lite })
  await migrate(db, { migrationsFolder })
  await prepareQueue({ lite })
  await lite.exec(
    `do $$ begin create role mci_app nologin; exception when duplicate_object then null; end $$`,
  )
  await lite.exec(grants())
  await lite.exec('set role mci_app')
  return { db: guarded(db as unknown as Db), engine: { lite }, close: () => lite.close() }
}

/** postgres.js ends a wait with an error instead of holding a visitor: connect 2 s, statement 15 s. */
const limits = { connect_timeout: 2, backoff: () => 0.1, onnotice: () => {} }

async function server(url: string, ask: DatabaseAsk): Promise<Database> {
  const [{ default: postgres }, { drizzle }] = await Promise.all([
    import('postgres'),
    import('drizzle-orm/postgres-js'),
  ])
  await migrateServer(ask.migrationUrl ?? url, url, ask.mustBeEmpty)
  const client = postgres(url, {
    ...limits,
    max: 10,
    // To compile a plan takes longer than any statement of ours; and no disk turns any more.
    connection: {
      ...{ application_name: 'mci', role: 'mci_app', statement_timeout: 15_000 },
      ...{ jit: 'off', random_page_cost: '1.1' },
    } as Record<string, string | number>,
  })
  const db = drizzle({ client: preparing(client) }) as unknown as Db
  try {
    await db.execute(sql`select 1`)
  } catch (error) {
    await client.end({ timeout: 1 })
    throw new DatabaseProblem(
      `DATABASE_URL: ${reason(error)}; its login must be a member of the role mci_app`,
    )
  }
  return { db: guarded(db), engine: { url }, close: () => client.end({ timeout: 5 }) }
}

type Client = ReturnType<typeof import('postgres')>

/** A statement of this length is one of a kind: a long list typed out. */
const longestKept = 10_000

/**
 * Statements are parsed once a connection: without it each costs a second round trip, for the types of its parameters.
 * drizzle asks for the opposite.
 */
function preparing(client: Client): Client {
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (key === 'unsafe')
        return (text: string, args: never[], options: object) =>
          target.unsafe(text, args, { ...options, prepare: text.length < longestKept })
      // In a transaction, and in a savepoint of one, the same.
      if ((key === 'begin' || key === 'savepoint') && typeof value === 'function')
        return (run: (inner: Client) => unknown) => value((inner: Client) => run(preparing(inner)))
      return value
    },
  })
}

const reason = (error: unknown) => {
  const { cause } = error as { cause?: Error }
  return (cause ?? (error as Error)).message || (error as { code?: string }).code || 'no answer'
}

/** Migrates under one lock, so that several nodes may start at once, and hands the tables to the restricted role. */
async function migrateServer(owner: string, login: string, mustBeEmpty: boolean): Promise<void> {
  const { default: postgres } = await import('postgres')
  const client = postgres(owner, { ...limits, max: 1 })
  const setting = owner === login ? 'DATABASE_URL' : 'MIGRATION_DATABASE_URL'
  try {
    const [server] = await client`select current_setting('server_version_num')::int as version`.catch(
      (error: Error) => {
        throw new DatabaseProblem(`${setting}: cannot connect: ${reason(error)}`)
      },
    )
    if (server?.version < 150000) throw new DatabaseProblem(`${setting}: PostgreSQL 15 or later is needed`)
    await client`select pg_advisory_lock(7103201, 1)`
    if (mustBeEmpty) await refuseFilled(client)
    await migrateTables(client, owner).catch(error => {
      throw new DatabaseProblem(`${setting}: its login cannot make the tables: ${reason(error)}`)
    })
    await makeRole(client, setting, decodeURIComponent(new URL(login).username), server?.version)
    await client.unsafe(grants()).catch(error => {
      throw new DatabaseProblem(`${setting}: its login cannot hand the tables over: ${reason(error)}`)
    })
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function migrateTables(client: Client, owner: string): Promise<void> {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/postgres-js'),
    import('drizzle-orm/postgres-js/migrator'),
  ])
  await migrate(drizzle({ client }), { migrationsFolder })
  await prepareQueue({ url: owner })
}

async function refuseFilled(client: Client) {
  const [found] =
    await client`select count(*)::int as tables from pg_tables where schemaname in ('public', 'pgboss')`
  if (found?.tables > 0)
    throw new DatabaseProblem('DATABASE_URL: the demo wants an empty database; this one holds tables')
}

async function makeRole(client: Client, setting: string, login: string, version: number) {
  await client
    .unsafe(
      `do $$ begin create role mci_app nologin; exception when duplicate_object or unique_violation then null; end $$`,
    )
    .catch(async error => {
      const [there] = await client`select 1 as yes from pg_roles where rolname = 'mci_app'`
      if (!there)
        throw new DatabaseProblem(
          `${setting}: its login may not create the restricted role (${reason(error)}); as administrator run: create role mci_app nologin; grant mci_app to ${login}`,
        )
    })
  if (login === '') return
  // Until version 15 a member may take a role on; since then that is a right of its own.
  const right = version < 160000 ? 'member' : 'set'
  const [already] = await client`select pg_has_role(${login}, 'mci_app', ${right}) as yes`
  // Where it may not, opening the service's own connection says so.
  if (!already?.yes) await client`grant mci_app to ${client(login)}`.catch(() => {})
}

type Value = string | number | null

/** A table of somebody else's PostgreSQL. Statements end after eight seconds, idle connections after half a minute. */
export function openOutside(url: string) {
  const opened = import('postgres').then(({ default: postgres }) =>
    postgres(url, {
      max: 2,
      connect_timeout: 5,
      idle_timeout: 30,
      backoff: () => 0.5,
      onnotice: () => {},
      connection: { application_name: 'mci', statement_timeout: 8000 } as Record<string, string | number>,
    }),
  )
  return {
    /** Writes a row by its key; where there is a fence, a newer row stays. */
    async put(table: string, key: string, row: Record<string, Value>, fence?: string): Promise<void> {
      const sql = await opened
      const others = Object.keys(row).filter(column => column !== key)
      const newer = fence ? sql`where ${sql(table)}.${sql(fence)} <= excluded.${sql(fence)}` : sql``
      const set = others.map(
        (column, at) => sql`${at > 0 ? sql`,` : sql``} ${sql(column)} = excluded.${sql(column)}`,
      )
      await sql`insert into ${sql(table)} ${sql(row)} on conflict (${sql(key)}) do update set ${set} ${newer}`
    },
    async all(table: string, columns: string[]): Promise<Record<string, Value>[]> {
      const sql = await opened
      return [...(await sql<Record<string, Value>[]>`select ${sql(columns)} from ${sql(table)}`)]
    },
    end: () => void opened.then(sql => sql.end({ timeout: 1 })),
  }
}
