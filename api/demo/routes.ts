import { serve } from '../serve.ts'
import { getDemo } from './contract.ts'
import { shownOf } from './seed.ts'

export const demoRoutes = [serve(getDemo, async ({ ctx }) => ({ ...shownOf(ctx), mails: ctx.inbox }))]
