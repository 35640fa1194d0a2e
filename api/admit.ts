import type { FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import type { Actor } from './movements/movement.ts'
import { record } from './movements/record.ts'
import { Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import type { Member } from './staff/member.ts'
import { seen } from './staff/session.ts'
import { type Cookies, whoIsMember } from './who.ts'

export interface Admitted {
  member: Member
  actor: Actor
}

export const isPublic = ({ may }: Route): boolean => may === 'anyone' || may === 'visitor'

/** Whoever is signed in and may; what is refused beyond that is an event too. */
export async function admit(
  ctx: Context,
  route: Route,
  cookies: Cookies,
  request: FastifyRequest,
): Promise<Admitted> {
  const staff = await whoIsMember(ctx, cookies, request)
  if (!staff) throw new Refusal('not-signed-in', 401)
  const { member, actor } = staff
  if (!route.quiet) await seen(ctx, member.session)
  if (member.passwordDue && !route.beforeOwnPassword) throw new Refusal('password-due', 403)
  const { may, method, path } = route
  const asked = [may].flat()
  if (may !== 'member' && !asked.some(deed => (member.deeds as ReadonlySet<string>).has(deed))) {
    await record(ctx.db, actor, {
      kind: 'denied',
      detail: { deed: asked.join(), route: `${method} ${path}` },
    })
    throw new Refusal('not-allowed', 403)
  }
  if (route.stepUp && !member.proven) throw new Refusal('step-up-required', 403)
  return staff
}
