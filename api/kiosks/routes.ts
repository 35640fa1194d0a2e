import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { openKiosk } from './open.ts'

export const kioskRoutes = [
  serve(contract.openKiosk, async ({ ctx, actor, source, ask, cookies, reply }) => {
    cookies.set(reply, 'kiosk', await openKiosk(ctx, actor, { ...ask, source }))
    return null
  }),
]
