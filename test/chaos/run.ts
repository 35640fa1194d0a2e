import { parseArgs } from 'node:util'
import { openDatabase } from '../../api/db/open.ts'
import { type Postgres, startPostgres } from '../servers/postgres.ts'
import { killedAtPoints, points } from './ch-02.ts'
import { directoryFaults, type Troubles } from './ch-04.ts'
import { smtpFaults } from './ch-05.ts'
import { graphFaults } from './ch-06.ts'
import { duplicates } from './ch-07.ts'
import { twoNodes } from './ch-11.ts'
import { directories, type Troubled } from './directories.ts'
import { nothingWrong } from './judge.ts'
import { randomFrom } from './random.ts'
import { openScene, type Scene } from './scene.ts'

interface Ask {
  server: Postgres
  /** People at each point, or in the run or its rounds. */
  size: number
  random: () => number
  /** For as long as it takes with the patience of production. */
  full: boolean
  open: (patience: number) => Promise<Troubled>
}
type Run = (ask: Ask) => Promise<object>

/** What production waits. */
const unhurried = { leaseSeconds: 60, backoffSeconds: 1, backoffCapSeconds: 300, greylistSeconds: 60 }
const small: Troubles = { outages: 2, downMs: 3000, halfOpen: 4, lost: 8, delayMs: 2000 }
const whole: Troubles = { outages: 5, downMs: 120_000, halfOpen: 20, lost: 100, delayMs: 10_000 }

/** Over mailboxes of ours. */
const inScene =
  (run: (scene: Scene, size: number, random: () => number) => Promise<object>): Run =>
  async ({ server, size, random }) => {
    const scene = await openScene(server)
    const verdict = await run(scene, size, random)
    await scene.close()
    return verdict
  }

/** Over a directory of the run's own. */
const inDirectory =
  (run: (scene: Scene, ask: Ask, kept: Troubled) => Promise<object>): Run =>
  async ask => {
    const kept = await ask.open(ask.full ? 5 : 1)
    const scene = await openScene(ask.server, '', kept)
    const verdict = await run(scene, ask, kept)
    await scene.close()
    return { directory: values.directory, ...verdict }
  }

const troubled = inDirectory((scene, { size, random, full }, kept) =>
  full
    ? directoryFaults(scene, size, random, kept, whole, unhurried)
    : directoryFaults(scene, size, random, kept, small),
)
const onTwoNodes = inDirectory((scene, { size, full }, kept) =>
  full
    ? twoNodes(scene, size, kept, { rounds: 10, stoppedMs: 60_000 }, { leaseSeconds: 20 })
    : twoNodes(scene, size, kept, { rounds: 2, stoppedMs: 0 }),
)

/** The fault runs of this service. */
const runs: Record<string, { size: number; full?: number; run: Run }> = {
  'CH-02': { size: 5, run: inScene((scene, size) => killedAtPoints(scene, points, size)) },
  'CH-04': { size: 40, full: 500, run: troubled },
  'CH-05': { size: 40, run: inScene(smtpFaults) },
  'CH-06': { size: 100, full: 500, run: ({ server, size, random }) => graphFaults(server, size, random) },
  'CH-07': { size: 40, run: inScene(duplicates) },
  'CH-11': { size: 8, full: 40, run: onTwoNodes },
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
  'early',
  'strange',
  'twice',
  'unlicensed',
  'notDone',
]
for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
  const one = runs[name] as (typeof runs)[string]
  const size = Number(values.size ?? (values.full ? (one.full ?? one.size) : one.size))
  const since = performance.now()
  const verdict = await one.run({
    server,
    size,
    random: randomFrom(seed),
    full: values.full,
    open: openDirectory,
  })
  const seconds = Math.round((performance.now() - since) / 100) / 10
  process.stdout.write(`${JSON.stringify({ run: name, seed, ...verdict, seconds })}\n`)
  wrong ||= mustBeNone.some(count => ((verdict as Record<string, number>)[count] ?? 0) > 0)
}
await server.stop()
process.exit(wrong ? 1 : 0)
