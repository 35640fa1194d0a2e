import { setTimeout as sleep } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { createAccount } from '../accounts/create.ts'
import { issueLink } from '../accounts/issue-link.ts'
import { resetPassword } from '../accounts/reset.ts'
import { adoptHers } from '../adoption/adopt-hers.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { type VisitOption, visit } from '../db/schema.ts'
import { assertRoom } from '../limits.ts'
import type { Actor, MovementRow } from '../movements/movement.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import { checkCode } from './check-code.ts'
import type { Visit } from './identify.ts'
import { ruleOf } from './options.ts'
import { answer, type Confirmed } from './outcome.ts'
import { spend } from './spend.ts'

/**
 * Spends the confirmation, once, and does the act. Repeated, it answers the same and does nothing. Refusals:
 * `visit-expired`, those of the code where one is needed, and the stops that became true since she identified herself.
 */
export async function confirm(
  ctx: Context,
  actor: Actor,
  open: Visit,
  ask: { account?: string; code?: string },
): Promise<Confirmed> {
  const until = performance.now() + ctx.pace.patienceSeconds * 1000
  if (open.confirmedAt) return answer(ctx, open, until)
  const option = chosen(open, ask.account)
  try {
    const acting = act(ctx, actor, open, option, ask.code)
    acting.catch(() => {}) // heard below, unless patience ends first
    await Promise.race([acting, sleep(ctx.pace.patienceSeconds * 1000, undefined, { ref: false })])
  } catch (error) {
    // Somebody was faster with this very confirmation, or it was spent before the fault: there is an answer.
    if (!(await isConfirmed(ctx.db, open))) throw error
  }
  return answer(ctx, open, until)
}

function chosen(open: Visit, id: string | undefined): VisitOption {
  const option =
    id === undefined && open.options.length === 1 ? open.options[0] : open.options.find(o => o.id === id)
  if (!option)
    throw new Refusal('malformed', 400, { fields: [{ name: 'account', code: id ? 'unknown' : 'required' }] })
  return option
}

async function act(
  ctx: Context,
  actor: Actor,
  open: Visit,
  option: VisitOption,
  said: string | undefined,
): Promise<MovementRow> {
  await assertRoom(ctx.db, open.counted)
  const byCode = ctx.institution.confirmation === 'code'
  const code = byCode ? await checkCode(ctx, actor, open, said) : undefined
  const within = (tx: Db) => spend(ctx, tx, open, option, code)
  const ask = { person: open.personId, visit: open.id, within }
  if (option.act === 'create') {
    await stopWhenElsewhere(ctx, actor, open.personId, option)
    return createAccount(ctx, actor, { ...ask, kind: option.kind, affiliation: option.affiliationId })
  }
  if (!option.accountId) throw new Error('a reset without an account')
  const reset = ctx.institution.delivery === 'enlace' ? issueLink : resetPassword
  return reset(ctx, actor, { ...ask, account: option.accountId })
}

/** An entry of hers may have come to the directory since she identified herself. One that is down now is asked later. */
async function stopWhenElsewhere(
  ctx: Context,
  actor: Actor,
  personId: string,
  { kind }: VisitOption,
): Promise<void> {
  const rule = ruleOf(ctx, kind)
  const found = await adoptHers(ctx, actor, personId, rule ? [rule] : []).catch((error: unknown) => {
    if (!(error instanceof ProviderRefusal)) throw error
  })
  if (found?.inReview.size) throw new Refusal('needs-review', 409)
  if (found && found.held.length > 0) throw new Refusal('visit-expired', 410)
}

const isConfirmed = async (db: Db, open: Visit) => {
  const [row] = await db.select({ at: visit.confirmedAt }).from(visit).where(eq(visit.id, open.id))
  return row?.at != null
}
