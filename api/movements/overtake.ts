import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { movement, movementStep } from '../db/schema.ts'
import type { Actor } from './movement.ts'
import { record } from './record.ts'
import { inTheWay, now } from './state.ts'

/**
 * Ends the live movement of an account, if it is of one of these kinds: whoever works on it is stale from now on, and the
 * directory refuses its fence once the act that overtook it has been there. `failed` where no try was ever begun, else a
 * person should know that something may have changed.
 */
export async function overtake(
  tx: Db,
  actor: Actor,
  accountId: string,
  kinds: readonly string[],
): Promise<void> {
  const [live] = await tx
    .select()
    .from(movement)
    .where(and(eq(movement.accountId, accountId), inArray(movement.kind, [...kinds]), inTheWay()))
    .for('update')
  if (!live) return
  const [begun] = await tx
    .select({ id: movementStep.id })
    .from(movementStep)
    .where(and(eq(movementStep.movementId, live.id), sql`${movementStep.fence} is not null`))
    .limit(1)
  const state = begun ? 'needs-attention' : 'failed'
  await tx
    .update(movement)
    .set({
      ...{ state, problem: 'overtaken', finishedAt: now(), leaseUntil: null },
      fence: sql`nextval('fence')` as never,
    })
    .where(eq(movement.id, live.id))
  await record(tx, actor, {
    kind: `movement-${state}`,
    movementId: live.id,
    personId: live.personId ?? undefined,
    detail: { kind: live.kind, attempt: live.attempts, problem: 'overtaken' },
  })
}
