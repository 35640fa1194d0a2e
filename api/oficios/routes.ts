import { asFile } from '../files/name.ts'
import { attemptKeys, count, giveBack } from '../limits.ts'
import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { draftOficios } from './draft.ts'
import { acknowledgeOficio, setOficio } from './follow.ts'
import { issueOficio, previewOficio } from './issue.ts'
import { listOficios } from './list.ts'
import { drawOficio, oficioOf, readOficio, shown } from './read.ts'
import { drawRegister } from './register.ts'
import { verifyOficio } from './verify.ts'

export const oficioRoutes = [
  serve(contract.listOficios, ({ ctx, actor, member, ask }) => listOficios(ctx, actor, member, ask)),
  serve(contract.draftOficios, ({ ctx, member, ask }) => draftOficios(ctx, member, ask.folio)),
  serve(contract.previewOficio, async ({ ctx, member, ask, reply }) => {
    reply.headers(asFile('Borrador.pdf'))
    return previewOficio(ctx, member, ask)
  }),
  serve(contract.issueOficio, async ({ ctx, actor, member, ask }) =>
    shown(await oficioOf(ctx.db, member, await issueOficio(ctx, actor, member, ask))),
  ),
  serve(contract.readOficio, ({ ctx, actor, member, ask }) => readOficio(ctx, actor, member, ask.id)),
  serve(contract.drawOficio, async ({ ctx, actor, member, ask, reply }) => {
    const { name, pdf } = await drawOficio(ctx, actor, member, ask.id)
    reply.headers(asFile(name))
    return pdf
  }),
  serve(contract.setOficio, ({ ctx, actor, member, ask }) => setOficio(ctx, actor, member, ask)),
  serve(contract.acknowledgeOficio, ({ ctx, actor, member, ask }) =>
    acknowledgeOficio(ctx, actor, member, ask),
  ),
  serve(contract.listRegisters, async ({ ctx }) =>
    ctx.institution.letters.registers.map(({ code, title }) => ({ code, title })),
  ),
  serve(contract.drawRegister, async ({ ctx, actor, member, ask, reply }) => {
    const { name, pdf } = await drawRegister(ctx, actor, member, ask)
    reply.headers(asFile(name))
    return pdf
  }),
  // A folio that is guessed is counted on source and browser; a true one gives its attempt back.
  serve(contract.verifyOficio, async ({ ctx, source, ask }) => {
    const counted = await count(ctx.db, attemptKeys(ctx, [], source))
    const found = await verifyOficio(ctx, ask.folio)
    await giveBack(ctx.db, counted)
    return found
  }),
]
