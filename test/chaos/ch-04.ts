import { setTimeout as sleep } from 'node:timers/promises'
import { confirm, each, goThrough, identify, letTimePass, untilFinal } from './acts.ts'
import type { Browser } from './browser.ts'
import type { Troubled } from './directories.ts'
import { judge, type Verdict } from './judge.ts'
import type { Person, Scene } from './scene.ts'
import type { Node } from './start-node.ts'

/** What happens to the directory while people reset their passwords. */
export interface Troubles {
  outages: number
  downMs: number
  /** Connections that fall silent at a random moment. */
  halfOpen: number
  /** Answers to changes that are lost after the server did them. */
  lost: number
  /** Every answer comes so late for the last group of people: later than a node waits. */
  delayMs: number
}

export interface DirectoryVerdict extends Verdict {
  outages: number
  halfOpen: number
  lostAnswers: number
  /** Silent connections that were kept. */
  hung: number
  slowestDropMs: number
  /** Connections beyond the pool, at any moment that was looked at. */
  piledUp: number
  /** Of the 95th percentile of proving who one is: with the troubles, against without them. */
  identifyRatio: number
}

const p95 = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN

/** Everybody resets; how long each proof of identity took. */
async function resetAll(node: Node, people: readonly Person[]): Promise<number[]> {
  return each(people, 8, async person => {
    const since = performance.now()
    const browser = await identify(node, person)
    const took = performance.now() - since
    await confirm(browser)
    return took
  })
}

/** A newcomer's proof asks the directory too: while that is away she hears «not now», and tries again. */
async function create(node: Node, person: Person): Promise<void> {
  for (const end = performance.now() + 1_200_000; ; await sleep(500)) {
    const browser: Browser | undefined = await identify(node, person).catch(error => {
      if (performance.now() > end) throw error
      return undefined
    })
    if (browser) return void (await confirm(browser))
  }
}

/** Lets connections fall silent at random moments, until so many did. */
async function silence({ proxy, patience }: Troubled, count: number, random: () => number): Promise<void> {
  for (let done = 0; done < count; ) {
    await sleep(random() * patience * 600)
    if (proxy.silenceOne()) done++
  }
}

/** The groups come one after the other; in the middle of each the directory goes away. */
async function withTroubles(
  scene: Scene,
  node: Node,
  people: readonly Person[],
  kept: Troubled,
  troubles: Troubles,
  random: () => number,
): Promise<{ times: number[]; lostAnswers: number; newcomers: readonly Person[] }> {
  const { proxy, directory } = kept
  const { outages, downMs, delayMs } = troubles
  let [left, lost] = [0, 0]
  proxy.decide(() => {
    if (left === 0 || random() > 0.3) return 'pass'
    left--
    lost++
    return random() < 0.5 ? 'cut' : 'silence'
  })
  const newcomers = await scene.people(Math.ceil(people.length / 5))
  const creating = each(newcomers, 2, person => create(node, person))
  const size = Math.ceil(people.length / (outages + 1))
  const times: number[] = []
  for (let outage = 0; outage < outages; outage++) {
    const group = people.slice(outage * size, (outage + 1) * size)
    const half = Math.ceil(group.length / 2)
    left += troubles.lost / outages
    const silencing = silence(kept, troubles.halfOpen / outages, random)
    times.push(...(await resetAll(node, group.slice(0, half))))
    await silencing
    const going = resetAll(node, group.slice(half))
    await directory.down()
    await sleep(downMs)
    await directory.up()
    times.push(...(await going))
  }
  proxy.delay(delayMs)
  times.push(...(await resetAll(node, people.slice(outages * size))))
  proxy.delay(0)
  await creating
  await untilFinal(scene, 400)
  proxy.decide()
  return { times, lostAnswers: lost, newcomers }
}

/** Resets, and some creations, in a directory that goes away, falls silent, loses its answers and is slow. */
export async function directoryFaults(
  scene: Scene,
  size: number,
  random: () => number,
  kept: Troubled,
  troubles: Troubles,
  pace: Parameters<Scene['start']>[0] = { leaseSeconds: 5 },
): Promise<DirectoryVerdict> {
  const node = await scene.start(pace)
  const people = await scene.people(size)
  await goThrough(node, people)
  await letTimePass(scene)
  const calm = await resetAll(node, people)
  await letTimePass(scene)
  const { proxy, pool } = kept
  let most = 0
  const looking = setInterval(() => {
    most = Math.max(most, proxy.lasting())
  }, 50)
  const { times, lostAnswers, newcomers } = await withTroubles(scene, node, people, kept, troubles, random)
  await letTimePass(scene)
  // Every connection is asked once more: one that is silent and nobody noticed would stay.
  await resetAll(node, people.slice(0, 8))
  await untilFinal(scene)
  clearInterval(looking)
  const verdict = await judge(scene, [...people, ...newcomers])
  await node.end('SIGTERM')
  return {
    ...verdict,
    outages: troubles.outages,
    halfOpen: troubles.halfOpen,
    lostAnswers,
    hung: proxy.hung(),
    slowestDropMs: proxy.slowestDropMs(),
    piledUp: Math.max(0, most - pool),
    identifyRatio: Math.round((p95(times) / p95(calm)) * 100) / 100,
  }
}
