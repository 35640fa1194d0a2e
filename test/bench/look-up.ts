import { parseArgs } from 'node:util'
import { openHouse } from '../house.ts'
import { fillBooks } from '../movements/full-books.ts'
import { postgresAt, startPostgres } from '../servers/postgres.ts'

/** How long the desk waits for a page of the bitácora: p50, p95 and the longest, by filter; a JSON line each. */
const { values } = parseArgs({
  options: {
    movements: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '500000' },
    times: { type: 'string', default: '40' },
    /** Only looks whose name holds this. */
    only: { type: 'string', default: '' },
    plan: { type: 'string', default: 'auto' },
    /** A server and a database on it that was filled before, instead of filling one now. */
    at: { type: 'string', default: '' },
    template: { type: 'string', default: '' },
  },
})
const [movements, people, times] = [values.movements, values.people, values.times].map(Number) as [
  number,
  number,
  number,
]
const server = values.at ? undefined : await startPostgres({ durable: true })
const filled = postgresAt(values.at)
const known = {
  ...filled,
  createDatabase: (name: string) => filled.createDatabase(name, values.template),
}
const h = await openHouse('PostgreSQL', { server: server ?? known })
await h.look(`alter role mci_app set plan_cache_mode = '${values.plan}'`)
if (server) {
  const filling = performance.now()
  await fillBooks(h, { movements, people })
  process.stderr.write(`filled in ${Math.round((performance.now() - filling) / 1000)} s\n`)
}

let seed = 7
const random = (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed % below
}
const pick = <T>(some: readonly T[]): T => some[random(some.length)] as T
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
const n = () => 1 + Math.floor((random(1_000_000) ** 2 / 1_000_000 / 1_000_000) * (people - 1))
const member = (at: number) => `mesa${at}@personal.example`

const folios = await h.look<{ folio: string }>('select folio from movement tablesample system (1) limit 500')
const addresses = await h.look<{ id: string; address: string }>(
  "select account_id as id, local || '@' || domain as address from address tablesample system (1) limit 500",
)
const looks: Record<string, () => Record<string, string>> = {
  nothing: () => ({}),
  'person, CURP': () => ({ person: `XEXX${String(n()).padStart(14, '0')}` }),
  'person, CURT': () => ({ person: `T${String(n()).padStart(8, '0')}` }),
  'person, whole name': () => ({ person: `Zavaleta Apellido${random(1000)}` }),
  'person, common name': () => ({ person: pick(['María', 'josé', 'garcia', 'Ana Lopez', 'mar']) }),
  'account, address': () => ({ account: pick(addresses).address }),
  'account, id': () => ({ account: pick(addresses).id }),
  'account, beginning': () => ({ account: pick(['maria.', 'jose.a', 'ana.12', 'm', 'luis.abc']) }),
  centre: () => ({ centre: `06DPR${String(1 + random(3000)).padStart(4, '0')}X` }),
  folio: () => ({ folio: pick(folios).folio }),
  oficio: () => ({ oficio: `SE/DP/${random(30_000)}/2026` }),
  member: () => ({ member: member(1 + random(40)) }),
  'kind, common': () => ({ kind: 'password-reset' }),
  'kind, rare': () => ({ kind: pick(['account-closed', 'account-blocked', 'account-reopened']) }),
  state: () => ({ state: pick(['needs-attention', 'failed', 'undone', 'done', 'applying']) }),
  channel: () => ({ channel: pick(['kiosk', 'internet', 'staff', 'system']) }),
  'a day': () => {
    const ago = random(1000)
    return { from: day(ago), to: day(ago) }
  },
  'a year, long ago': () => ({ from: day(900), to: day(540) }),
  'kind and state': () => ({ kind: 'account-creation', state: 'needs-attention' }),
  'member and kind': () => ({ member: member(1 + random(40)), kind: 'account-blocked' }),
  'member and year': () => ({ member: member(1 + random(3)), from: day(900), to: day(540) }),
  'common name and kind': () => ({ person: 'María', kind: pick(['password-change', 'account-closed']) }),
  'beginning and channel': () => ({ account: 'maria.', channel: 'kiosk' }),
  'name, kind and year': () => ({ person: 'garcia', kind: 'password-reset', from: day(900), to: day(540) }),
}
const helpers = {
  everywhere: await h.member('helpdesk'),
  'a large level': await h.member('helpdesk', { units: ['level:Primaria'] }),
  'a small municipality': await h.member('helpdesk', { units: ['municipality:Ixtlahuacán'] }),
  'a domain': await h.member('helpdesk', { units: ['domain:escuelas.example'] }),
  'a centre': await h.member('helpdesk', { units: ['centre:06DPR0007X'] }),
}

let worst = 0
for (const [units, who] of Object.entries(helpers))
  for (const [look, filters] of Object.entries(looks)) {
    if (!`${units} ${look}`.includes(values.only)) continue
    const took: number[] = []
    let count = 0
    for (let at = 0; at < times; at++) {
      const query = new URLSearchParams(filters())
      const start = performance.now()
      const said = await who.ask('GET', `/api/movements?${query}`)
      took.push(performance.now() - start)
      if (said.status !== 200) throw new Error(`${look} ${query}: ${said.text}`)
      count = said.body.count
      // Every fourth goes on to the next page.
      if (at % 4 !== 0 || !said.body.cursor) continue
      query.set('cursor', said.body.cursor)
      const again = performance.now()
      const next = await who.ask('GET', `/api/movements?${query}`)
      took.push(performance.now() - again)
      if (next.status !== 200) throw new Error(`${look} ${query}: ${next.text}`)
    }
    took.sort((a, b) => a - b)
    const at = (share: number) =>
      Math.round(took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? 0)
    worst = Math.max(worst, at(0.95))
    const figures = { p50: at(0.5), p95: at(0.95), max: at(1), unit: 'ms', count }
    process.stdout.write(`${JSON.stringify({ name: 'look-up', units, look, movements, ...figures })}\n`)
  }
process.stdout.write(`${JSON.stringify({ name: 'look-up', worstP95: worst, goal: 300, unit: 'ms' })}\n`)
await h.close()
await server?.stop()
process.exit(worst > 300 ? 1 : 0)
