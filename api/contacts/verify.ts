import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contactChange, person } from '../db/schema.ts'
import { count, giveBack, limiterKey, roomLeft } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { codeIn, isCode } from './code.ts'
import type { verifyAlternateEmail as contract } from './contract.ts'
import { type Change, enforce } from './enforce.ts'
import { standingOf } from './standing.ts'
import { createVouched } from './vouched.ts'

/**
 * The code that came to the new address makes it hers, or ready for a second person to approve. A director's word needs
 * nobody else's, and the account stands at once. Refusals: those of `standingOf`; `not-found` where nothing is on its way;
 * `malformed`, `code-wrong` (with `left`, or `expired`), `too-many-attempts`.
 */
export async function verifyAlternateEmail(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { id: string; code: string },
): Promise<Reply<typeof contract>> {
  const standing = await standingOf(ctx, member, actor, ask.id)
  const plain = codeIn(ask.code)
  const open = await openChange(ctx, ask.id)
  // What a director vouches for is hers to finish, in person.
  if (!open || (open.vouched ? open.askedBy !== member.id : standing !== 'counter'))
    throw new Refusal('not-found', 404)
  await assertCode(ctx, actor, open, plain)
  const approval = !open.vouched && ctx.institution.desk.approvals.includes('alternate-email')
  const cooling = await ctx.db.transaction(async outer => {
    const tx = outer as Db
    await tx.select({ id: person.id }).from(person).where(eq(person.id, ask.id)).for('update')
    const change = await useCode(tx, open.id)
    await record(tx, actor, { kind: 'contact-verified', personId: ask.id, detail: { change: open.id } })
    return approval ? null : enforce(ctx, tx, actor, change)
  })
  if (approval) return { state: 'waiting-approval', coolingUntil: null, movement: null }
  return {
    state: 'done',
    coolingUntil: cooling?.toISOString() ?? null,
    movement: open.vouched ? await createVouched(ctx, member, actor, ask.id) : null,
  }
}

async function openChange(ctx: Context, personId: string): Promise<Change | undefined> {
  const [open] = await ctx.db
    .select()
    .from(contactChange)
    .where(and(eq(contactChange.personId, personId), eq(contactChange.state, 'code-sent')))
  return open
}

const isLive = sql`${contactChange.state} = 'code-sent' and ${contactChange.codeExpiresAt} > now()`

/** The try is counted before it is compared, on the person, and given back when it was right. */
async function assertCode(ctx: Context, actor: Actor, open: Change, plain: string): Promise<void> {
  const [live] = await ctx.db
    .select()
    .from(contactChange)
    .where(and(eq(contactChange.id, open.id), isLive))
  if (!live?.codeHmac) throw new Refusal('code-wrong', 403, { expired: true })
  const keys = [
    {
      key: limiterKey(ctx, 'contact code try', open.personId),
      limits: ctx.institution.limits.codeFailures.person,
    },
  ]
  const counted = await count(ctx.db, keys)
  if (!isCode(ctx, live.id, plain, live.codeHmac)) {
    await record(ctx.db, actor, { kind: 'code-refused', personId: open.personId })
    throw new Refusal('code-wrong', 403, { left: await roomLeft(ctx.db, keys) })
  }
  await giveBack(ctx.db, counted)
}

/** A code verifies once, and not after its time. */
async function useCode(tx: Db, id: string): Promise<Change> {
  const [change] = await tx
    .update(contactChange)
    .set({ state: 'waiting-approval', codeHmac: null, verifiedAt: now() })
    .where(and(eq(contactChange.id, id), isLive))
    .returning()
  if (!change) throw new Refusal('code-wrong', 403, { expired: true })
  return change
}
