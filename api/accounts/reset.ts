import * as Type from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { type Intent, perform } from '../movements/perform.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { credentialLetter, noteIssue } from './credential.ts'
import { temporaryPassword } from './password.ts'
import { endStaffSessions } from './staff-sessions.ts'

/** The old password dies at once, a temporary one goes to the alternate address. A blocked account stays blocked. */
export const passwordReset = movement('password-reset', {
  /** How it was made sure who asked, where staff did. */
  detail: Type.Object({ check: Type.Optional(Type.String()) }),
  secret: 'temporary',
  newSecret: temporaryPassword,
  notice: true,
  async apply({ provider, link, secret, until, fence }) {
    if (!link) throw new ProviderRefusal('gone')
    await provider.setPassword(link.externalId, { password: secret, until, fence })
    return { outcome: 'reset' }
  },
  async settle(work) {
    await noteIssue(work)
    await endStaffSessions(work.tx, work.address)
  },
  letter: work => credentialLetter('reset', work),
})

interface Ask extends Pick<Intent<unknown>, 'visit' | 'oficio' | 'reason' | 'chosen' | 'beside'> {
  account: string
  person: string
  check?: string
  within?(tx: Db): Promise<void>
}

/** The verb of an act that hands something over to who holds an account. Refusals: `in-progress`; what the caller's checks throw. */
export const handOver =
  (definition: typeof passwordReset) =>
  (ctx: Context, actor: Actor, { check, within, ...ask }: Ask): Promise<MovementRow> =>
    perform(ctx, actor, definition, {
      ...ask,
      detail: check ? { check } : {},
      within: async tx => {
        await within?.(tx)
        return undefined
      },
    })

/** Resets an account's password. */
export const resetPassword = handOver(passwordReset)
