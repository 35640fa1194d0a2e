import * as Type from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { type Actor, type MovementRow, movement } from '../movements/movement.ts'
import { perform } from '../movements/perform.ts'
import { newToken } from '../movements/token.ts'
import { linkLetter, noteLink } from './credential.ts'

/** A link to choose a password by, to the alternate address. Nothing changes in the directory: the old password goes on. */
export const linkIssued = movement('link-issue', {
  detail: Type.Object({}),
  secret: 'temporary',
  newSecret: newToken,
  term: () => 'link',
  notice: false,
  apply: async () => ({ outcome: 'unchanged' }),
  settle: noteLink,
  letter: work => linkLetter('reset', work),
})

interface Ask {
  account: string
  person: string
  visit?: string
  within?(tx: Db): Promise<void>
}

/** Refusals: `in-progress`; what the caller's checks throw. */
export const issueLink = (ctx: Context, actor: Actor, ask: Ask): Promise<MovementRow> =>
  perform(ctx, actor, linkIssued, {
    account: ask.account,
    person: ask.person,
    ...(ask.visit ? { visit: ask.visit } : {}),
    detail: {},
    within: async tx => {
      await ask.within?.(tx)
      return undefined
    },
  })
