import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'

const mutates = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method)
const isLoopback = (name: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(name)
const nameOf = (host: string) => host.replace(/:\d+$/, '')

/** Only our own name is answered: no absolute URL is ever made from what a request says of itself. */
function assertHost(ctx: Context, request: FastifyRequest): void {
  const hosts = request.raw.rawHeaders.filter(
    (_, at, all) => at % 2 === 0 && all[at]?.toLowerCase() === 'host',
  )
  const host = request.headers.host?.toLowerCase() ?? ''
  const own = new URL(ctx.publicUrl)
  const known = host === own.host || (isLoopback(own.hostname) && isLoopback(nameOf(host)))
  if (hosts.length !== 1 || !known || !request.raw.url?.startsWith('/'))
    throw new Refusal('unknown-host', 421)
}

/** A change comes from our own pages: by `Origin`, or where a browser sends none by `Sec-Fetch-Site`. */
function assertSameOrigin(ctx: Context, request: FastifyRequest): void {
  if (!mutates(request.method)) return
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const own = new URL(ctx.publicUrl)
  const same = (text: string) =>
    text === own.origin ||
    (isLoopback(own.hostname) && URL.canParse(text) && new URL(text).host === request.headers.host)
  if (origin !== undefined ? !same(origin) : site !== 'same-origin') throw new Refusal('cross-origin', 403)
}

/** The checks that come before any route. */
export function guardEdge(app: FastifyInstance, ctx: Context): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/') || !request.url.startsWith('/assets/'))
      reply.header('cache-control', 'no-store')
    assertHost(ctx, request)
    assertSameOrigin(ctx, request)
  })
  app.removeContentTypeParser('text/plain')
}
