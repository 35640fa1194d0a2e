import { eq, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import type { Role } from '../roles.ts'
import { asMember } from './enter.ts'
import { endSessionsOf } from './sessions.ts'

/** Whom the institution's own directory or provider vouched for a moment ago. */
export interface Outside {
  source: 'directory' | 'oidc'
  subject: string
  login: string
  name: string
  /** By her groups; undefined where roles are given here. */
  roles: readonly Role[] | undefined
}

/** Her row, as the institution says at this moment; made at her first sign-in where her groups give her a role. */
export const admitOutside = (
  ctx: Context,
  actor: Actor,
  her: Outside,
): Promise<{ id?: string; why?: string }> =>
  ctx.db.transaction(async outer => {
    const tx = outer as Db
    const known = await tx
      .select()
      .from(member)
      .where(or(eq(member.subject, her.subject), eq(member.login, her.login)))
      .for('update')
    const row = known.find(({ subject }) => subject === her.subject) ?? known[0]
    if (!row) return her.roles?.length ? { id: await add(tx, actor, her, her.roles) } : { why: 'no-role' }
    // A login is somebody's already: of another source, or of another person there.
    const other =
      row.source !== her.source || (her.source === 'oidc' && (row.subject ?? her.subject) !== her.subject)
    if (other || known.length > 1) return { id: row.id, why: 'login-taken' }
    await keep(tx, actor, row, her)
    if (row.offAt) return { id: row.id, why: 'off' }
    return (her.roles ?? row.roles).length > 0 ? { id: row.id } : { id: row.id, why: 'no-role' }
  })

async function add(tx: Db, actor: Actor, her: Outside, roles: readonly Role[]): Promise<string> {
  const { source, subject, login, name } = her
  const values = { source, subject, login, name, roles: [...roles], units: [] }
  const [made] = await tx.insert(member).values(values).returning({ id: member.id })
  const id = made?.id ?? ''
  await record(tx, asMember(actor, id), { kind: 'member-added', detail: { member: id, roles, source } })
  return id
}

async function keep(tx: Db, actor: Actor, row: typeof member.$inferSelect, her: Outside): Promise<void> {
  const { subject, login, name } = her
  const roles = [...(her.roles ?? row.roles)]
  await tx.update(member).set({ subject, login, name, roles }).where(eq(member.id, row.id))
  if (roles.toSorted().join() === row.roles.toSorted().join()) return
  if (roles.length === 0) await endSessionsOf(tx, row.id)
  const detail = { member: row.id, roles, before: row.roles, source: her.source }
  await record(tx, asMember(actor, row.id), { kind: 'member-changed', detail })
}
