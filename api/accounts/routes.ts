import { attemptKeys, count, giveBack } from '../limits.ts'
import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { canonicalAccount, changeOwnPassword } from './own-password.ts'

export const accountRoutes = [
  serve(contract.changePassword, async ({ ctx, actor, source, ask }) => {
    const account = canonicalAccount(ask.account)
    const counted = await count(ctx.db, attemptKeys(ctx, [`account ${account ?? ask.account}`], source))
    await changeOwnPassword(ctx, actor, { ...ask, account: account ?? '' }, () => giveBack(ctx.db, counted))
    return null
  }),
]
