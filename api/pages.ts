import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
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
  paths(institution: Static<typeof PublicInstitution>): string[]
  render(ask: {
    path: string
    institution: Static<typeof PublicInstitution>
    manner: Manner
  }): Promise<{ html: string; status: number }>
}

const dist = join(import.meta.dirname, '../web/dist')

const manners: Manner[] = [false, true].flatMap(kiosk => [
  { language: 'es-MX', kiosk },
  { language: 'en', kiosk },
])
const nameOf = ({ language, kiosk }: Manner) => `${language} ${kiosk}`

/** The address says how a page is shown: `idioma=en`, `modo=kiosco`; a named kiosk's cookie says the latter too. */
function mannerOf(request: FastifyRequest, cookies: Cookies): Manner {
  const { idioma, modo } = request.query as Record<string, unknown>
  const kiosk = modo === 'kiosco' || cookies.read(request, 'kiosk') !== undefined
  return { language: idioma === 'en' ? 'en' : 'es-MX', kiosk }
}

const openSite = async () => (await import(pathToFileURL(join(dist, 'server/publico.js')).href)) as Site

/** Keys of every sentence that the built pages say. */
export const pageKeys = async (): Promise<string[]> => (await openSite()).sentenceKeys

/** The public pages: rendered once, at start, from the institution; assets for a year, pages never kept. */
export async function servePages(app: FastifyInstance, ctx: Context, cookies: Cookies): Promise<void> {
  const site = await openSite()
  const institution = toPublic(ctx.institution, ctx.config.mode === 'demo')
  const pageOf = async (path: string) => {
    const made = new Map<string, string>()
    for (const manner of manners)
      made.set(nameOf(manner), (await site.render({ path, institution, manner })).html)
    return (request: FastifyRequest) => made.get(nameOf(mannerOf(request, cookies)))
  }
  for (const path of site.paths(institution)) {
    const page = await pageOf(path)
    app.get(path, { schema: { hide: true } }, (request, reply) =>
      reply.type('text/html; charset=utf-8').send(page(request)),
    )
  }
  const missing = await pageOf('/no-hay')
  serveTheme(app, ctx)
  await app.register(fastifyStatic, {
    root: join(dist, 'publico'),
    preCompressed: true,
    wildcard: false,
    index: false,
    cacheControl: false,
    decorateReply: false,
    setHeaders: reply => reply.header('cache-control', 'public, max-age=31536000, immutable'),
  })
  app.setNotFoundHandler((request, reply) => {
    const page =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      request.headers.accept?.includes('text/html')
    if (!page) throw new Refusal('not-found', 404)
    return reply.code(404).type('text/html; charset=utf-8').send(missing(request))
  })
}

function serveTheme(app: FastifyInstance, { institution }: Context): void {
  const { logo, font } = institution.brand
  const hidden = { schema: { hide: true } }
  const css = themeCss(institution)
  app.get('/theme.css', hidden, (_, reply) =>
    reply.header('cache-control', 'no-cache').type('text/css').send(css),
  )
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
