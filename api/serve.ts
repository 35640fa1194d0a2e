import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as Type from 'typebox'
import { type Admitted, admit, isPublic } from './admit.ts'
import type { Context } from './context.ts'
import { kioskOff } from './kiosks/current.ts'
import { Refusal } from './refusal.ts'
import type { Ask, Reply, Route } from './route.ts'
import type { Member } from './staff/member.ts'
import { received, takeForms, type Upload } from './upload.ts'
import { type Caller, type Cookies, whoIs } from './who.ts'

/** Doors for staff know who is behind them; the others do not care. */
type Staff<R extends Route> = R['may'] extends 'anyone' | 'visitor' ? unknown : { member: Member }

interface Asked<R extends Route> extends Caller {
  ctx: Context
  ask: Ask<R>
  cookies: Cookies
  request: FastifyRequest
  reply: FastifyReply
}
/** A door for files: the form is read only once it is clear who sends it. */
type Sent<R extends Route> = R extends { upload: object } ? { upload(): Promise<Upload> } : unknown
type Call<R extends Route> = Asked<R> & Staff<R> & Sent<R>
/** A reply that is no JSON is sent as its bytes. */
type Said<R extends Route> = R extends { produces: string } ? string | Buffer | Readable : Reply<R>

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

const admitted = new WeakMap<FastifyRequest, Admitted>()

/** A route object becomes a route of the server: shape, who may, reply. The answer is all that is left to write. */
export const serve =
  <R extends Route>(route: R, answer: (call: Call<R>) => Promise<Said<R>>): Served =>
  (whole, ctx, cookies) => {
    const { upload } = route
    const status = route.status ?? 200
    const open = (app: FastifyInstance) =>
      app.route({
        method: route.method,
        url: route.path,
        schema: {
          summary: route.about,
          tags: [route.path.split('/')[2] ?? ''],
          ...(route.params ? { params: route.params } : {}),
          ...(route.query ? { querystring: route.query } : {}),
          ...(route.body ? { body: route.body } : {}),
          ...(route.upload ? { consumes: ['multipart/form-data'] } : {}),
          ...(route.produces ? { produces: [route.produces] } : {}),
          response: { [status]: status === 204 ? { type: 'null' } : route.reply, default: refused },
        },
        // Who may comes before what is asked: whoever may not learns nothing of its shape, and sends no file.
        onRequest: async request => {
          if (!isPublic(route)) admitted.set(request, await admit(ctx, route, cookies, request))
        },
        // A body whose every key is optional may be left out.
        preValidation: async request => {
          if (route.body && request.body === undefined) request.body = {}
        },
        handler: async (request, reply) => {
          const caller = await whoIs(ctx, cookies, request, reply)
          if (caller.kiosk && !caller.kiosk.on && !route.offKioskMay) throw kioskOff()
          if (route.may === 'visitor' && !caller.visit) throw new Refusal('visit-expired', 410)
          // What the path names is never replaced by what the query or the body says.
          const { query, body, params } = request
          const ask = {
            ...((query as object | null) ?? {}),
            ...((body as object | null) ?? {}),
            ...(params as object),
          }
          const files = upload ? { upload: () => received(request, upload.bytes) } : {}
          const call = {
            ...caller,
            ...admitted.get(request),
            ...files,
            ctx,
            ask,
            cookies,
            request,
            reply,
          } as unknown as Call<R>
          const said = await answer(call)
          reply.code(status)
          if (route.produces) reply.type(route.produces)
          return status === 204 ? reply.send() : said
        },
      })
    if (!upload) return void open(whole)
    void whole.register(async app => {
      await takeForms(app, upload.bytes)
      open(app)
    })
  }
