import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Noticed {
  method: string
  /** The signature was right and no older than five minutes. */
  signed: boolean
  body: Record<string, unknown> | undefined
  at: number
}

/** Another system's registry of addresses behind a signed webhook, as the Standard Webhooks specification describes one. */
export async function startWebhook() {
  const key = randomBytes(32)
  const noticed: Noticed[] = []
  const held = new Map<string, string>()
  let trouble: { status: number; headers?: Record<string, string> } | undefined
  const server = createServer(async (request, reply) => {
    const body = await text(request)
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers
    const right = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`
    const given = Buffer.from(String(signature))
    const signed =
      given.length === right.length &&
      timingSafeEqual(given, Buffer.from(right)) &&
      Math.abs(Date.now() / 1000 - Number(at)) < 300
    const json = body ? (JSON.parse(body) as Record<string, unknown>) : undefined
    noticed.push({ method: request.method ?? '', signed, body: json, at: Date.now() })
    if (trouble) return void reply.writeHead(trouble.status, trouble.headers).end()
    if (!signed) return void reply.writeHead(401).end()
    if (json) held.set(String(json.address), String(json.state))
    const answer = [...held].map(([address, state]) => ({ address, state }))
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json ? {} : answer))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/avisos`,
    secret: `whsec_${key.toString('base64')}`,
    noticed,
    held,
    /** What it answers from now on, whatever is sent; undefined: as it should. */
    answer(what: typeof trouble) {
      trouble = what
    },
    stop: () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
