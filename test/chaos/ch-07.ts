import { confirm, each, identify, untilFinal } from './acts.ts'
import type { Browser, Heard } from './browser.ts'
import { judge, type Verdict } from './judge.ts'
import type { Scene } from './scene.ts'

/** The answer as a person would compare it. */
const told = (heard: Heard) => `${heard?.status} ${heard?.body.folio ?? heard?.body.code}`

/** Every confirmation is said two to ten times at once, and once more after a restart. */
export async function duplicates(
  scene: Scene,
  size: number,
  random: () => number,
): Promise<Verdict & { differing: number }> {
  const people = await scene.people(size)
  const node = await scene.start()
  const said = await each(people, 6, async person => {
    const browser = await identify(node, person)
    const times = 2 + Math.floor(random() * 9)
    const heard = await Promise.all(Array.from({ length: times }, () => confirm(browser)))
    return { browser, answers: heard.map(told) }
  })
  await untilFinal(scene)
  await node.end('SIGTERM')
  const restarted = await scene.start()
  await each(said, 6, async ({ browser, answers }) => {
    answers.push(told(await replay(restarted.url, browser)))
  })
  const differing = said.filter(({ answers }) => new Set(answers).size > 1).length
  const verdict = await judge(scene, people)
  await restarted.end('SIGTERM')
  return { ...verdict, differing }
}

const replay = (url: string, browser: Browser): Promise<Heard> => confirm(browser.at(url))
