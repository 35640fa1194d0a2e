import { and, eq, gt, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { approval } from '../db/schema.ts'
import type { DeskAct } from '../institution/schema-desk.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'

/** An act that waited for longer is asked for anew. */
export const stillOpen = () =>
  and(eq(approval.state, 'open'), gt(approval.at, sql`now() - interval '7 days'`))

interface Asked {
  deed: `account.${DeskAct}`
  account?: string
  person?: string
  ask: Record<string, unknown>
}

/** Writes down what a member asks, for a second person. Refusal: `waiting-approval` where the same is asked already. */
export async function askApproval(
  ctx: Context,
  member: Member,
  actor: Actor,
  { deed, account, person, ask }: Asked,
): Promise<{ approval: string; state: 'waiting-approval' }> {
  const asked = ctx.db.transaction(async outer => {
    const tx = outer as Db
    await dropOld(tx, deed, account)
    const [row] = await tx
      .insert(approval)
      .values({ deed, accountId: account ?? null, personId: person ?? null, ask, askedBy: member.id })
      .returning({ id: approval.id })
    await record(tx, actor, {
      kind: 'approval-asked',
      personId: person,
      detail: { deed, approval: row?.id, account },
    })
    return { approval: row?.id ?? '', state: 'waiting-approval' as const }
  })
  return asked.catch(error => {
    throw violates(error, 'approval_once') ? new Refusal('waiting-approval', 409) : error
  })
}

/** One that nobody decided in time makes room for the next. */
async function dropOld(tx: Db, deed: string, account: string | undefined): Promise<void> {
  if (!account) return
  await tx
    .update(approval)
    .set({ state: 'expired', decidedAt: now() })
    .where(
      and(
        eq(approval.deed, deed),
        eq(approval.accountId, account),
        eq(approval.state, 'open'),
        sql`${approval.at} <= now() - interval '7 days'`,
      ),
    )
}
