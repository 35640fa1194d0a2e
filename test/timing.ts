import { Agent, request } from 'node:http'
import { curpOf } from './roster/synthetic.ts'

interface Call {
  path: string
  body: object
  /** Address that the request says it comes from. */
  from: string
}

interface Said {
  ms: number
  /** Status, header names and body, without the reference. */
  text: string
}

export interface Measured {
  /** Milliseconds of the whole reply, by class. */
  times: Map<string, number[]>
  /** Different replies seen, by class. */
  replies: Map<string, Set<string>>
}

function send(base: URL, agent: Agent, cookie: string, { path, body, from }: Call): Promise<Said> {
  const payload = JSON.stringify(body)
  const headers = {
    origin: base.origin,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
    'x-forwarded-for': from,
    ...(cookie ? { cookie } : {}),
  }
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const sent = request(new URL(path, base), { agent, method: 'POST', headers }, reply => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', part => {
        text += part
      })
      reply.on('error', reject)
      reply.on('end', () => {
        const ms = performance.now() - start
        const names = Object.keys(reply.headers).sort().join(' ')
        resolve({ ms, text: `${reply.statusCode} ${names} ${text.replace(/"reference":"[^"]*"/, '')}` })
      })
    })
    sent.on('error', reject)
    sent.end(payload)
  })
}

/**
 * Whole replies over loopback, `each` of every class in random order, on `lanes` connections that stay open; the first
 * ones are thrown away.
 */
export async function measure(
  url: string,
  classes: Record<string, (n: number) => Call>,
  ask: { each: number; lanes: number; cookie: string },
): Promise<Measured> {
  const names = Object.keys(classes)
  const order = names.flatMap(name => Array.from({ length: ask.each }, () => name))
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[order[i], order[j]] = [order[j] as string, order[i] as string]
  }
  const warmUp = Array.from({ length: Math.min(100, ask.each) }, (_, n) => names[n % names.length] as string)
  const queue = [...warmUp, ...order]
  const times = new Map<string, number[]>(names.map(name => [name, []]))
  const replies = new Map<string, Set<string>>(names.map(name => [name, new Set<string>()]))
  let next = 0
  async function lane() {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (next < queue.length) {
      const n = next++
      const name = queue[n] as string
      const said = await send(new URL(url), agent, ask.cookie, (classes[name] as (n: number) => Call)(n))
      replies.get(name)?.add(said.text)
      if (n >= warmUp.length) times.get(name)?.push(said.ms)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: ask.lanes }, lane))
  return { times, replies }
}

/** Mann and Whitney: how likely a reply of the first class takes longer than one of the second; 0.5 tells nothing. */
export function auc(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map(ms => ({ ms, first: true })), ...b.map(ms => ({ ms, first: false }))]
  all.sort((x, y) => x.ms - y.ms)
  let ranks = 0
  for (let i = 0; i < all.length; ) {
    let j = i
    while (j < all.length && all[j]?.ms === all[i]?.ms) j++
    for (let k = i; k < j; k++) if (all[k]?.first) ranks += (i + j + 1) / 2
    i = j
  }
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length)
}

export const median = (of: readonly number[]) =>
  of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN

interface Claimed {
  profile: string
  claim: Record<string, string>
}

/** The classes of a «no» to a claim; of `workers` a third is for each class that needs somebody active. */
export function timedClaims(people: {
  workers: readonly Claimed[]
  gone: readonly Claimed[]
  students: readonly Claimed[]
}): Record<string, Claimed[]> {
  const third = people.workers.length / 3
  const worker = (curp = '', curt = '') => ({ profile: 'worker', claim: { curp, curt } })
  const one = people.workers.slice(0, third)
  const two = people.workers.slice(third, 2 * third)
  const others = people.workers.slice(2 * third)
  return {
    'an unknown CURP': one.map((_, n) => worker(curpOf(97_000_000 + n), `N${n}9999`)),
    'a known CURP with another key': one.map(({ claim }, n) => worker(claim.curp, `N${n}9999`)),
    'another person’s key': two.map(({ claim }, n) => worker(claim.curp, others[n]?.claim.curt)),
    'somebody inactive': people.gone.map(({ claim }) => worker(claim.curp, claim.curt)),
    'a wrong control number': people.students.map(({ claim }, n) => ({
      profile: 'student',
      claim: { curp: claim.curp ?? '', controlNumber: String(29_000_000 + n) },
    })),
  }
}

/** Every pair of classes, once. */
export const pairs = (names: readonly string[]) =>
  names.flatMap((one, n) => names.slice(n + 1).map(two => [one, two] as const))
