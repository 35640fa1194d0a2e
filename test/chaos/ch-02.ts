import { confirm, each, goThrough, identify, letTimePass, until, untilFinal } from './acts.ts'
import { judge, type Verdict } from './judge.ts'
import type { Person, Scene } from './scene.ts'
import type { Node } from './start-node.ts'

/** Where a process can die; each is reached by holding what it needs next. */
export const points = [
  /** The intent is being written: nothing is promised yet. */
  'intent',
  /** The intent stands, the directory was not called. */
  'before-directory',
  /** The directory's statement is under way and arrives after its sender's death. */
  'in-directory',
  /** The directory changed, our own rows did not. */
  'before-settling',
  /** Everything is ready for the mail, nothing of it went out. */
  'before-mail',
  /** The mail is taken over, its 250 never comes. */
  'after-the-dot',
  /** The 250 came, its outcome is not committed. */
  'before-outcome',
] as const
export type Point = (typeof points)[number]

const tables: Partial<Record<Point, string>> = {
  intent: 'movement',
  'before-directory': 'account_link',
  'in-directory': 'mailbox',
  'before-settling': 'credential_issue',
}

/** Kills `node` with everybody of `people` at `point`, by SIGKILL. */
async function killAt(scene: Scene, node: Node, point: Point, people: readonly Person[]): Promise<void> {
  const { smtp } = scene
  const browsers = await each(people, 5, person => identify(node, person))
  const table = tables[point]
  const hold = table ? await scene.hold(table, table === 'account_link' ? 'readers' : 'writers') : undefined
  const addresses = new Set(people.map(({ alternate }) => alternate))
  const asked = () => smtp.recipients.filter(one => addresses.has(one)).length
  const came = () => smtp.mails.filter(({ to }) => to.some(one => addresses.has(one))).length
  const [askedBefore, cameBefore] = [asked(), came()]
  const { promise: dotAnswered, resolve: answerDots } = Promise.withResolvers<void>()
  const held = { rcptDelayMs: point === 'before-mail' ? 15_000 : 0, until: dotAnswered }
  smtp.answer(({ to }) => (addresses.has(to) ? held : {}))
  const confirming = Promise.all(browsers.map(confirm))
  if (point === 'before-mail') await until(() => asked() >= askedBefore + people.length)
  if (point === 'after-the-dot' || point === 'before-outcome')
    await until(() => came() >= cameBefore + people.length)
  const late = point === 'before-outcome' ? await scene.hold('movement') : undefined
  await (hold ?? late)?.untilWaiting(people.length)
  if (late) {
    answerDots()
    // Renewals of the leases wait for that table too: the 250s come a moment later.
    await new Promise(done => setTimeout(done, 500))
  }
  await node.end('SIGKILL')
  answerDots()
  smtp.answer()
  await confirming
  await (hold ?? late)?.release()
}

/** Kills at each of `at`, with `size` people each: while their accounts are made, then in every further round while they are reset. */
export async function killedAtPoints(
  scene: Scene,
  at: readonly Point[],
  size: number,
  rounds = 2,
): Promise<Verdict & { kills: number; resumed: number }> {
  const everybody: Person[] = []
  let kills = 0
  let node = await scene.start()
  for (const point of at) {
    const people = await scene.people(size)
    everybody.push(...people)
    for (let round = 0; round < rounds; round++, kills++) {
      await killAt(scene, node, point, people)
      node = await scene.start()
      await untilFinal(scene)
      // Whose intent was never committed asks again, as she would.
      if (point === 'intent') await goThrough(node, people)
      await letTimePass(scene)
    }
  }
  await node.end('SIGTERM')
  const [taken] = await scene.look<{ n: number }>(
    'select count(*)::int as n from movement where attempts > 1',
  )
  return { ...(await judge(scene, everybody)), kills, resumed: taken?.n ?? 0 }
}
