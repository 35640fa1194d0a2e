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
export async function record(tx: Db, actor: Actor, entry: Entry): Promise<void> {
  await tx.insert(event).values({
    kind: entry.kind,
    movementId: entry.movementId ?? null,
    personId: entry.personId ?? null,
    actor: actor.as,
    channel: actor.channel,
    origin: actor.origin ?? null,
    reference: actor.reference ?? null,
    detail: entry.detail ?? {},
  })
}
