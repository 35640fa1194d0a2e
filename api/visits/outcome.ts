import { setTimeout as sleep } from 'node:timers/promises'
import { and, desc, eq, inArray } from 'drizzle-orm'
import { alternateEmail } from '../accounts/facts.ts'
import type { Context } from '../context.ts'
import { address, credentialIssue, link, movement } from '../db/schema.ts'
import { maskAccount, maskEmail } from '../mask.ts'
import { isLive } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Visit } from './identify.ts'
import { handedOut } from './stops.ts'

export interface Confirmed {
  folio: string
  act: 'create' | 'reset'
  state: 'done' | 'in-progress'
  account: string
  deliveredTo: string
  at: string
  expiresAt: string
  againAt: string
}

/** What the confirmation came to; waits a little while somebody is still at it. */
export async function answer(ctx: Context, open: Visit, until = performance.now()): Promise<Confirmed> {
  for (;;) {
    const found = await outcome(ctx, open)
    const settled =
      found &&
      (!isLive(found.movement.state) ||
        found.movement.trailing ||
        found.movement.attempts > 1 ||
        found.movement.problem)
    if (found && (settled || performance.now() > until)) return told(ctx, found)
    if (!found && performance.now() > until) throw new Refusal('not-available', 503, {}, 30)
    await sleep(60)
  }
}

type Outcome = NonNullable<Awaited<ReturnType<typeof outcome>>>

async function outcome(ctx: Context, open: Visit) {
  const [found] = await ctx.db
    .select({
      movement,
      local: address.local,
      domain: address.domain,
      issue: { issuedAt: credentialIssue.issuedAt, expiresAt: credentialIssue.expiresAt },
    })
    .from(movement)
    .leftJoin(
      address,
      and(eq(address.accountId, movement.accountId), inArray(address.role, ['primary', 'quarantined'])),
    )
    .leftJoin(credentialIssue, eq(credentialIssue.movementId, movement.id))
    .where(eq(movement.visitId, open.id))
  if (!found || found.issue) return found
  const [sent] = await ctx.db
    .select({ issuedAt: link.issuedAt, expiresAt: link.expiresAt })
    .from(link)
    .where(and(eq(link.movementId, found.movement.id), eq(link.purpose, 'password')))
    .orderBy(desc(link.id))
    .limit(1)
  return { ...found, issue: sent ?? null }
}

const later = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1000)

/** The same members whatever became of the mail: only `state` may tell that. */
async function told(ctx: Context, { movement: row, local, domain, issue }: Outcome): Promise<Confirmed> {
  if (row.state === 'failed' || row.state === 'undone')
    throw new Refusal('not-available', 503, { folio: row.folio }, 60)
  const { limits, terms } = ctx.institution
  const mail = row.deliveryTo || !row.personId ? undefined : await alternateEmail(ctx.db, row.personId)
  const handed = await handedOut(ctx.db, limits.resets, row.accountId ?? '', row.id)
  const [again] = limits.resets
  const since = issue?.issuedAt ?? row.intendedAt
  const term = ctx.institution.delivery === 'enlace' ? terms.link : terms.temporaryPassword
  return {
    folio: row.folio,
    act: row.kind === 'account-creation' ? 'create' : 'reset',
    state: row.state === 'done' || row.trailing ? 'done' : 'in-progress',
    account: local && domain ? maskAccount(`${local}@${domain}`) : '',
    deliveredTo: row.deliveryTo ?? (mail ? maskEmail(mail.address) : ''),
    at: row.intendedAt.toISOString(),
    expiresAt: (issue?.expiresAt ?? later(since, term)).toISOString(),
    againAt: (handed?.againAt ?? later(since, again?.seconds ?? 0)).toISOString(),
  }
}
