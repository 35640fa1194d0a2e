import { randomBytes } from 'node:crypto'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { accountRoutes } from './accounts/routes.ts'
import { adoptionRoutes } from './adoption/routes.ts'
import { contactRoutes } from './contacts/routes.ts'
import type { Context } from './context.ts'
import { demoRoutes } from './demo/routes.ts'
import { deskRoutes } from './desk/routes.ts'
import { answerNoise, guardEdge } from './edge.ts'
import type { Figures } from './figures.ts'
import { fileRoutes } from './files/routes.ts'
import { bareHeaders, helmetOptions } from './headers.ts'
import { institutionRoutes } from './institution/routes.ts'
import { definitions } from './jobs.ts'
import { kioskRoutes } from './kiosks/routes.ts'
import { movementRoutes } from './movements/routes.ts'
import { oficioRoutes } from './oficios/routes.ts'
import { pageStyle, servePages } from './pages.ts'
import { replyProblem } from './problem.ts'
import { staffRoutes } from './staff/routes.ts'
import { visitRoutes } from './visits/routes.ts'
import { openCookies } from './who.ts'

/** The public server: headers, checks, every room's routes by name, pages. */
export async function createServer(ctx: Context, figures?: Figures): Promise<FastifyInstance> {
  const { trustProxy, mode } = ctx.config
  const problem = replyProblem(ctx.institution)
  const https = ctx.publicUrl.startsWith('https:')
  const app = Fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    bodyLimit: 64 * 1024,
    trustProxy: trustProxy.length > 0 ? trustProxy : false,
    genReqId: () => randomBytes(6).toString('base64url'),
    // Its own lines would carry paths and queries; ours carry the pattern of the route.
    logController: new LogController({ disableRequestLogging: true }),
    // What still arrives while we leave is answered, and its connection closed.
    return503OnClosing: false,
    requestTimeout: 120_000,
    // A request without a name is answered by our own check, with our own headers.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerNoise(error, socket, https),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) =>
      problem(
        error,
        request as never,
        reply.headers({ ...bareHeaders(https), 'x-request-id': request.id }) as never,
      ),
  })
  app.setErrorHandler(problem)
  const style = await pageStyle(ctx)
  await app.register(helmet, helmetOptions(https, style))
  guardEdge(app, ctx)
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const { statusCode: status, elapsedTime: ms } = reply
    const route = request.routeOptions.url ?? ''
    figures?.answered({ method, route, status, seconds: ms / 1000 })
    request.log.info({ method, route, status, ms: Math.round(ms) }, 'answered')
  })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Mi correo institucional', version: '1' } },
  })
  const cookies = await openCookies(app, ctx)
  const rooms = [
    ...institutionRoutes,
    ...visitRoutes,
    ...accountRoutes,
    ...contactRoutes,
    ...adoptionRoutes,
    ...kioskRoutes,
    ...deskRoutes,
    ...fileRoutes,
    ...movementRoutes(definitions),
    ...staffRoutes,
    ...oficioRoutes,
    ...(mode === 'demo' ? demoRoutes : []),
  ]
  for (const serveRoute of rooms) serveRoute(app, ctx, cookies)
  if (mode === 'demo') await serveDocs(app)
  await servePages(app, ctx, cookies, style)
  return app
}

/** The API page, from our own origin; only where nobody's data is. */
async function serveDocs(app: FastifyInstance): Promise<void> {
  const { default: ui } = await import('@fastify/swagger-ui')
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.register(ui, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: () =>
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  })
}
