import { parseArgs } from 'node:util'
import { dirtyDirectory } from '../adoption/dirty-directory.ts'
import { goLive } from '../adoption/go-live.ts'
import { openLdapWorld } from '../adoption/ldap-world.ts'
import { randomFrom } from '../chaos/random.ts'
import { startPostgres } from '../servers/postgres.ts'

/** The day of go-live at full size: rehearsal, adoption, visits; one JSON line, exit 1 where a promise is broken. */
const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '50000' },
    people: { type: 'string', default: '48000' },
    visits: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '4' },
  },
})
const [entries, people, visits, seed] = [values.entries, values.people, values.visits, values.seed].map(
  Number,
)
if (![entries, people, visits, seed].every(Number.isSafeInteger)) process.exit(2)
const random = randomFrom(seed as number)
const made = dirtyDirectory({ entries, people, random, domain: 'colima.example' } as Parameters<
  typeof dirtyDirectory
>[0])
const server = await startPostgres()
const world = await openLdapWorld({ ldif: made.ldif, server })
const sample = made.workers.filter(
  (_, n) => n % Math.max(1, Math.floor((people as number) / (visits as number))) === 0,
)
const told = await goLive(world.h, made, sample.slice(0, visits))
await world.close()
await server.stop()
const share = Math.round((10_000 * told.linked) / told.truePairs) / 100
const { mispredicted, ...figures } = told
process.stdout.write(
  `${JSON.stringify({ run: 'go-live', seed, ...figures, share, mispredicted: mispredicted.length, sorts: made.sorts })}\n`,
)
if (mispredicted.length > 0) process.stderr.write(`${mispredicted.slice(0, 10).join('\n')}\n`)
process.exit(share < 95 || told.wrongLinks + told.secondAccounts + mispredicted.length > 0 ? 1 : 0)
