import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as Type from 'typebox'
import type { Context } from './context.ts'
import { kioskOff } from './kiosks/current.ts'
import { Refusal } from './refusal.ts'
import type { Ask, Reply, Route } from './route.ts'
import { type Caller, type Cookies, whoIs } from './who.ts'

export interface Call<R extends Route> extends Caller {
  ctx: Context
  ask: Ask<R>
  cookies: Cookies
  request: FastifyRequest
  reply: FastifyReply
}

export type Served = (app: FastifyInstance, ctx: Context, cookies: Cookies) => void

/** How every refusal looks, for the API page; what stands beside these depends on the code. */
const refused = {
  description: 'Una negativa: `code` es estable, `reference` está también en la bitácora del servicio.',
  content: {
    'application/problem+json': {
      schema: Type.Object({
        code: Type.String(),
        status: Type.Integer(),
        title: Type.String(),
        reference: Type.String(),
        retryAfter: Type.Optional(Type.Integer()),
        directions: Type.Optional(Type.String()),
        fields: Type.Optional(Type.Array(Type.Object({ name: Type.String(), code: Type.String() }))),
      }),
    },
  },
}

/** A route object becomes a route of the server: shape, who may, reply. The answer is all that is left to write. */
export const serve =
  <R extends Route>(route: R, answer: (call: Call<R>) => Promise<Reply<R>>): Served =>
  (app, ctx, cookies) => {
    const status = route.status ?? 200
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        summary: route.about,
        tags: [route.path.split('/')[2] ?? ''],
        ...(route.params ? { params: route.params } : {}),
        ...(route.body ? { body: route.body } : {}),
        response: { [status]: status === 204 ? { type: 'null' } : route.reply, default: refused },
      },
      // A body whose every key is optional may be left out.
      preValidation: async request => {
        if (route.body && request.body === undefined) request.body = {}
      },
      handler: async (request, reply) => {
        const caller = await whoIs(ctx, cookies, request, reply)
        if (caller.kiosk && !caller.kiosk.on && !route.offKioskMay) throw kioskOff()
        if (route.may === 'visitor' && !caller.visit) throw new Refusal('visit-expired', 410)
        // What the path names is never replaced by what the body says.
        const ask = { ...((request.body as object | null) ?? {}), ...(request.params as object) } as Ask<R>
        const said = await answer({ ...caller, ctx, ask, cookies, request, reply })
        reply.code(status)
        return status === 204 ? reply.send() : said
      },
    })
  }
