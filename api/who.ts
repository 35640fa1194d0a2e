import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { type KioskHere, kioskOf } from './kiosks/current.ts'
import type { Source } from './limits.ts'
import type { Actor } from './movements/movement.ts'
import type { Member } from './staff/member.ts'
import { memberOf } from './staff/session.ts'
import { openVisitOf, type Ticket } from './visits/current.ts'
import type { Visit } from './visits/identify.ts'

type Audience = 'visit' | 'browser' | 'kiosk' | 'staff'

interface Claims {
  jti: string
  aud: string
  nbf: number
  exp: number
}

const day = 24 * 3600
/** A browser's id, and the name of a kiosk: kept by the browser itself, while a visit's goes with its window. */
const keptDays = 365

export interface Cookies {
  /** What a cookie that we signed says; undefined for anything else. Whether it is over is for its row to say. */
  read(request: FastifyRequest, audience: Audience): Ticket | undefined
  set(reply: FastifyReply, audience: Audience, ticket: Ticket): void
  clear(reply: FastifyReply, audience: Audience): void
}

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
/** One algorithm and nothing else in the header: a token that differs by a byte from what we write is nobody's. */
const header = encoded({ alg: 'HS256', typ: 'JWT' })

export async function openCookies(app: FastifyInstance, ctx: Context): Promise<Cookies> {
  const keys = ctx.keysFor('cookie')
  const secure = ctx.publicUrl.startsWith('https:')
  const name = (audience: Audience) => `${secure ? '__Host-' : ''}mci-${audience}`
  await app.register(cookie)
  await app.register(jwt, { secret: keys[0] as Buffer, sign: { algorithm: 'HS256', iss: 'mci' } })
  const attributes = (audience: Audience) =>
    ({
      path: '/',
      httpOnly: true,
      secure,
      // Staff follow no link from elsewhere into the desk; people come from the institution's portal.
      sameSite: audience === 'staff' ? 'strict' : 'lax',
      ...(audience === 'visit' || audience === 'staff' ? {} : { maxAge: keptDays * day }),
    }) as const

  const verified = (token: string, key: Buffer, audience: Audience) =>
    app.jwt.verify<Claims>(token, {
      key,
      algorithms: ['HS256'],
      allowedIss: 'mci',
      allowedAud: audience,
      checkTyp: 'JWT',
      requiredClaims: ['jti', 'aud', 'iss', 'exp', 'nbf', 'iat'],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    })

  const opened = (token: string, audience: Audience): Ticket | undefined => {
    for (const key of keys) {
      try {
        const claims = verified(token, key, audience)
        const { jti, aud, nbf, exp } = claims
        const asWritten = token.startsWith(`${header}.${encoded(claims)}.`) && aud === audience
        const inShape = typeof jti === 'string' && Number.isSafeInteger(nbf) && Number.isSafeInteger(exp)
        if (!asWritten || !inShape) return undefined
        return { id: jti, from: nbf, until: exp }
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
    set(reply, audience, { id, from, until }) {
      const claims = { jti: id, aud: audience, iat: from, nbf: from, exp: until }
      reply.setCookie(name(audience), app.jwt.sign(claims), attributes(audience))
    },
    clear(reply, audience) {
      reply.clearCookie(name(audience), attributes(audience))
    },
  }
}

/** A browser's id, which only counts attempts, has no row: a day of patience keeps it on a machine whose clock is wrong. */
function browserOf(cookies: Cookies, request: FastifyRequest, reply: FastifyReply): string {
  const now = Math.floor(Date.now() / 1000)
  const known = cookies.read(request, 'browser')
  if (known && known.from - day <= now && now < known.until + day) return known.id
  const id = randomBytes(16).toString('base64url')
  cookies.set(reply, 'browser', { id, from: now, until: now + keptDays * day })
  return id
}

export interface Caller {
  actor: Actor
  source: Source
  visit: Visit | undefined
  /** The named kiosk that asks. */
  kiosk: KioskHere | undefined
}

/** Who asks at a door for staff; never at a kiosk. */
export async function whoIsMember(
  ctx: Context,
  cookies: Cookies,
  request: FastifyRequest,
): Promise<{ member: Member; actor: Actor } | undefined> {
  const ticket = cookies.read(request, 'staff')
  const member = ticket && (await memberOf(ctx, ticket))
  const actor = (id: string): Actor => ({
    as: `member:${id}`,
    channel: 'staff',
    origin: request.ip,
    reference: request.id,
  })
  return member && { member, actor: actor(member.id) }
}

/** Who is asking, and from where: nobody in particular, or somebody with an open visit. A browser without an id of ours gets one. */
export async function whoIs(
  ctx: Context,
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const browser = browserOf(cookies, request, reply)
  const own = cookies.read(request, 'kiosk')
  const kiosk = own && (await kioskOf(ctx, own))
  const ticket = cookies.read(request, 'visit')
  const visit = ticket ? await openVisitOf(ctx, ticket) : undefined
  const from: Pick<Actor, 'channel' | 'origin'> = kiosk
    ? { channel: 'kiosk', origin: kiosk.name }
    : { channel: 'internet', origin: request.ip }
  return {
    actor: { as: 'visitor', ...from, reference: request.id },
    source: { address: request.ip, browser },
    visit,
    kiosk,
  }
}
