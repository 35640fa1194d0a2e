import { and, desc, eq } from 'drizzle-orm'
import { temporaryPassword } from '../accounts/password.ts'
import type { Context } from '../context.ts'
import { address, credentialIssue, type movement, person } from '../db/schema.ts'
import { record } from '../movements/record.ts'
import { drawSlip, type SlipAsk } from '../oficios/slip.ts'
import { Refusal } from '../refusal.ts'
import type { Acted, Desk } from './act.ts'
import { isWaiting } from './act.ts'

type Row = typeof movement.$inferSelect

/** Where a sheet is asked for, this service's own memory holds the secret for as long as the act takes. */
export function secretFor({ ctx }: Desk, asked: boolean | undefined): { secret?: string } {
  if (!asked) return {}
  // By links there is no password to print: a key on paper is an act of its own.
  if (!ctx.institution.desk.slip || ctx.institution.delivery === 'enlace')
    throw new Refusal('slip-not-offered', 409)
  return { secret: temporaryPassword() }
}

/**
 * The sheet of an act that has just been done, told in its reply alone. None where the secret is not sure to be the one
 * that signs in: another try makes another.
 */
export async function slipOf(
  desk: Desk,
  done: Acted,
  asked: boolean | undefined,
): Promise<{ slip?: { name: string; pdf: string } }> {
  if (!asked || isWaiting(done) || !done.accountId) return {}
  const { ctx, secret } = desk
  const facts = secret === undefined ? undefined : await passwordFor(ctx, done, secret)
  if (!facts) return {}
  const pdf = await drawSlip(desk.ctx, facts)
  await record(desk.ctx.db, desk.actor, {
    kind: 'slip-drawn',
    movementId: done.id,
    personId: done.personId ?? undefined,
  })
  return { slip: { name: `datos-de-acceso-${facts.folio}.pdf`, pdf: pdf.toString('base64') } }
}

async function passwordFor(ctx: Context, row: Row, password: string): Promise<SlipAsk | undefined> {
  const sure = row.attempts === 1 && row.deliveredAt !== null
  const [issue] = await ctx.db.select().from(credentialIssue).where(eq(credentialIssue.movementId, row.id))
  if (!sure || !issue) return undefined
  return {
    ...(await whose(ctx, row)),
    secret: { password },
    expiresAt: issue.expiresAt,
    at: row.appliedAt ?? row.intendedAt,
  }
}

async function whose(ctx: Context, { accountId, personId, folio }: Row) {
  const [found] = await ctx.db
    .select()
    .from(address)
    .where(and(eq(address.accountId, accountId ?? ''), eq(address.role, 'primary')))
    .orderBy(desc(address.id))
  const [her] = personId ? await ctx.db.select().from(person).where(eq(person.id, personId)) : []
  const holder = [her?.given, her?.surname1, her?.surname2].filter(Boolean).join(' ')
  return { account: `${found?.local}@${found?.domain}`, holder, folio }
}
