import * as Type from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { credentialLetter, noteIssue } from './credential.ts'
import { temporaryPassword } from './password.ts'

/** The old password dies at once, a temporary one goes to the alternate address. A blocked account stays blocked. */
export const passwordReset = movement('password-reset', {
  detail: Type.Object({}),
  secret: 'temporary',
  newSecret: temporaryPassword,
  notice: true,
  async apply({ provider, link, secret, until, fence }) {
    if (!link) throw new ProviderRefusal('gone')
    await provider.setPassword(link.externalId, { password: secret, until, fence })
    return { outcome: 'reset' }
  },
  settle: noteIssue,
  letter: work => credentialLetter('reset', work),
})

interface Ask {
  account: string
  person: string
  visit?: string
  within?(tx: Db): Promise<void>
}

/** The verb of an act that hands something over to who holds an account. Refusals: `in-progress`; what the caller's checks throw. */
export const handOver =
  (definition: typeof passwordReset) =>
  (ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> =>
    perform(ctx, actor, definition, {
      account: ask.account,
      person: ask.person,
      ...(ask.visit ? { visit: ask.visit } : {}),
      detail: {},
      within: async tx => {
        await ask.within?.(tx)
        return undefined
      },
    })

/** Resets an account's password. */
export const resetPassword = handOver(passwordReset)
