import { and, eq, inArray, lte, sql } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { isUnreachable } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { account } from '../db/schema.ts'
import { type Actor, type Definition, type MovementRow, movement } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { now } from '../movements/state.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import { endStaffSessions } from './staff-sessions.ts'
import { tellHolder } from './tell.ts'

const Detail = Type.Object({
  /** Last day of a block that ends by itself, by the institution's calendar. */
  until: Type.Optional(Type.String()),
})
type Detail = Type.Static<typeof Detail>

const toState = (kind: string, state: 'active' | 'blocked'): Definition<typeof Detail> =>
  movement(kind, {
    detail: Detail,
    secret: 'none',
    notice: false,
    follows: true,
    async apply({ provider, link, fence }) {
      if (!link) throw new ProviderRefusal('gone')
      await provider.setBlocked(link.externalId, state === 'blocked', fence)
      return { outcome: state }
    },
    async settle(work) {
      const { ctx, tx, detail, account: changed, address } = work
      const end = sql`(${detail.until ?? null}::date + 1)::timestamp at time zone ${ctx.institution.timeZone}`
      const blockedUntil = state === 'blocked' && detail.until ? (end as never) : null
      await tx.update(account).set({ state, blockedUntil }).where(eq(account.id, changed.id))
      if (state === 'blocked') await endStaffSessions(tx, address)
      await tellHolder(work)
    },
  })

export const accountBlocked = toState('account-blocked', 'blocked')
export const accountUnblocked = toState('account-unblocked', 'active')

interface Ask extends Pick<Intent<Detail>, 'person' | 'oficio' | 'reason' | 'within' | 'beside'> {
  account: string
  until?: string
}

/** What hands something out, or lets somebody in: a block does not wait for it. */
const overtaken = [
  'password-reset',
  'link-issue',
  'activation-key-issue',
  'password-change',
  'password-expiry',
  'account-unblocked',
]

/** Nobody signs in any more; mail keeps arriving where the directory delivers it. It wins over a reset under way. */
export const blockAccount = (ctx: Context, actor: Actor, { until, ...ask }: Ask): Promise<MovementRow> =>
  perform(ctx, actor, accountBlocked, { ...ask, overtakes: overtaken, detail: until ? { until } : {} })

/** The password of before signs in again. */
export const unblockAccount = (ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> =>
  perform(ctx, actor, accountUnblocked, { ...ask, detail: {} })

/** Timed: blocks whose last day is over. One whose account has a live movement waits for the next round. */
export async function endBlocks(ctx: Context): Promise<void> {
  const due = await ctx.db
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.state, 'blocked'), lte(account.blockedUntil, now())))
    .limit(500)
  for (const { id } of due)
    await unblockAccount(
      ctx,
      { as: 'system', channel: 'system' },
      { account: id, within: stillDue(id) },
    ).catch(error => {
      if (isUnreachable(error)) throw error
      if (!(error instanceof Refusal)) ctx.log.error({ err: error }, 'block not ended')
    })
}

/** Staff may have closed or unblocked it, or blocked it for longer, in the meantime. */
const stillDue = (id: string) => async (tx: Db) => {
  const [due] = await tx
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.id, id), inArray(account.state, ['blocked']), lte(account.blockedUntil, now())))
    .for('update')
  if (!due) throw new Refusal('not-found', 404)
  return undefined
}
