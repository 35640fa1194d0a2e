import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openDatabase } from '../../api/db/open.ts'
import { loadRoster, type RosterInstitution } from '../../api/roster/load.ts'
import { cellsOf, header, worker } from '../roster/synthetic.ts'
import { startPostgres } from '../servers/postgres.ts'

/** Loads a padrón of a million people (or as many as asked) twice into a real PostgreSQL; one JSON line. */
const people = Number(process.argv[2] ?? 1_000_000)
const institution: RosterInstitution = {
  fields: { curt: { label: 'CURT', regexp: /^[A-Z0-9]{4,20}$/v } },
  domains: ['colima.example'],
  roster: { headers: {}, statuses: {} },
  terms: { contactCooldown: 259_200 },
  sexX: true,
}

function* lines() {
  yield `${header('workers').join(',')}\n`
  for (let n = 0; n < people; n++) yield `${cellsOf('workers', worker(n)).join(',')}\n`
}

const folder = mkdtempSync(join(tmpdir(), 'padron-'))
const file = join(folder, 'padron.csv')
await pipeline(Readable.from(lines()), createWriteStream(file))
const server = await startPostgres()
const { db, close } = await openDatabase({
  url: server.url(),
  migrationUrl: undefined,
  folder: '',
  mustBeEmpty: false,
})

async function timed() {
  const start = performance.now()
  const ask = {
    kind: 'workers' as const,
    file,
    source: 'sep',
    asOf: '2026-11-20',
    replace: true,
    simulate: false,
  }
  const {
    new: fresh,
    changed,
    unchanged,
    refusedTotal,
  } = await loadRoster({ db, institution }, { ...ask, actor: 'system', channel: 'system' })
  return {
    seconds: Math.round(performance.now() - start) / 1000,
    new: fresh,
    changed,
    unchanged,
    refused: refusedTotal,
  }
}

const first = await timed()
const second = await timed()
const rssMb = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(`${JSON.stringify({ name: 'roster-million', people, rssMb, first, second })}\n`)
await close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
