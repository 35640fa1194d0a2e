import { serve } from '../serve.ts'
import { getDemo } from './contract.ts'
import { identitiesOf } from './seed.ts'

export const demoRoutes = [
  serve(getDemo, async ({ ctx }) => ({ identities: identitiesOf(ctx), members: [], mails: ctx.inbox })),
]
