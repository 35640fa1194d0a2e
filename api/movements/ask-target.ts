import { and, asc, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { accountLink, movementStep } from '../db/schema.ts'
import { writerOf } from './handles.ts'
import { load } from './load.ts'
import type { Definition, MovementRow } from './movement.ts'
import { fail } from './set-back.ts'
import { settle } from './settle.ts'

/** A password that the person chose is not ours to repeat: the fence at the target says whether it arrived. */
export async function askTheTarget(ctx: Context, definition: Definition, row: MovementRow): Promise<void> {
  if (await arrived(ctx, row))
    await settle(ctx, definition, await load(ctx, definition, row), { outcome: 'changed' }, true)
  else await ctx.db.transaction(tx => fail(tx as Db, definition, row, row.problem ?? 'interrupted'))
}

async function arrived(ctx: Context, row: MovementRow): Promise<boolean> {
  const [found] = await ctx.db
    .select({ setUnder: movementStep.fence, link: accountLink })
    .from(movementStep)
    .innerJoin(
      accountLink,
      and(eq(accountLink.accountId, row.accountId ?? ''), eq(accountLink.provider, movementStep.provider)),
    )
    .where(eq(movementStep.movementId, row.id))
    .orderBy(asc(movementStep.ordinal))
    .limit(1)
  // Without a fence in the step the directory was never called, and nobody can call it any more.
  if (!found || found.setUnder === null) return false
  const { link, setUnder } = found
  return writerOf(ctx, link.provider).hasArrived(link.externalId, setUnder, row.fence)
}
