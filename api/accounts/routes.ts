import { serve } from '../serve.ts'
import { attemptKeys, count, giveBack } from '../visits/limits.ts'
import * as contract from './contract.ts'
import { changeOwnPassword } from './own-password.ts'

export const accountRoutes = [
  serve(contract.changePassword, async ({ ctx, actor, source, ask }) => {
    const account = ask.account.replace(/^ +| +$/g, '').toLowerCase()
    const counted = await count(ctx.db, attemptKeys(ctx, [`account ${account}`], source))
    await changeOwnPassword(ctx, actor, { ...ask, account }, () => giveBack(ctx.db, counted))
    return null
  }),
]
