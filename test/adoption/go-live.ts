import type { House } from '../house.ts'
import type { DirtyDirectory, Worker } from './dirty-directory.ts'
import { adoptIn } from './ldap-world.ts'

/** What the truth says of an adoption and the visits after it. */
export interface GoLive {
  entries: number
  people: number
  truePairs: number
  linked: number
  /** Linked to somebody whose entry it is not. */
  wrongLinks: number
  visits: number
  /** Who had an entry and was given another one, or was given two. */
  secondAccounts: number
  /** Visits that came to something else than the rehearsal said. */
  mispredicted: string[]
  outcomes: Record<string, number>
  seconds: { rehearsal: number; adoption: number; again: number; visits: number }
  /** What the second run changed. */
  againChanged: number
}

/** Loads the padrón, rehearses, adopts twice, and lets people come; `sample` are the visitors. */
export async function goLive(h: House, made: DirtyDirectory, sample: readonly Worker[]): Promise<GoLive> {
  await h.load(
    'workers',
    made.workers.map(({ row }) => row),
  )
  await h.look('analyze')
  const rehearsal = await timed(() => adoptIn(h, '--simulate', '--json'))
  const adoption = await timed(() => adoptIn(h, '--json'))
  const again = await timed(() => adoptIn(h, '--json'))
  const links = await adoptedLinks(h)
  const foretold = await forecastByCurp(h, rehearsal.value.report)
  const outcomes: Record<string, number> = {}
  const mispredicted: string[] = []
  const visiting = await timed(() =>
    eachAtOnce(sample, 8, async one => {
      const said = await visit(h, one)
      outcomes[said] = (outcomes[said] ?? 0) + 1
      const expect = foretold.get(one.claim.curp)
      if (said !== expect) mispredicted.push(`${one.claim.curp}: ${expect}, was ${said}`)
    }),
  )
  const pairs = [...made.owners]
  return {
    entries: rehearsal.value.report.read,
    people: made.workers.length,
    truePairs: new Set(made.owners.values()).size,
    linked: links.length,
    wrongLinks: links.filter(({ address, curp }) => made.owners.get(address) !== curp).length,
    visits: sample.length,
    secondAccounts: await secondAccounts(h, new Set(pairs.map(([, curp]) => curp))),
    mispredicted,
    outcomes,
    seconds: {
      rehearsal: rehearsal.seconds,
      adoption: adoption.seconds,
      again: again.seconds,
      visits: visiting.seconds,
    },
    againChanged: Object.values<number>(again.value.report.changed).reduce((sum, count) => sum + count, 0),
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const since = performance.now()
  const value = await work()
  return { value, seconds: Math.round((performance.now() - since) / 100) / 10 }
}

export async function eachAtOnce<T>(list: readonly T[], lanes: number, work: (one: T) => Promise<void>) {
  const left = [...list]
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** What the rehearsal said of each, by the key that she comes with. */
export async function forecastByCurp(
  h: House,
  report: { lists: { visits: Record<string, { person: string }[]> } },
): Promise<Map<string, string>> {
  const keys = await h.look<{ id: string; curp: string }>(
    `select person_id as id, value as curp from person_identifier where kind = 'curp' and "to" is null`,
  )
  const curpOf = new Map(keys.map(({ id, curp }) => [id, curp]))
  const told = Object.entries(report.lists.visits)
  return new Map(
    told.flatMap(([expect, list]) => list.map(({ person }) => [curpOf.get(person) ?? '', expect])),
  )
}

/** From her keys to the mail; answers the act, or the stop. */
export async function visit(h: House, { claim }: Pick<Worker, 'claim'>): Promise<string> {
  const visitor = h.visitor()
  const known = await visitor.identify({ profile: 'worker', claim })
  if (known.status !== 201) return known.body.code
  const done = await visitor.confirm()
  return done.status === 201 ? known.body.act : `${known.body.act}: ${done.body.code}`
}

const adoptedLinks = (h: House) =>
  h.look<{ address: string; curp: string }>(
    `select l.seen_as as address, i.value as curp from account_link l
     join holding t on t.account_id = l.account_id and t."to" is null
     join person_identifier i on i.person_id = t.person_id and i.kind = 'curp' and i."to" is null
     where l.origin = 'adopted'`,
  )

/** Created for somebody who has an entry already, or a second one of a kind. */
async function secondAccounts(h: House, owners: ReadonlySet<string>): Promise<number> {
  const created = await h.look<{ curp: string; n: number }>(
    `select i.value as curp, count(*)::int as n from movement m
     join person_identifier i on i.person_id = m.person_id and i.kind = 'curp' and i."to" is null
     where m.kind = 'account-creation' group by 1`,
  )
  return created.filter(({ curp, n }) => n > 1 || owners.has(curp)).length
}
