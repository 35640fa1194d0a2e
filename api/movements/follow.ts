import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { account } from '../db/schema.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { applyFollower, isBulk, type Step } from './apply.ts'
import { followerOf } from './handles.ts'
import type { Running } from './movement.ts'
import { Setback } from './set-back.ts'
import { Stale } from './state.ts'

/**
 * The systems beside the directory, each told the account's state of this moment, whatever act brought it here. One that
 * fails keeps no other from its part; the first failure is answered, for a later try.
 */
export async function followSteps(
  ctx: Context,
  running: Running<unknown>,
  steps: readonly Step[],
): Promise<unknown> {
  const failures: unknown[] = []
  for (const step of steps) {
    if (step.state === 'applied') continue
    if (step.state === 'asked') failures.push(new Setback('waiting'))
    else if (step.state === 'failed') failures.push(new Setback('not-done-by-hand'))
    else
      await followStep(ctx, running, step).catch(error => {
        if (error instanceof Stale) throw error
        failures.push(error)
      })
  }
  return failures.find(error => !isWaiting(error)) ?? failures[0]
}

const isWaiting = (error: unknown) =>
  error instanceof ProviderRefusal ? error.code === 'waiting' : (error as Error).message === 'waiting'

async function followStep(ctx: Context, running: Running<unknown>, step: Step): Promise<void> {
  const [now] = await ctx.db
    .select({ state: account.state })
    .from(account)
    .where(eq(account.id, running.account.id))
  const state = now?.state === 'blocked' || now?.state === 'closed' ? now.state : 'active'
  const { person } = running
  await applyFollower(ctx, running, step, async (note, link) => {
    const follower = followerOf(ctx, step.provider)
    return (follower.noting?.(note, isBulk(running)) ?? follower).follow({
      marker: running.account.id,
      kind: running.account.kind,
      address: running.address,
      displayName: [person?.given, person?.surname1, person?.surname2].filter(Boolean).join(' '),
      state,
      externalId: link?.externalId,
      fence: running.fence,
      folio: running.movement.folio,
    })
  })
}
