import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { code } from '../db/schema.ts'
import { count, giveBack, limiterKey, roomLeft } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { canonicalCode, hmacsOf, isLiveCode, isSame, liveCodeOf } from './code.ts'
import type { Visit } from './identify.ts'
import { isHerBrowser } from './known-browser.ts'

/**
 * Is this the live code of this visit? The try is counted before it is compared and given back when it was right. Answers
 * with the id of the code, still unused. Refusals: `malformed`, `code-wrong` (with `left`, or `expired` where there is
 * nothing to compare with, which costs no try), `too-many-attempts`.
 */
export async function checkCode(
  ctx: Context,
  actor: Actor,
  open: Visit,
  said: string | undefined,
): Promise<number> {
  const plain = canonicalCode(said ?? '')
  if (plain === undefined) {
    const problem = (said ?? '').trim() === '' ? 'required' : 'shape'
    throw new Refusal('malformed', 400, { fields: [{ name: 'code', code: problem }] })
  }
  const live = await liveCodeOf(ctx.db, open)
  if (!live) throw new Refusal('code-wrong', 403, { expired: true })
  const keys = [await triesOf(ctx, open)]
  const counted = await count(ctx.db, keys)
  if (!hmacsOf(ctx, open.id, plain).some(hmac => isSame(hmac, live.hmac))) {
    await record(ctx.db, actor, { kind: 'code-refused', personId: open.personId })
    throw new Refusal('code-wrong', 403, { left: await roomLeft(ctx.db, keys) })
  }
  await giveBack(ctx.db, counted)
  return live.id
}

/** Tries are the person's, in however many visits. Strangers use up theirs, and never those at a browser of hers. */
async function triesOf(ctx: Context, open: Visit) {
  const who = (await isHerBrowser(ctx, open)) ? 'her code' : 'code'
  return {
    key: limiterKey(ctx, who, open.personId),
    limits: ctx.institution.limits.codeFailures.person,
  }
}

/** In the transaction that spends the confirmation: a code confirms once, and not after its time. */
export async function useCode(tx: Db, id: number): Promise<void> {
  const used = await tx
    .update(code)
    .set({ usedAt: now() })
    .where(and(eq(code.id, id), isLiveCode))
    .returning({ id: code.id })
  if (used.length === 0) throw new Refusal('code-wrong', 403, { expired: true })
}
