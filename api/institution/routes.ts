import { serve } from '../serve.ts'
import { getInstitution } from './contract.ts'
import { toPublic } from './public.ts'

export const institutionRoutes = [
  serve(getInstitution, async ({ ctx }) => toPublic(ctx.institution, ctx.config.mode === 'demo')),
]
