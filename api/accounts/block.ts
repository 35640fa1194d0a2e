import { eq } from 'drizzle-orm'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { account } from '../db/schema.ts'
import { type Actor, type Definition, type MovementRow, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { ProviderRefusal } from '../providers/provider.ts'

const toState = (kind: string, state: 'active' | 'blocked'): Definition =>
  movement(kind, {
    detail: Type.Object({}),
    secret: 'none',
    notice: false,
    follows: true,
    async apply({ provider, link, fence }) {
      if (!link) throw new ProviderRefusal('gone')
      await provider.setBlocked(link.externalId, state === 'blocked', fence)
      return { outcome: state }
    },
    async settle({ tx, account: changed }) {
      await tx.update(account).set({ state }).where(eq(account.id, changed.id))
    },
  })

export const accountBlocked = toState('account-blocked', 'blocked')
export const accountUnblocked = toState('account-unblocked', 'active')

interface Ask {
  account: string
  person?: string
  reason: string
}

/** Nobody signs in any more; mail keeps arriving where the directory delivers it. */
export const blockAccount = (ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> =>
  perform(ctx, actor, accountBlocked, { ...ask, detail: {} })

/** The password of before signs in again. */
export const unblockAccount = (ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> =>
  perform(ctx, actor, accountUnblocked, { ...ask, detail: {} })
