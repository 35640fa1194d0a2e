import { eq } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { movement } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { serve } from '../serve.ts'
import { attendMovement } from './attend.ts'
import * as contract from './contract.ts'
import { readDesk } from './desk.ts'
import { exportMovements } from './export.ts'
import { lookUpMovements } from './look-up.ts'
import type { Definition } from './movement.ts'
import { shownMovements } from './shown.ts'
import { readMovement } from './story.ts'
import { dropView, saveView, viewsOf } from './views.ts'

/** The name under which a browser keeps it. */
const named = (reply: FastifyReply, ending: string) =>
  reply.header('content-disposition', `attachment; filename="movimientos.${ending}"`)

/** The definitions are all there are, of every room: this one knows none of them by name. */
export const movementRoutes = (definitions: readonly Definition[]) => [
  serve(contract.findMovements, ({ ctx, member, actor, ask }) => lookUpMovements(ctx, member, actor, ask)),
  serve(contract.readMovement, ({ ctx, member, actor, ask }) =>
    readMovement(ctx, member, actor, definitions, ask.folio),
  ),
  serve(contract.settleMovement, async ({ ctx, member, actor, ask }) => {
    const { id } = await attendMovement(ctx, member, actor, definitions, ask)
    const [shown] = await shownMovements(ctx, member, eq(movement.id, id), 1)
    if (!shown) throw new Refusal('not-found', 404)
    return shown
  }),
  // The server sends a stream as it comes; a reply's shape knows texts alone.
  serve(contract.exportCsv, async ({ ctx, member, actor, ask, reply }) => {
    const file = await exportMovements(ctx, member, actor, ask, 'csv')
    named(reply, 'csv')
    return file as unknown as string
  }),
  serve(contract.exportXlsx, async ({ ctx, member, actor, ask, reply }) => {
    const file = await exportMovements(ctx, member, actor, ask, 'xlsx')
    named(reply, 'xlsx')
    return file as unknown as string
  }),
  serve(contract.readDesk, ({ ctx, member }) => readDesk(ctx, member)),
  serve(contract.listViews, ({ ctx, member }) => viewsOf(ctx, member)),
  serve(contract.saveView, ({ ctx, member, ask }) => saveView(ctx, member, ask)),
  serve(contract.dropView, async ({ ctx, member, ask }) => {
    await dropView(ctx, member, ask.id)
    return null
  }),
]
