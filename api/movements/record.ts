import type { Db } from '../db/open.ts'
import { event } from '../db/schema.ts'
import type { Actor } from './movement.ts'

interface Entry {
  kind: string
  movementId?: string | undefined
  personId?: string | undefined
  /** Never a secret, never a whole CURP or address. */
  detail?: Record<string, unknown>
}

/** One line of the bitácora, in the caller's transaction: the log and the change cannot part. */
export const record = (tx: Db, actor: Actor, entry: Entry): Promise<void> => recordAll(tx, actor, [entry])

/** Many lines at once, in their order. */
export async function recordAll(tx: Db, actor: Actor, entries: readonly Entry[]): Promise<void> {
  await tx.insert(event).values(
    entries.map(entry => ({
      kind: entry.kind,
      movementId: entry.movementId ?? null,
      personId: entry.personId ?? null,
      actor: actor.as,
      channel: actor.channel,
      origin: actor.origin ?? null,
      reference: actor.reference ?? null,
      detail: entry.detail ?? {},
    })),
  )
}
