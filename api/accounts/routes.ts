import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { movement } from '../db/schema.ts'
import { attemptKeys, count, giveBack, type Source } from '../limits.ts'
import * as movements from '../movements/contract.ts'
import { shownMovements } from '../movements/shown.ts'
import { Refusal } from '../refusal.ts'
import { serve } from '../serve.ts'
import { raiseAlert } from './alert.ts'
import { choosePassword, lookAtLink } from './choose-password.ts'
import * as contract from './contract.ts'
import * as desk from './desk-contract.ts'
import { findAccounts } from './find.ts'
import { listOrphans } from './orphans.ts'
import { canonicalAccount, changeOwnPassword } from './own-password.ts'
import { readAccount } from './read-account.ts'
import { resendMovement } from './resend.ts'

/** A token says whose it is only once it is known: guesses are counted on source and browser; a known one gives back. */
async function counted(ctx: Context, source: Source): Promise<() => Promise<void>> {
  const ids = await count(ctx.db, attemptKeys(ctx, [], source))
  return () => giveBack(ctx.db, ids)
}

export const accountRoutes = [
  serve(contract.changePassword, async ({ ctx, actor, source, ask }) => {
    const account = canonicalAccount(ask.account)
    const counted = await count(ctx.db, attemptKeys(ctx, [`account ${account ?? ask.account}`], source))
    await changeOwnPassword(ctx, actor, { ...ask, account: account ?? '' }, () => giveBack(ctx.db, counted))
    return null
  }),
  serve(contract.lookAtLink, async ({ ctx, source, ask }) =>
    lookAtLink(ctx, ask.token, await counted(ctx, source)),
  ),
  serve(contract.chooseByLink, async ({ ctx, actor, source, ask }) => {
    await choosePassword(ctx, actor, ask, await counted(ctx, source))
    return null
  }),
  serve(contract.raiseAlert, async ({ ctx, actor, source, ask }) => {
    await raiseAlert(ctx, actor, ask, await counted(ctx, source))
    return null
  }),
  serve(desk.findAccounts, ({ ctx, member, actor, ask }) => findAccounts(ctx, member, actor, ask.q)),
  serve(desk.listOrphans, ({ ctx, member, actor }) => listOrphans(ctx, member, actor)),
  serve(desk.readAccount, ({ ctx, member, actor, ask }) => readAccount(ctx, member, actor, ask.id)),
  serve(movements.resendMovement, async ({ ctx, member, actor, ask }) => {
    const { id } = await resendMovement(ctx, member, actor, ask)
    const [shown] = await shownMovements(ctx, member, eq(movement.id, id), 1)
    if (!shown) throw new Refusal('not-found', 404)
    return shown
  }),
]
