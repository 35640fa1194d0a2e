import { once } from 'node:events'
import { connect } from 'node:net'
import type { House } from '../house.ts'

export interface RawReply {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: string
  text: string
}

/** Sends exactly these bytes over a real connection and reads until the other side closes it. */
export async function sendRaw(h: House, text: string): Promise<RawReply> {
  const { port } = h.app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  const parts: Buffer[] = []
  socket.on('data', part => parts.push(Buffer.from(part)))
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  const said = Buffer.concat(parts).toString()
  const [head = '', body = ''] = said.split('\r\n\r\n', 2)
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  return { status: Number(first.split(' ')[1]), headers, body, text: said }
}

/** Opens the house's door on a free port; once. */
export async function openDoor(h: House): Promise<void> {
  if (!h.app.server.listening) await h.app.listen({ port: 0, host: '127.0.0.1' })
}

/** A request as text; `connection: close` so that its reply ends. */
export function asText(line: string, headers: string[], body = ''): string {
  const length =
    body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]
  return [`${line} HTTP/1.1`, ...headers, ...length, 'connection: close', '', body].join('\r\n')
}
