import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { decideAtDesk, listProposals } from './proposals.ts'

export const adoptionRoutes = [
  serve(contract.listProposals, ({ ctx, member, actor }) => listProposals(ctx, member, actor)),
  serve(contract.decideProposal, async ({ ctx, member, actor, ask }) => {
    await decideAtDesk(ctx, member, actor, ask)
    return null
  }),
]
