import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { member, personIdentifier } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { hashPassword } from '../providers/hashing.ts'
import { Refusal } from '../refusal.ts'
import { canonicalLogin, firstPassword } from './password.ts'
import { idleSeconds } from './session.ts'
import { newSeed, sealSeed } from './totp.ts'
import { knownRoles, knownUnits } from './units.ts'

interface Listed {
  id: string
  login: string
  name: string
  roles: string[]
  units: string[]
  source: 'local' | 'directory' | 'oidc'
  factors: ('totp' | 'passkey')[]
  createdAt: string
  lastSignInAt: string | null
  lastSeenAt: string | null
  off: boolean
  sessions: number
}

/** Everybody with an access, or one of them; a session counts while it is open. */
export async function listMembers(db: Db, id?: string): Promise<Listed[]> {
  const iso = (moment: string) => sql.raw(`to_json(${moment} at time zone 'UTC')#>>'{}' || 'Z'`)
  return rows<Listed>(
    db,
    sql`select m.id, m.login, m.name, m.roles, m.units, m.source, m.off_at is not null as off,
          array_remove(array[
            case when m.totp is not null then 'totp' end,
            case when exists (select 1 from passkey k where k.member_id = m.id) then 'passkey' end
          ], null) as factors,
          ${iso('m.created_at')} as "createdAt", ${iso('s.made')} as "lastSignInAt",
          ${iso('s.seen')} as "lastSeenAt", coalesce(s.open, 0)::int as sessions
        from member m left join lateral (
          select max(created_at) as made, max(seen_at) as seen, count(*) filter (where ended_at is null and expires_at > now()
            and seen_at > now() - make_interval(secs => ${idleSeconds})) as open
          from staff_session where member_id = m.id) as s on true
        where ${id ? sql`m.id = ${id}` : sql`true`} order by m.off_at is not null, m.name, m.login`,
  )
}

export async function listed(db: Db, id: string): Promise<Listed> {
  const [found] = await listMembers(db, id)
  if (!found) throw new Refusal('not-found', 404)
  return found
}

export interface NewMember {
  login: string
  name: string
  roles: readonly string[]
  units: readonly string[]
  curp?: string
  /** Her second factor is told at once instead of at her first sign-in. */
  enrolled?: true
  /** What is printed is hers to use as it is: whoever commands the server hands over password and second factor together. */
  own?: true
}

/**
 * Gives somebody access. Where passwords are the institution's own affair she has none here. Refusals: `malformed` with its
 * fields, `member-exists`.
 */
export async function addMember(
  ctx: Context,
  actor: Actor,
  ask: NewMember,
): Promise<Listed & { password: string | null; totpSecret: string | null }> {
  const login = canonicalLogin(ask.login)
  if (!/^[^@]+@[^@]+\.[^@.]+$/.test(login))
    throw new Refusal('malformed', 400, { fields: [{ name: 'login', code: 'type' }] })
  const roles = knownRoles(ask.roles)
  const units = knownUnits(ctx.institution, ask.units, roles)
  const source = sourceFor(ctx)
  const password = source === 'local' ? firstPassword() : null
  const totpSecret = ask.enrolled && source !== 'oidc' ? newSeed() : null
  const hashed = password === null ? null : await hashPassword(password)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const personId = ask.curp ? await personOf(tx, ask.curp) : null
    const [made] = await tx
      .insert(member)
      .values({
        ...{ login, name: ask.name.trim(), roles, units, personId, source, password: hashed },
        passwordAt: hashed === null ? null : now(),
        passwordGiven: hashed !== null && !ask.own,
      })
      .onConflictDoNothing({ target: member.login })
      .returning({ id: member.id })
    if (!made) throw new Refusal('member-exists', 409)
    if (totpSecret)
      await tx
        .update(member)
        .set({ totp: sealSeed(ctx, made.id, totpSecret) })
        .where(eq(member.id, made.id))
    await record(tx, actor, {
      kind: 'member-added',
      personId: personId ?? undefined,
      detail: { member: made.id, roles, units, source },
    })
    return { ...(await listed(tx, made.id)), password, totpSecret }
  })
}

/** Who is added here proves who she is by what there is: our password, else the directory, else the provider. */
function sourceFor({ institution: { signIn } }: Context): Listed['source'] {
  if (signIn.password) return 'local'
  return signIn.directory ? 'directory' : 'oidc'
}

async function personOf(tx: Db, curp: string): Promise<string> {
  const [found] = await tx
    .select({ id: personIdentifier.personId })
    .from(personIdentifier)
    .where(
      and(
        eq(personIdentifier.kind, 'curp'),
        eq(personIdentifier.value, curp.trim().toUpperCase()),
        isNull(personIdentifier.to),
      ),
    )
  if (!found) throw new Refusal('malformed', 400, { fields: [{ name: 'curp', code: 'unknown' }] })
  return found.id
}
