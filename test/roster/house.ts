import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type Db, openDatabase } from '../../api/db/open.ts'
import {
  loadRoster,
  type RosterAsk,
  type RosterInstitution,
  type RosterReport,
} from '../../api/roster/load.ts'
import { needs } from '../servers/needs.ts'
import { missing, postgresAt } from '../servers/postgres.ts'
import { csv, type Kind, type Row } from './synthetic.ts'

export const institution: RosterInstitution = {
  fields: {
    curt: { label: 'CURT', regexp: /^[A-Z0-9]{4,20}$/v },
    controlNumber: { label: 'Número de control', regexp: /^[A-Z]?\d{8}$/v },
  },
  domains: ['colima.example'],
  roster: { headers: { Plaza: 'puesto' }, statuses: { licencia: 'activo', Defunción: 'inactivo' } },
  terms: { contactCooldown: 259_200 },
  sexX: true,
}

export interface House {
  db: Db
  folder: string
  /** Raw rows, past the service's own connection. */
  look<T = Record<string, unknown>>(statement: string): Promise<T[]>
  /** Loads these rows as today's padrón of the source `sep`. */
  load(kind: Kind, rows: Row[], other?: Partial<RosterAsk>): Promise<RosterReport>
  close(): Promise<void>
}

/** Both engines; the real one is left out, aloud, where it is not installed. */
export const engines = [
  { engine: 'PGlite', absent: false, open: openLite },
  { engine: 'PostgreSQL', absent: needs(missing), open: openPostgres },
]

async function openLite(): Promise<House> {
  const { db, engine, close } = await openDatabase({
    url: undefined,
    migrationUrl: undefined,
    folder: 'memory://',
    mustBeEmpty: false,
  })
  if (!('lite' in engine)) throw new Error('not embedded')
  const { lite } = engine
  return furnish(db, async statement => (await lite.query(statement)).rows as never, close)
}

async function openPostgres(): Promise<House> {
  const server = postgresAt(inject('postgres'))
  const name = `roster_${process.pid}`
  await server.createDatabase(name)
  const url = server.url(name)
  const { db, close } = await openDatabase({ url, migrationUrl: undefined, folder: '', mustBeEmpty: false })
  const end = async () => {
    await close()
    await server.dropDatabase(name)
  }
  return furnish(db, async statement => (await server.sql(statement, name)) as never, end)
}

function furnish(db: Db, look: House['look'], end: () => Promise<void>): House {
  const folder = mkdtempSync(join(tmpdir(), 'padron-'))
  const load: House['load'] = (kind, rows, other = {}) => {
    const file = join(folder, `${kind}.csv`)
    writeFileSync(file, csv(kind, rows))
    const ask = { kind, file, source: 'sep', asOf: '2026-11-20', replace: false, simulate: false }
    return loadRoster({ db, institution }, { ...ask, actor: 'system', channel: 'system', ...other })
  }
  const close = async () => {
    rmSync(folder, { recursive: true, force: true })
    await end()
  }
  return { db, folder, look, load, close }
}
