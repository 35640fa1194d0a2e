import { serve } from '../serve.ts'
import { approveAlternateEmail } from './approve.ts'
import { changeAlternateEmail } from './change.ts'
import * as contract from './contract.ts'
import { findCentres } from './find-centres.ts'
import { findPersons, listOwnStaff, readPerson } from './find-persons.ts'
import { liftPause } from './lift-pause.ts'
import { refuseAtKiosk } from './standing.ts'
import { unmask } from './unmask.ts'
import { verifyAlternateEmail } from './verify.ts'

export const contactRoutes = [
  serve(contract.findPersons, ({ ctx, member, actor, ask }) => findPersons(ctx, member, actor, ask.q)),
  serve(contract.listOwnStaff, ({ ctx, member, actor }) => listOwnStaff(ctx, member, actor)),
  serve(contract.readPerson, ({ ctx, member, actor, ask }) => readPerson(ctx, member, actor, ask.id)),
  serve(contract.unmask, ({ ctx, member, actor, ask }) => unmask(ctx, member, actor, ask)),
  serve(contract.findCentres, ({ ctx, member, actor, ask }) => findCentres(ctx, member, actor, ask.q)),
  serve(contract.changeAlternateEmail, async ({ ctx, member, actor, ask, kiosk }) => {
    await refuseAtKiosk(ctx, actor, kiosk)
    return changeAlternateEmail(ctx, member, actor, ask)
  }),
  serve(contract.verifyAlternateEmail, async ({ ctx, member, actor, ask, kiosk }) => {
    await refuseAtKiosk(ctx, actor, kiosk)
    return verifyAlternateEmail(ctx, member, actor, ask)
  }),
  serve(contract.approveAlternateEmail, async ({ ctx, member, actor, ask, kiosk }) => {
    await refuseAtKiosk(ctx, actor, kiosk)
    return approveAlternateEmail(ctx, member, actor, ask)
  }),
  serve(contract.liftPause, async ({ ctx, member, actor, ask, kiosk }) => {
    await refuseAtKiosk(ctx, actor, kiosk)
    await liftPause(ctx, member, actor, ask)
    return null
  }),
]
