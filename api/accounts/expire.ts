import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { isUnreachable } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { credentialIssue } from '../db/schema.ts'
import { movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'

/** A temporary password that nobody claimed stops working, while the directory shows that it is still ours. */
export const passwordExpired = movement('password-expiry', {
  detail: Type.Object({ issue: Type.Integer(), setUnder: Type.Integer() }),
  secret: 'none',
  notice: false,
  async apply({ provider, link, detail, fence }) {
    if (!link) return { outcome: 'not-ours' }
    return { outcome: await provider.expirePassword(link.externalId, detail.setUnder, fence) }
  },
  async settle({ tx, detail, outcome }) {
    const end = outcome === 'expired' ? { expiredAt: now() } : { claimedAt: now() }
    await tx
      .update(credentialIssue)
      .set(end)
      .where(
        and(
          eq(credentialIssue.id, detail.issue),
          isNull(credentialIssue.claimedAt),
          isNull(credentialIssue.expiredAt),
        ),
      )
  },
})

/** Timed: every issue whose term is over. One whose account has a live movement waits for the next round. */
export async function expirePasswords(ctx: Context): Promise<void> {
  const due = await ctx.db
    .select()
    .from(credentialIssue)
    .where(
      and(
        lt(credentialIssue.expiresAt, sql`now()`),
        isNull(credentialIssue.claimedAt),
        isNull(credentialIssue.expiredAt),
      ),
    )
    .limit(500)
  for (const issue of due) {
    const detail = { issue: issue.id, setUnder: issue.fence }
    await perform(ctx, { as: 'system', channel: 'system' }, passwordExpired, {
      account: issue.accountId,
      detail,
      within: tx => stopWhenOver(tx, issue.id),
    }).catch(error => {
      if (isUnreachable(error)) throw error
      if (!(error instanceof Refusal)) ctx.log.error({ err: error, issue: issue.id }, 'password not expired')
    })
  }
}

/** Another node was faster, or she chose her own meanwhile. */
async function stopWhenOver(tx: Db, id: number): Promise<undefined> {
  const [issue] = await tx.select().from(credentialIssue).where(eq(credentialIssue.id, id)).for('update')
  if (!issue || issue.claimedAt || issue.expiredAt) throw new Refusal('not-found', 404)
}
