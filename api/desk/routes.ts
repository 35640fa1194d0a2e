import { eq } from 'drizzle-orm'
import * as contract from '../accounts/desk-contract.ts'
import type { Context } from '../context.ts'
import { movement } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { shownMovements } from '../movements/shown.ts'
import { Refusal } from '../refusal.ts'
import { serve } from '../serve.ts'
import type { Member } from '../staff/member.ts'
import { type Act, type Acted, actOn, isWaiting } from './act.ts'
import * as acts from './acts.ts'
import { createAtDesk } from './create.ts'
import { approve, reject } from './decide-approval.ts'
import { foretellAddress } from './foretell.ts'
import type { Grounds } from './grounds.ts'
import { secretFor, slipOf } from './hand-over.ts'
import { issueKey } from './issue-key.ts'
import { kindsAtDesk } from './kinds.ts'
import { listApprovals } from './list-approvals.ts'
import { tryAddress } from './try-address.ts'

type Row = typeof movement.$inferSelect

interface Asking {
  ctx: Context
  member: Member
  actor: Actor
}

/** What was done, as the desk reads it. */
const told = async (asking: Asking, done: Acted) => (isWaiting(done) ? done : shownOf(asking, done))

async function shownOf({ ctx, member }: Asking, done: Row) {
  const [shown] = await shownMovements(ctx, member, eq(movement.id, done.id), 1)
  if (!shown) throw new Refusal('not-found', 404)
  return shown
}

const deskOf = ({ ctx, member, actor }: Asking): Asking => ({ ctx, member, actor })

/** One act on one account, as the desk asks for it; the sheet comes with the reply and with nothing else. */
async function act<A extends Grounds>(
  asking: Asking,
  what: Act<A>,
  { id, slip, ...ask }: A & { id: string; slip?: boolean },
) {
  const desk = { ...asking, ...secretFor(asking, slip) }
  const done = await actOn(desk, what, id, ask as unknown as A)
  return { ...(await told(desk, done)), ...(await slipOf(desk, done, slip)) }
}

export const deskRoutes = [
  serve(contract.listKinds, async ({ ctx }) => kindsAtDesk(ctx.institution)),
  serve(contract.tryAddress, async ({ ctx, ask }) => tryAddress(ctx, ask)),
  serve(contract.foretellAddress, async call => foretellAddress(deskOf(call), call.ask)),
  serve(contract.createAtDesk, async ({ ctx, member, actor, ask: { slip, ...ask } }) => {
    const desk = { ctx, member, actor, ...secretFor({ ctx, member, actor }, slip) }
    const done = await createAtDesk(desk, ask)
    return { ...(await told(desk, done)), ...(await slipOf(desk, done, slip)) }
  }),
  serve(contract.resetAtDesk, async call => act(deskOf(call), acts.reset, call.ask)),
  serve(contract.reassignAtDesk, async call => act(deskOf(call), acts.reassign, call.ask)),
  serve(contract.blockAtDesk, async call => act(deskOf(call), acts.block, call.ask)),
  serve(contract.unblockAtDesk, async call => act(deskOf(call), acts.unblock, call.ask)),
  serve(contract.closeAtDesk, async call => act(deskOf(call), acts.close, call.ask)),
  serve(contract.reopenAtDesk, async call => act(deskOf(call), acts.reopen, call.ask)),
  serve(contract.issueKeyAtDesk, async call => issueKey(deskOf(call), call.ask)),
  serve(contract.drawSlipAgain, async ({ ctx, actor, ask }) => {
    const [row] = await ctx.db.select().from(movement).where(eq(movement.folio, ask.folio))
    const of = row ? { movementId: row.id, personId: row.personId ?? undefined } : {}
    await record(ctx.db, actor, { kind: 'slip-refused', ...of })
    throw new Refusal('slip-gone', 410)
  }),
  serve(contract.listApprovals, async ({ ctx, member }) => listApprovals(ctx, member)),
  serve(contract.approve, async ({ ctx, member, actor, ask }) => {
    const asking = { ctx, member, actor }
    return shownOf(asking, await approve(asking, ask.id))
  }),
  serve(contract.reject, async ({ ctx, member, actor, ask }) => {
    await reject({ ctx, member, actor }, ask.id, ask.reason)
    return null
  }),
]
