import { setTimeout as sleep } from 'node:timers/promises'
import { confirm, each, goThrough, identify, letTimePass, until, untilFinal } from './acts.ts'
import type { Troubled } from './directories.ts'
import { judge, type Verdict } from './judge.ts'
import type { Person, Scene } from './scene.ts'
import type { Node } from './start-node.ts'

export interface NodesVerdict extends Verdict {
  stops: number
  /** Changes of the node that had stood still, refused by the entries themselves. */
  refused: number
  /** Entries in which an older change came after a newer one. */
  outOfOrder: number
  /** Rows, events and mails that came or changed after the node woke up. */
  changedAfter: number
}

interface Round {
  stoppedMs: number
  /** Their changes are on the way when their node stops. */
  caught: readonly Person[]
  /** They go to the other node meanwhile. */
  others: readonly Person[]
}

const books = `select m.id, m.state, m.fence, m.attempts, m.sends, m.finished_at,
    (select count(*) from event e where e.movement_id = m.id and e.kind like 'movement-%') as events,
    (select max(i.fence) from credential_issue i where i.movement_id = m.id) as issued
  from movement m order by m.seq`

/** What counts, as it stands: books, and how many mails with a password went out. */
async function snapshot({ look, smtp }: Scene): Promise<string> {
  const credentials = smtp.mails.filter(({ text }) => text.includes('Contraseña temporal: ')).length
  return JSON.stringify([await look(books), credentials])
}

/** One node stops between its look at the directory and its change; its change arrives after the other's. */
async function stopOne(
  scene: Scene,
  still: Node,
  other: Node,
  kept: Troubled,
  round: Round,
): Promise<number> {
  const { proxy } = kept
  const browsers = await each(round.caught, 4, person => identify(still, person))
  const hold = proxy.holdChanges()
  const confirming = Promise.all(browsers.map(confirm))
  await until(() => hold.waiting() >= browsers.length)
  still.signal('SIGSTOP')
  hold.letOthersPass()
  const since = performance.now()
  await goThrough(other, round.others)
  await untilFinal(scene, 120)
  await sleep(Math.max(0, round.stoppedMs - (performance.now() - since)))
  const before = await snapshot(scene)
  const answered = proxy.answered.length
  hold.release()
  await until(() => proxy.answered.length >= answered + browsers.length)
  still.signal('SIGCONT')
  await confirming
  await sleep(2000) // for whatever it still wanted to do
  await untilFinal(scene)
  return (await snapshot(scene)) === before ? 0 : 1
}

/** Entries whose changes were not done in the order of their fences. */
function outOfOrder({ proxy }: Troubled): number {
  const newest = new Map<string, number>()
  const wrong = new Set<string>()
  for (const { dn, fence, code } of proxy.answered) {
    if (code !== 0) continue
    if (fence < (newest.get(dn) ?? 0)) wrong.add(dn)
    newest.set(dn, Math.max(fence, newest.get(dn) ?? 0))
  }
  return wrong.size
}

/** Two nodes on one PostgreSQL and one directory; in every round one of them, in turn, stands still for longer than its lease. */
export async function twoNodes(
  scene: Scene,
  size: number,
  kept: Troubled,
  { rounds, stoppedMs }: { rounds: number; stoppedMs: number },
  pace: Parameters<Scene['start']>[0] = {},
): Promise<NodesVerdict> {
  const nodes = await Promise.all([scene.start(pace), scene.start(pace)])
  const people: Person[] = []
  const verdict = { stops: 0, changedAfter: 0 }
  for (let round = 0; round < rounds; round++) {
    // Newcomers beside people of the round before: creations and resets.
    people.push(...(await scene.people(round === 0 ? size : Math.ceil(size / 2))))
    const now = people.slice(-size)
    const caught = now.filter((_, n) => n % 2 === 0)
    const others = now.filter((_, n) => n % 2 === 1)
    const [still, other] = (round % 2 === 0 ? nodes : [...nodes].reverse()) as [Node, Node]
    verdict.changedAfter += await stopOne(scene, still, other, kept, { stoppedMs, caught, others })
    verdict.stops++
    await letTimePass(scene)
  }
  const judged = await judge(scene, people)
  await Promise.all(nodes.map(node => node.end('SIGTERM')))
  const refused = kept.proxy.answered.filter(({ code }) => code !== 0).length
  return { ...judged, ...verdict, refused, outOfOrder: outOfOrder(kept) }
}
