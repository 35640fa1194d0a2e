import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { staffSession } from '../db/schema.ts'
import { now, soon } from '../movements/state.ts'
import { deedsOf, isRole } from '../roles.ts'
import { newToken, tokenDigest } from '../token.ts'
import type { Member } from './member.ts'

/** ASVS 7.3 and the numbers of the house: fifteen minutes without a request, eight hours at most, ten minutes of proof. */
export const idleSeconds = 15 * 60
const wholeSeconds = 8 * 3600
export const provenSeconds = 10 * 60

export type Factor = (typeof staffSession.$inferSelect)['factor']

/** What stands in the cookie of a session: good from its start to its last moment. */
export interface StaffTicket {
  id: string
  from: number
  until: number
}

/** A new session, with an id that was never anywhere before. */
export async function openSession(
  tx: Db,
  ask: { member: string; factor: Factor; address: string; browser: string },
): Promise<StaffTicket> {
  const token = newToken()
  const [made] = await tx
    .insert(staffSession)
    .values({
      token: tokenDigest(token),
      memberId: ask.member,
      expiresAt: soon(wholeSeconds),
      factor: ask.factor,
      address: ask.address,
      browser: ask.browser.slice(0, 200),
    })
    .returning({ createdAt: staffSession.createdAt })
  const from = Math.floor((made?.createdAt.getTime() ?? 0) / 1000)
  return { id: token, from, until: from + wholeSeconds + 1 }
}

/** Open at this moment, by the database's clock. */
export const isOpen = (): SQL =>
  sql`${staffSession.endedAt} is null and ${staffSession.expiresAt} > now()
      and ${staffSession.seenAt} > now() - make_interval(secs => ${idleSeconds})`

/**
 * Who is behind a cookie that we signed. Everything that decides is read at this moment: a role taken away, an access
 * ended or a second factor removed counts from the next request on.
 */
export async function memberOf(ctx: Context, { id, from, until }: StaffTicket): Promise<Member | undefined> {
  const [found] = await rows<{
    id: string
    login: string
    name: string
    roles: string[]
    units: string[]
    session: string
    proven: boolean
    passwordDue: boolean
    persons: string[]
  }>(
    ctx.db,
    sql`select m.id, m.login, m.name, m.roles, m.units, s.id as session,
          s.proven_at > now() - make_interval(secs => ${provenSeconds}) as proven, m.password_given as "passwordDue",
          array(
            select m.person_id where m.person_id is not null
            union select h.person_id from holding h join address a on a.account_id = h.account_id
              where h."to" is null and a.role in ('primary', 'alias')
                and a.local = split_part(m.login, '@', 1) and a.local || '@' || a.domain = m.login
            union select i.person_id from unnest(m.units) unit join centre c on c.cct = substr(unit, 8)
              join person_identifier i on i.kind = 'curp' and i.value = c.director_curp and i."to" is null
              where 'director' = any(m.roles) and unit like 'centre:%'
          )::text[] as persons
        from staff_session s join member m on m.id = s.member_id
        where s.token = ${tokenDigest(id)} and m.off_at is null
          and case s.factor when 'totp' then m.totp is not null
            when 'passkey' then exists (select 1 from passkey k where k.member_id = m.id)
            when 'provider' then m.source = 'oidc' else true end
          and s.ended_at is null and s.expires_at > now()
          and s.seen_at > now() - make_interval(secs => ${idleSeconds})
          and extract(epoch from now()) >= ${from}::float8 and extract(epoch from now()) < ${until}::float8`,
  )
  if (!found) return undefined
  const roles = found.roles.filter(isRole)
  return { ...found, roles, deeds: deedsOf(roles, ctx.institution.desk.helpdeskResets) }
}

/** She is still there; written at most twice a minute. */
export async function seen(ctx: Context, session: string): Promise<void> {
  await ctx.db
    .update(staffSession)
    .set({ seenAt: now() })
    .where(
      and(
        eq(staffSession.id, session),
        isNull(staffSession.endedAt),
        sql`${staffSession.seenAt} < now() - interval '30 seconds'`,
      ),
    )
}
