import { randomBytes } from 'node:crypto'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { accountRoutes } from './accounts/routes.ts'
import type { Context } from './context.ts'
import { demoRoutes } from './demo/routes.ts'
import { guardEdge } from './edge.ts'
import { institutionRoutes } from './institution/routes.ts'
import { servePages } from './pages.ts'
import { replyProblem } from './problem.ts'
import { visitRoutes } from './visits/routes.ts'
import { openCookies } from './who.ts'

/** What a page may do: load its own files, and nothing from anywhere else. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
  },
}

/** The public server: headers, checks, every room's routes by name, pages. */
export async function createServer(ctx: Context): Promise<FastifyInstance> {
  const { trustProxy, mode } = ctx.config
  const problem = replyProblem(ctx.institution)
  const app = Fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    bodyLimit: 64 * 1024,
    trustProxy: trustProxy.length > 0 ? trustProxy : false,
    genReqId: () => randomBytes(6).toString('base64url'),
    disableRequestLogging: true,
    return503OnClosing: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: problem as never,
  })
  app.setErrorHandler(problem)
  const https = ctx.publicUrl.startsWith('https:')
  await app.register(helmet, {
    contentSecurityPolicy,
    strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
  })
  guardEdge(app, ctx)
  app.addHook('onSend', async (_, reply) => {
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? '',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    )
  })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Mi correo institucional', version: '1' } },
  })
  const cookies = await openCookies(app, ctx)
  const rooms = [
    ...institutionRoutes,
    ...visitRoutes,
    ...accountRoutes,
    ...(mode === 'demo' ? demoRoutes : []),
  ]
  for (const serveRoute of rooms) serveRoute(app, ctx, cookies)
  if (mode === 'demo') await serveDocs(app)
  await servePages(app, ctx)
  return app
}

/** The API page, from our own origin; only where nobody's data is. */
async function serveDocs(app: FastifyInstance): Promise<void> {
  const { default: ui } = await import('@fastify/swagger-ui')
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.register(ui, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: csp => csp,
  })
}
