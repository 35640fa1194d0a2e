import { type Served, serve } from '../serve.ts'
import { getInstitution } from './contract.ts'
import { toPublic } from './public.ts'

export const institutionRoutes: Served[] = [
  (app, ctx, cookies) => {
    const told = toPublic(ctx.institution, ctx.config.mode === 'demo')
    serve(getInstitution, async () => told)(app, ctx, cookies)
  },
]
