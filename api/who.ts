import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import type { Actor } from './movements/movement.ts'
import { openVisitOf } from './visits/current.ts'
import type { Visit } from './visits/identify.ts'
import type { Source } from './visits/limits.ts'

type Audience = 'visit' | 'browser'

interface Claims {
  jti: string
}

/** One algorithm, one issuer, an audience a cookie; the row behind the id decides, by the database's clock. */
const sign = { algorithm: 'HS256', iss: 'mci' } as const
const lifeSeconds: Record<Audience, number> = { visit: 24 * 3600, browser: 365 * 24 * 3600 }

export interface Cookies {
  /** Opaque id of a cookie that we signed; undefined for anything else. */
  read(request: FastifyRequest, audience: Audience): string | undefined
  set(reply: FastifyReply, audience: Audience, id: string): void
  clear(reply: FastifyReply, audience: Audience): void
}

export async function openCookies(app: FastifyInstance, ctx: Context): Promise<Cookies> {
  const keys = ctx.keysFor('cookie')
  const secure = ctx.publicUrl.startsWith('https:')
  const name = (audience: Audience) => `${secure ? '__Host-' : ''}mci-${audience}`
  await app.register(cookie)
  await app.register(jwt, { secret: keys[0] as Buffer, sign })
  const attributes = (audience: Audience) =>
    ({
      path: '/',
      httpOnly: true,
      secure,
      sameSite: 'lax',
      ...(audience === 'browser' ? { maxAge: lifeSeconds.browser } : {}),
    }) as const

  const opened = (token: string, audience: Audience): string | undefined => {
    for (const key of keys) {
      try {
        const claims = app.jwt.verify<Claims>(token, {
          key,
          algorithms: ['HS256'],
          allowedIss: 'mci',
          allowedAud: audience,
          checkTyp: 'JWT',
          requiredClaims: ['jti', 'aud', 'iss', 'exp', 'nbf', 'iat'],
          clockTolerance: 12 * 3600 * 1000,
        })
        return typeof claims.jti === 'string' ? claims.jti : undefined
      } catch {
        // the next key, or nobody
      }
    }
    return undefined
  }

  return {
    read(request, audience) {
      const token = request.cookies[name(audience)]
      return token && token.length < 1000 ? opened(token, audience) : undefined
    },
    set(reply, audience, id) {
      const token = app.jwt.sign({ jti: id }, {
        ...sign,
        aud: audience,
        expiresIn: lifeSeconds[audience],
        notBefore: 0,
        header: { alg: 'HS256', typ: 'JWT' },
      } as never)
      reply.setCookie(name(audience), token, attributes(audience))
    },
    clear(reply, audience) {
      reply.clearCookie(name(audience), attributes(audience))
    },
  }
}

export interface Caller {
  actor: Actor
  source: Source
  visit: Visit | undefined
}

/** Who is asking: nobody in particular, or somebody with an open visit. A browser without an id of ours gets one. */
export async function whoIs(
  ctx: Context,
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  let browser = cookies.read(request, 'browser')
  if (!browser) {
    browser = randomBytes(16).toString('base64url')
    cookies.set(reply, 'browser', browser)
  }
  const token = cookies.read(request, 'visit')
  const visit = token ? await openVisitOf(ctx, token) : undefined
  return {
    actor: { as: 'visitor', channel: 'internet', origin: request.ip, reference: request.id },
    source: { address: request.ip, browser },
    visit,
  }
}
