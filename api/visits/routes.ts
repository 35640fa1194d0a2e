import { serve } from '../serve.ts'
import { confirm } from './confirm.ts'
import * as contract from './contract.ts'
import { endVisit, extendVisit, shownVisit, ticketOf, whereItStands } from './current.ts'
import { identify, type Visit } from './identify.ts'
import { newChallenge } from './proof.ts'
import { sendCode } from './send-code.ts'

const mine = (visit: Visit | undefined): Visit => {
  if (!visit) throw new Error('a visitor without a visit')
  return visit
}

export const visitRoutes = [
  serve(contract.identify, async ({ ctx, actor, source, visit: before, ask, cookies, reply }) => {
    // Whoever types her keys starts anew: what this browser carried before is dead, also when they do not match.
    if (before) await endVisit(ctx, before.id)
    const { visit, token } = await identify(ctx, actor, { ...ask, source })
    cookies.set(reply, 'visit', ticketOf(ctx, visit, token))
    return shownVisit(ctx, visit)
  }),
  serve(contract.getChallenge, async ({ ctx, source }) => newChallenge(ctx, source)),
  serve(contract.currentVisit, async ({ ctx, visit }) => whereItStands(ctx, mine(visit))),
  serve(contract.extendVisit, async ({ ctx, visit, ask }) => extendVisit(ctx, mine(visit), ask)),
  serve(contract.sendCode, async ({ ctx, actor, visit }) => sendCode(ctx, actor, mine(visit))),
  serve(contract.confirmVisit, async ({ ctx, actor, visit, ask }) => confirm(ctx, actor, mine(visit), ask)),
  serve(contract.endVisit, async ({ ctx, visit, cookies, reply }) => {
    if (visit) await endVisit(ctx, visit.id)
    cookies.clear(reply, 'visit')
    reply.header('clear-site-data', '"storage"')
    return null
  }),
]
