import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP connection that may fall silent in the middle. */
export interface Proxy {
  port: number
  /** Everything that clients sent. */
  heard: () => Buffer
  /** Connections that clients opened so far, and those that are open now. */
  opened: () => number
  alive: () => number
  /** From now on nothing goes through, either way; connections stay. */
  swallow(): void
  /** Servers' answers get lost after so many more pieces; what clients say still arrives. */
  loseAnswers(after: number): void
  /** As at first; connections that were silenced stay silent. */
  heal(): void
  stop(): Promise<void>
}

export async function startProxy(to: number, host = '127.0.0.1'): Promise<Proxy> {
  const clients = new Set<Socket>()
  const said: Buffer[] = []
  let opened = 0
  let answers = Number.POSITIVE_INFINITY
  let open = true
  const server = createServer(client => {
    opened++
    clients.add(client)
    const upstream = connect(to, host)
    let silenced = !open
    client.on('data', (data: Buffer) => {
      said.push(data)
      silenced ||= !open
      if (!silenced) upstream.write(data)
    })
    let deaf = false
    upstream.on('data', data => {
      silenced ||= !open
      deaf ||= answers-- <= 0
      if (!silenced && !deaf) client.write(data)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        clients.delete(client)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    heard: () => Buffer.concat(said),
    opened: () => opened,
    alive: () => clients.size,
    swallow: () => {
      open = false
    },
    loseAnswers: after => {
      answers = after
    },
    heal: () => {
      open = true
      answers = Number.POSITIVE_INFINITY
    },
    stop: async () => {
      for (const client of clients) client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
