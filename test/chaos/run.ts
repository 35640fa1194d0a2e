import { parseArgs } from 'node:util'
import { openDatabase } from '../../api/db/open.ts'
import { startPostgres } from '../servers/postgres.ts'
import { killedAtPoints, points } from './ch-02.ts'
import { directoryFaults, type Troubles } from './ch-04.ts'
import { smtpFaults } from './ch-05.ts'
import { duplicates } from './ch-07.ts'
import { twoNodes } from './ch-11.ts'
import { directories, type Troubled } from './directories.ts'
import { nothingWrong } from './judge.ts'
import { randomFrom } from './random.ts'
import { openScene, type Scene } from './scene.ts'

type Run = (scene: Scene, size: number, random: () => number) => Promise<object>
/** In a directory of the run's own; `full`: for as long as it takes with the patience of production. */
type RunIn = (
  scene: Scene,
  size: number,
  random: () => number,
  kept: Troubled,
  full: boolean,
) => Promise<object>

/** What production waits. */
const unhurried = { leaseSeconds: 60, backoffSeconds: 1, backoffCapSeconds: 300, greylistSeconds: 60 }
const small: Troubles = { outages: 2, downMs: 3000, halfOpen: 4, lost: 8, delayMs: 2000 }
const whole: Troubles = { outages: 5, downMs: 120_000, halfOpen: 20, lost: 100, delayMs: 10_000 }

const inDirectory: RunIn = (scene, size, random, kept, full) =>
  full
    ? directoryFaults(scene, size, random, kept, whole, unhurried)
    : directoryFaults(scene, size, random, kept, small)
const onTwoNodes: RunIn = (scene, size, _, kept, full) =>
  full
    ? twoNodes(scene, size, kept, { rounds: 10, stoppedMs: 60_000 }, { leaseSeconds: 20 })
    : twoNodes(scene, size, kept, { rounds: 2, stoppedMs: 0 })

/** The fault runs of this service; `size`: people at each point, or in the run or its rounds. */
const runs: Record<string, { size: number; full?: number } & ({ run: Run } | { runIn: RunIn })> = {
  'CH-02': { size: 5, run: (scene, size) => killedAtPoints(scene, points, size) },
  'CH-04': { size: 40, full: 500, runIn: inDirectory },
  'CH-05': { size: 40, run: smtpFaults },
  'CH-07': { size: 40, run: duplicates },
  'CH-11': { size: 8, full: 40, runIn: onTwoNodes },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    size: { type: 'string' },
    full: { type: 'boolean', default: false },
    directory: { type: 'string', default: 'slapd' },
  },
})
const unknown = positionals.filter(name => !runs[name])
const numbers = [values.seed, values.size].every(text => text === undefined || /^\d{1,9}$/.test(text))
const openDirectory = directories[values.directory]
if (unknown.length > 0 || !numbers || !openDirectory) {
  const [names, kinds] = [runs, directories].map(of => Object.keys(of).join('|'))
  process.stderr.write(`chaos [${names} …] [--full] [--directory ${kinds}] [--size N] [--seed N]\n`)
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
let wrong = false
const mustBeNone = [
  ...Object.keys(nothingWrong),
  'wrongEnds',
  'differing',
  'hung',
  'piledUp',
  'outOfOrder',
  'changedAfter',
]
for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
  const one = runs[name] as (typeof runs)[string]
  const size = Number(values.size ?? (values.full ? (one.full ?? one.size) : one.size))
  const kept = 'runIn' in one ? await openDirectory(values.full ? 5 : 1) : undefined
  const scene = await openScene(server, '', kept)
  const since = performance.now()
  const going =
    'runIn' in one
      ? one.runIn(scene, size, randomFrom(seed), kept as Troubled, values.full)
      : one.run(scene, size, randomFrom(seed))
  const verdict = await going
  await scene.close()
  const seconds = Math.round((performance.now() - since) / 100) / 10
  const where = kept ? { directory: values.directory } : {}
  process.stdout.write(`${JSON.stringify({ run: name, seed, ...where, ...verdict, seconds })}\n`)
  wrong ||= mustBeNone.some(count => ((verdict as Record<string, number>)[count] ?? 0) > 0)
}
await server.stop()
process.exit(wrong ? 1 : 0)
