import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guideYaml } from '../providers/graph-settings.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import type { Fault } from '../servers/graph-pace.ts'
import type { Asked } from '../servers/graph-users.ts'
import type { Postgres } from '../servers/postgres.ts'
import { confirm, each, identify, letTimePass, untilFinal } from './acts.ts'
import type { Browser } from './browser.ts'
import { judge, type Verdict } from './judge.ts'
import { openScene, type Person } from './scene.ts'
import type { Node } from './start-node.ts'

interface GraphVerdict extends Verdict {
  /** Calls that came before the time that was told. */
  early: number
  /** Properties, options and calls that no documentation names. */
  strange: number
  /** Accounts there beyond one each, and accounts without their licence. */
  twice: number
  unlicensed: number
  /** Movements that did not end well. */
  notDone: number
  /** What there was of it. */
  calls: number
  throttled: number
  unavailable: number
  lostAnswers: number
}

interface Trouble {
  /** Of `Retry-After`, at most; and until a new account is known. */
  retryAfter: number
  lagSeconds: number
  backoffCapSeconds: number
}

/** A fifth of the calls is told to wait, a tenth is not served, and of so many writes the answer never comes. */
function troubled(graph: Graph, random: () => number, answersToLose: number, trouble: Trouble) {
  const counts = { throttled: 0, unavailable: 0, lostAnswers: 0 }
  graph.replicates(() => random() * trouble.lagSeconds * 1000)
  graph.faults(({ method }: Asked): Fault | undefined => {
    const chance = random()
    if (chance < 0.2) {
      counts.throttled++
      return { status: 429, retryAfter: 1 + Math.floor(random() * trouble.retryAfter) }
    }
    if (chance < 0.3) {
      counts.unavailable++
      return { status: chance < 0.25 ? 503 : 504 }
    }
    if (method === 'GET' || chance > 0.5 || counts.lostAnswers >= answersToLose) return undefined
    counts.lostAnswers++
    return 'lost'
  })
  return counts
}

/** So many creations, then as many resets, over a Microsoft 365 in trouble. */
export async function graphFaults(
  server: Postgres,
  size: number,
  random: () => number,
  trouble: Trouble = { retryAfter: 3, lagSeconds: 120, backoffCapSeconds: 4 },
): Promise<GraphVerdict> {
  const graph = await startGraph()
  const { clientSecret } = graph.app
  const scene = await openScene(server, '', {
    institution: guideYaml(graph),
    env: { GRAPH_CLIENT_SECRET: clientSecret },
    signsIn: graph.signsIn,
    entries: async () => entriesOf(graph),
    stop: graph.stop,
  })
  try {
    const ca = join(scene.folder, '..', 'graph-ca.pem')
    writeFileSync(ca, graph.ca)
    const env = { NODE_EXTRA_CA_CERTS: ca }
    const { backoffCapSeconds } = trouble
    const node = await scene.start({ leaseSeconds: 5, backoffCapSeconds, patienceSeconds: 2 }, env)
    const people = await scene.people(size)
    const counts = troubled(graph, random, Math.ceil(size / 5), trouble)
    for (let round = 0; round < 2; round++) {
      await Promise.all(await each(people, 8, async person => confirm(await persist(node, person))))
      await untilFinal(scene, 300 + size * 3)
      await letTimePass(scene)
    }
    graph.faults()
    const verdict = await judge(scene, people)
    const [ended] = await scene.look<{ notDone: number }>(
      `select count(*)::int as "notDone" from movement where state <> 'done'`,
    )
    await node.end('SIGTERM')
    return { ...verdict, notDone: ended?.notDone ?? 0, ...accounts(graph, people), ...counts }
  } finally {
    await scene.close()
  }
}

const entriesOf = (graph: Graph) =>
  [...graph.users].map(([id, { onPremisesExtensionAttributes: held }]) => ({
    id,
    account: String(held?.extensionAttribute14).slice('cuenta:'.length),
  }))

/** Told that the service is away for a moment, she types her keys again, as people do. */
async function persist(node: Node, person: Person): Promise<Browser> {
  for (let tries = 0; tries < 200; tries++) {
    const browser = await identify(node, person).catch((error: Error) => {
      if (!error.message.includes('not-available')) throw error
    })
    if (browser) return browser
    await new Promise(done => setTimeout(done, 500))
  }
  throw new Error('the kiosk was away for good')
}

function accounts(graph: Graph, people: readonly Person[]) {
  const made = [...graph.users.values()]
  return {
    early: graph.early(),
    strange: graph.strange.length,
    twice: made.length - people.length,
    unlicensed: made.filter(one => one.assignedLicenses?.length !== 1).length,
    calls: graph.calls.length,
  }
}
