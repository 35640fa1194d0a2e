import { parseArgs } from 'node:util'
import { openDatabase } from '../../api/db/open.ts'
import { type Postgres, startPostgres } from '../servers/postgres.ts'
import { killedAtPoints, points } from './ch-02.ts'
import { smtpFaults } from './ch-05.ts'
import { graphFaults } from './ch-06.ts'
import { duplicates } from './ch-07.ts'
import { randomFrom } from './random.ts'
import { openScene, type Scene } from './scene.ts'

type Run = (server: Postgres, size: number, random: () => number) => Promise<object>

const inScene =
  (run: (scene: Scene, size: number, random: () => number) => Promise<object>): Run =>
  async (server, size, random) => {
    const scene = await openScene(server)
    const verdict = await run(scene, size, random)
    await scene.close()
    return verdict
  }

/** The fault runs of this service; `size`: people at each point, or in the run. */
const runs: Record<string, { size: number; run: Run }> = {
  'CH-02': { size: 5, run: inScene((scene, size) => killedAtPoints(scene, points, size)) },
  'CH-05': { size: 40, run: inScene(smtpFaults) },
  'CH-06': { size: 100, run: graphFaults },
  'CH-07': { size: 40, run: inScene(duplicates) },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, size: { type: 'string' } },
})
const unknown = positionals.filter(name => !runs[name])
const numbers = [values.seed, values.size].every(text => text === undefined || /^\d{1,9}$/.test(text))
if (unknown.length > 0 || !numbers) {
  process.stderr.write(`chaos [${Object.keys(runs).join('|')} …] [--size N] [--seed N]\n`)
  process.exit(2)
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
const server = await startPostgres()
await server.createDatabase('mci_template')
const made = await openDatabase({
  url: server.url('mci_template'),
  migrationUrl: undefined,
  folder: '',
  mustBeEmpty: false,
})
await made.close()
const faults = [
  ...['lost', 'duplicated', 'unfinal', 'lockedOut', 'oldOnesIn', 'untold', 'secretsFound', 'wrongEnds'],
  ...['differing', 'early', 'strange', 'twice', 'unlicensed', 'notDone'],
]
let wrong = false
for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
  const { size, run } = runs[name] as { size: number; run: Run }
  const since = performance.now()
  const verdict = await run(server, Number(values.size ?? size), randomFrom(seed))
  const seconds = Math.round((performance.now() - since) / 100) / 10
  process.stdout.write(`${JSON.stringify({ run: name, seed, ...verdict, seconds })}\n`)
  wrong ||= faults.some(name => ((verdict as Record<string, number>)[name] ?? 0) > 0)
}
await server.stop()
process.exit(wrong ? 1 : 0)
