import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { Context } from './context.ts'
import type { PublicInstitution } from './institution/contract.ts'
import { toPublic } from './institution/public.ts'
import { themeCss } from './institution/theme.ts'
import { Refusal } from './refusal.ts'
import type { Cookies } from './who.ts'

interface Manner {
  language: 'es-MX' | 'en'
  kiosk: boolean
}

interface Site {
  sentenceKeys: string[]
  css: string
  paths(institution: Static<typeof PublicInstitution>): string[]
  render(ask: {
    path: string
    institution: Static<typeof PublicInstitution>
    manner: Manner
    style: string
  }): Promise<{ html: string }>
}

/** The staff's house: one small document, whatever the address below `/personal`. */
interface StaffSite {
  staffSentenceKeys: string[]
  render(ask: { institution: Static<typeof PublicInstitution>; style: string }): string
}

const dist = join(import.meta.dirname, '../web/dist')

/** The address says how a page is shown: `idioma=en`, `modo=kiosco`; a named kiosk's cookie says the latter too. */
function mannerOf(request: FastifyRequest, cookies: Cookies): Manner {
  const { idioma, modo } = request.query as Record<string, unknown>
  const kiosk = modo === 'kiosco' || cookies.read(request, 'kiosk') !== undefined
  return { language: idioma === 'en' ? 'en' : 'es-MX', kiosk }
}

const openSite = async () => (await import(pathToFileURL(join(dist, 'server/publico.js')).href)) as Site

const openStaff = async () =>
  (await import(pathToFileURL(join(dist, 'server/personal.js')).href)) as StaffSite

/** Keys of every sentence that the built pages say. */
export const pageKeys = async (): Promise<string[]> => [
  ...(await openSite()).sentenceKeys,
  ...(await openStaff()).staffSentenceKeys,
]

/** The style sheet that stands in every page: ours, then the institution's colours. */
export const pageStyle = async ({ institution }: Context): Promise<string> =>
  (await openSite()).css + themeCss(institution)

/** A page in the shapes that browsers take. */
interface Page {
  plain: Buffer
  gzip: Buffer
  br: Buffer
}
const shaped = (html: string): Page => ({
  plain: Buffer.from(html),
  gzip: gzipSync(html),
  br: brotliCompressSync(html),
})

/** Nothing in a page is a secret or a person's, so that its length when compressed tells nothing. */
function send(request: FastifyRequest, reply: FastifyReply, page: Page): FastifyReply {
  const taken = request.headers['accept-encoding'] ?? ''
  const shape = /\bbr\b/.test(taken) ? 'br' : /\bgzip\b/.test(taken) ? 'gzip' : 'plain'
  if (shape !== 'plain') reply.header('content-encoding', shape)
  return reply.header('vary', 'accept-encoding').type('text/html; charset=utf-8').send(page[shape])
}

/** The public pages: each rendered when it is first asked for, from the institution; assets for a year, pages never kept. */
export async function servePages(
  app: FastifyInstance,
  ctx: Context,
  cookies: Cookies,
  style: string,
): Promise<void> {
  const site = await openSite()
  const institution = toPublic(ctx.institution, ctx.config.mode === 'demo')
  const made = new Map<string, Promise<Page>>()
  const pageOf = (path: string, request: FastifyRequest): Promise<Page> => {
    const manner = mannerOf(request, cookies)
    const name = `${path} ${manner.language} ${manner.kiosk}`
    const known = made.get(name)
    if (known) return known
    const page = site.render({ path, institution, manner, style }).then(({ html }) => shaped(html))
    made.set(name, page)
    return page
  }
  for (const path of site.paths(institution))
    app.get(path, { schema: { hide: true } }, async (request, reply) =>
      send(request, reply, await pageOf(path, request)),
    )
  const desk = shaped((await openStaff()).render({ institution, style }))
  for (const path of ['/personal', '/personal/*'])
    app.get(path, { schema: { hide: true } }, (request, reply) =>
      send(request, reply.header('x-robots-tag', 'noindex, nofollow'), desk),
    )
  serveBrand(app, ctx)
  await app.register(fastifyStatic, {
    root: [join(dist, 'publico'), join(dist, 'personal')],
    preCompressed: true,
    wildcard: false,
    index: false,
    cacheControl: false,
    decorateReply: false,
    setHeaders: reply => reply.header('cache-control', 'public, max-age=31536000, immutable'),
  })
  app.setNotFoundHandler(async (request, reply) => {
    const page =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      request.headers.accept?.includes('text/html')
    if (!page) throw new Refusal('not-found', 404)
    return send(request, reply.code(404), await pageOf('/no-hay', request))
  })
}

function serveBrand(app: FastifyInstance, { institution }: Context): void {
  const { logo, font } = institution.brand
  const hidden = { schema: { hide: true } }
  if (logo !== null)
    app.get('/logo.svg', hidden, (_, reply) =>
      reply
        .header('cache-control', 'no-cache')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .type('image/svg+xml')
        .send(logo),
    )
  if (font !== null)
    app.get('/theme.woff2', hidden, (_, reply) =>
      reply.header('cache-control', 'no-cache').type('font/woff2').send(font),
    )
}
