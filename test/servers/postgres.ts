import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { endProgram, freePort, serverFolder, serverIdentity, startProgram, untilUp } from './program.ts'

/** What tests do on a PostgreSQL, whoever started it. */
export interface Postgres {
  /** `postgres://user@127.0.0.1:port/database`; every role signs in without a password. */
  url(database?: string, user?: string): string
  /** A copy of `template` (0.1 s); nobody may be connected to it meanwhile. */
  createDatabase(name: string, template?: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  sql(statement: string, database?: string): Promise<Record<string, unknown>[]>
}
export interface PostgresServer extends Postgres {
  /** Ends it and every connection; `up` starts it again with its data, on the same port. */
  down(): Promise<void>
  up(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

const versions = '/usr/lib/postgresql'

function programs(): string | undefined {
  if (!existsSync(versions)) return undefined
  const newest = readdirSync(versions)
    .filter(version => existsSync(join(versions, version, 'bin', 'initdb')))
    .sort((a, b) => Number(b) - Number(a))[0]
  return newest && join(versions, newest, 'bin')
}

/** The command that installs it, where it is not. */
export const missing = (): string | undefined =>
  programs() ? undefined : 'apt-get install --no-install-recommends postgresql'

/** The PostgreSQL that somebody else started at `base`, a URL of its superuser. */
export function postgresAt(base: string): Postgres {
  const url = (database = 'postgres', user = 'postgres') => {
    const made = new URL(base)
    made.pathname = `/${database}`
    made.username = user
    return made.href
  }
  const sql = async (statement: string, database?: string) => {
    const client = postgres(url(database), { max: 1, onnotice: () => {}, connect_timeout: 5 })
    try {
      return [...(await client.unsafe(statement))]
    } finally {
      await client.end({ timeout: 1 })
    }
  }
  return {
    url,
    sql,
    createDatabase: async (name, template = 'template1') => {
      await sql(`create database "${name}" template "${template}"`)
    },
    dropDatabase: async name => {
      await sql(`drop database if exists "${name}" with (force)`)
    },
  }
}

/** A PostgreSQL of our own in a new folder and on a free loopback port. Nothing in it survives `stop`. `durable`: a commit is on the disk, as in production; for measuring. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const bin = programs()
  if (!bin) throw new Error(`not installed: ${missing()}`)
  const folder = serverFolder('pg')
  const identity = serverIdentity('postgres')
  chownSync(folder, identity.uid, identity.gid)
  chmodSync(folder, 0o700)
  const made = [
    '-D',
    join(folder, 'data'),
    '-U',
    'postgres',
    '--auth=trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-N',
  ]
  execFileSync(join(bin, 'initdb'), made, { ...identity, cwd: folder, stdio: 'ignore' })
  const port = await freePort()
  const hurry = durable ? [] : ['fsync=off', 'full_page_writes=off']
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=200', ...hurry]
  const command = [join(bin, 'postgres'), '-D', join(folder, 'data'), '-p', String(port), '-k', folder]
  const asked = postgresAt(`postgres://postgres@127.0.0.1:${port}/postgres`)
  const start = () => startProgram([...command, ...settings.flatMap(set => ['-c', set])], identity, 'INT')

  let program = start()
  const ready = () => untilUp(() => asked.sql('select 1'), program)
  const down = () => endProgram(program, 'SIGINT')
  const up = () => {
    program = start()
    return ready()
  }
  await ready()
  return {
    ...asked,
    down,
    up,
    restart: () => down().then(up),
    stop: async () => {
      await down()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
