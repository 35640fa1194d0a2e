import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopback } from './config.ts'
import type { Context } from './context.ts'
import { bareHeaders, ownHeaders } from './headers.ts'
import { problemOf } from './problem.ts'
import { Refusal } from './refusal.ts'

const mutates = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method)
const nameOf = (host: string) => host.replace(/:\d+$/, '')

/** The demo answers to every name of this machine, and so does a service whose own name is one of them. */
const isAtHome = ({ config, publicUrl }: Context) =>
  config.mode === 'demo' || isLoopback(new URL(publicUrl).hostname)

/** Only our own name is answered: no absolute URL is ever made from what a request says of itself. */
function assertHost(ctx: Context, request: FastifyRequest): void {
  const hosts = request.raw.rawHeaders.filter(
    (_, at, all) => at % 2 === 0 && all[at]?.toLowerCase() === 'host',
  )
  const host = request.headers.host?.toLowerCase() ?? ''
  const known = host === new URL(ctx.publicUrl).host || (isAtHome(ctx) && isLoopback(nameOf(host)))
  if (hosts.length !== 1 || !known || !request.raw.url?.startsWith('/'))
    throw new Refusal('unknown-host', 421)
}

/** A change comes from our own pages: by `Origin`, where a browser sends none by `Sec-Fetch-Site`; neither may say otherwise. */
function assertSameOrigin(ctx: Context, request: FastifyRequest): void {
  if (!mutates(request.method)) return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const own = new URL(ctx.publicUrl).origin
  const same = (text: string) =>
    text === own || (isAtHome(ctx) && URL.canParse(text) && new URL(text).host === host?.toLowerCase())
  const told = origin !== undefined || site !== undefined
  if (!told || (origin !== undefined && !same(origin)) || (site !== undefined && site !== 'same-origin'))
    throw new Refusal('cross-origin', 403)
}

/** The checks that come before any route. */
export function guardEdge(app: FastifyInstance, ctx: Context): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...ownHeaders, 'x-request-id': request.id })
    assertHost(ctx, request)
    assertSameOrigin(ctx, request)
  })
  app.removeContentTypeParser('text/plain')
}

/** What no request could be read from is answered in the same form as every other refusal. */
export function answerNoise(error: NodeJS.ErrnoException, socket: Socket, https: boolean): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, line] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request']
  const body = JSON.stringify(
    problemOf(new Refusal(status === 431 ? 'too-large' : 'malformed', status as number)),
  )
  const headers = {
    ...bareHeaders(https),
    'content-type': 'application/problem+json; charset=utf-8',
    connection: 'close',
  }
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) }).map(pair =>
    pair.join(': '),
  )
  socket.end(`HTTP/1.1 ${status} ${line}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}
