import { once } from 'node:events'
import tls, { type TLSSocket } from 'node:tls'
import { type Certificate, makeCertificate } from './tls.ts'

/** What a server answered to a change. */
interface Answered {
  kind: 'add' | 'modify'
  dn: string
  /** The newest fence in the request; 0 where it carries none. */
  fence: number
  /** Of LDAP: 0 is done. */
  code: number
}

/** `cut`: the connection dies instead of the answer. `silence`: it stays, and nothing comes any more. */
type Fate = 'pass' | 'cut' | 'silence'

/** Stands before a directory with a certificate of its own, reads every message, and may keep it from arriving. */
export interface LdapProxy {
  url: string
  /** PEM of the authority of its certificate. */
  ca: string
  /** Answers to changes in the order in which the server gave them, also those that nobody heard. */
  answered: Answered[]
  /** Clients' connections that have been open for three seconds: one that was just lost may still be closing. */
  lasting(): number
  /** Silenced connections that their client never dropped, and the longest that one took to. */
  hung(): number
  slowestDropMs(): number
  /** What becomes of an answer to a change; without an argument they pass. */
  decide(fate?: (answer: Answered) => Fate): void
  /** Every answer comes so much later. */
  delay(ms: number): void
  /** One of the open connections falls silent from now on. False: none is open. */
  silenceOne(): boolean
  /** Changes that come from now on wait in front of the server, and arrive when they are released. */
  holdChanges(): Hold
  stop(): Promise<void>
}

interface Hold {
  waiting(): number
  /** Whatever comes later passes at once. */
  letOthersPass(): void
  release(): void
}

const requests: Record<number, 'add' | 'modify'> = { 104: 'add', 102: 'modify' }
const answers = new Set([0x69, 0x67])

/** Length of the content of a BER element, and where it begins; undefined while its head is not whole. */
function head(bytes: Buffer, at = 0): { length: number; from: number } | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { length: first, from: at + 2 }
  const size = first & 0x7f
  if (bytes.length < at + 2 + size) return undefined
  return { length: bytes.readUIntBE(at + 2, size), from: at + 2 + size }
}

interface Message {
  bytes: Buffer
  id: string
  tag: number
  /** Where the content of the operation begins. */
  from: number
}

/** Whole messages out of whatever pieces come. */
function openReader(): (piece: Buffer) => Message[] {
  let rest = Buffer.alloc(0)
  return piece => {
    rest = Buffer.concat([rest, piece])
    const whole: Message[] = []
    for (let outer = head(rest); outer && rest.length >= outer.from + outer.length; outer = head(rest)) {
      const bytes = rest.subarray(0, outer.from + outer.length)
      rest = rest.subarray(bytes.length)
      const id = head(bytes, outer.from)
      const end = (id?.from ?? 0) + (id?.length ?? 0)
      const operation = head(bytes, end)
      whole.push({
        bytes,
        id: bytes.subarray(outer.from, end).toString('hex'),
        tag: bytes[end] ?? 0,
        from: operation?.from ?? end,
      })
    }
    return whole
  }
}

function asked({ bytes, tag, from }: Message): Omit<Answered, 'code'> | undefined {
  const kind = requests[tag]
  const name = head(bytes, from)
  if (!kind || !name) return undefined
  const fences = [...bytes.toString('latin1').matchAll(/fence=(\d+)/g)]
  const dn = bytes.subarray(name.from, name.from + name.length).toString()
  return { kind, dn: dn.toLowerCase(), fence: Number(fences.at(-1)?.[1] ?? 0) }
}

/** `to`: the directory's TLS URL and its authority. */
export async function startLdapProxy(to: { url: string; ca: string }): Promise<LdapProxy> {
  const own: Certificate = makeCertificate('IP:127.0.0.1')
  const { hostname, port } = new URL(to.url)
  const clients = new Map<TLSSocket, { since: number; silentAt: number | undefined }>()
  const answered: Answered[] = []
  let [slowest, delayMs] = [0, 0]
  let fate: (answer: Answered) => Fate = () => 'pass'
  let holding: (() => void)[] | undefined

  const server = tls.createServer({ key: own.key, cert: own.cert }, client => {
    const line = { since: performance.now(), silentAt: undefined as number | undefined }
    clients.set(client, line)
    const upstream = tls.connect({ host: hostname, port: Number(port) || 636, ca: to.ca })
    const underWay = new Map<string, Omit<Answered, 'code'>>()
    const [readClient, readServer] = [openReader(), openReader()]
    const silent = () => line.silentAt !== undefined
    client.on('data', (piece: Buffer) => {
      if (silent()) return
      for (const message of readClient(piece)) {
        const change = asked(message)
        if (change) underWay.set(message.id, change)
        if (change && holding) holding.push(() => upstream.write(message.bytes))
        else upstream.write(message.bytes)
      }
    })
    const pass = (bytes: Buffer) => {
      if (!silent()) client.write(bytes)
    }
    upstream.on('data', (piece: Buffer) => {
      for (const message of readServer(piece)) {
        const change = answers.has(message.tag) ? underWay.get(message.id) : undefined
        if (change) {
          const answer = { ...change, code: message.bytes[message.from + 2] ?? -1 }
          answered.push(answer)
          const what = silent() ? 'pass' : fate(answer)
          if (what === 'cut') client.destroy()
          if (what === 'silence') line.silentAt = performance.now()
        }
        if (delayMs > 0) setTimeout(pass, delayMs, message.bytes)
        else pass(message.bytes)
      }
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        if (one === client && line.silentAt) slowest = Math.max(slowest, performance.now() - line.silentAt)
        if (one === client) clients.delete(client)
        other.destroy()
      })
    }
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ldaps://127.0.0.1:${(server.address() as { port: number }).port}`,
    ca: own.ca,
    answered,
    lasting: () => [...clients.values()].filter(({ since }) => performance.now() - since > 3000).length,
    hung: () => [...clients.values()].filter(({ silentAt }) => silentAt !== undefined).length,
    slowestDropMs: () => Math.round(slowest),
    decide: (how = () => 'pass') => {
      fate = how
    },
    delay: ms => {
      delayMs = ms
    },
    silenceOne() {
      const [line] = [...clients.values()].filter(({ silentAt }) => silentAt === undefined)
      if (line) line.silentAt = performance.now()
      return line !== undefined
    },
    holdChanges() {
      const mine: (() => void)[] = []
      holding = mine
      const letOthersPass = () => {
        if (holding === mine) holding = undefined
      }
      return {
        waiting: () => mine.length,
        letOthersPass,
        release() {
          letOthersPass()
          for (const go of mine) go()
        },
      }
    },
    async stop() {
      for (const client of clients.keys()) client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
