import type { Browser, Heard } from './browser.ts'
import type { Person, Scene } from './scene.ts'
import type { Node } from './start-node.ts'

/**
 * Proves who she is; throws where the kiosk says no. Told that the service is away for a moment, she types her keys again,
 * as people do.
 */
export async function identify(node: Node, person: Pick<Person, 'claim'>, tries = 20): Promise<Browser> {
  const browser = node.visitor()
  const heard = await browser.ask('POST', '/api/visits', { profile: 'worker', claim: person.claim })
  if (heard?.status === 201) return browser
  if (heard?.body?.code !== 'not-available' || tries === 0)
    throw new Error(`not identified: ${JSON.stringify(heard)}`)
  await new Promise(done => setTimeout(done, 500))
  return identify(node, person, tries - 1)
}

export const confirm = (browser: Browser): Promise<Heard> =>
  browser.ask('POST', '/api/visits/current/confirmation', {})

/** Does `work` for everybody, so many at once. */
export async function each<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const entries = all.entries()
  const next = async () => {
    for (const [at, one] of entries) results[at] = await work(one)
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return results
}

/** Each goes to the kiosk and confirms; what she heard, or undefined where the process died. */
export const goThrough = (node: Node, people: readonly Person[], atOnce = 8): Promise<Heard[]> =>
  each(people, atOnce, async person => confirm(await identify(node, person)))

/** As if their last passwords had been handed out two days ago: everybody may ask again, and mails are not counted. */
export async function letTimePass({ look }: Scene): Promise<void> {
  await look(`update credential_issue set issued_at = issued_at - interval '40 days'`)
  await look(`update link set issued_at = issued_at - interval '40 days'`)
  await look('delete from attempt')
}

const live = `state in ('intended', 'applying', 'delivering')`

/** Until every movement is over, or the time is up: then it says what is left. */
export async function untilFinal({ look }: Scene, seconds = 40): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const [left] = await look<{ n: number }>(`select count(*)::int as n from movement where ${live}`)
    if (left?.n === 0) return
    await new Promise(done => setTimeout(done, 100))
  }
  const open = await look(
    `select folio, kind, state, problem, attempts, sends, trailing, intended_at, next_at, lease_until, now() from movement where ${live}`,
  )
  process.stderr.write(`still open after ${seconds} s: ${JSON.stringify(open)}\n`)
}

/** Until `holds`, looked at often. */
export async function until(holds: () => boolean, seconds = 20): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !holds(); ) {
    if (performance.now() > end) throw new Error('waited in vain')
    await new Promise(done => setTimeout(done, 10))
  }
}
