import { and, eq, not, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { Actor, MovementRow } from './movement.ts'
import { record } from './record.ts'

const liveStates = ['intended', 'applying', 'delivering'] as const
export const isLive = (state: MovementRow['state']) => (liveStates as readonly string[]).includes(state)
/** The condition «still live», for a statement; in its words, so that a plan that is kept finds the index of the live ones. */
export const stillLive = () =>
  sql`${movement.state} in (${sql.raw(liveStates.map(one => `'${one}'`).join())})`
/** Nobody waits any more for one that only trails: a newer act may begin. */
export const inTheWay = () => and(stillLive(), not(movement.trailing))

export const now = () => sql<Date>`now()` as never
export const soon = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})` as never

/** Another worker holds this movement under a higher fence, or it is over: stop without a word. */
export class Stale extends Error {}

/** Writes to the row only while it is live and its fence is ours; in a transaction it holds the row until the end. */
export async function write(tx: Db, row: MovementRow, set: Partial<MovementRow>): Promise<MovementRow> {
  const [written] = await tx
    .update(movement)
    .set(set)
    .where(and(eq(movement.id, row.id), eq(movement.fence, row.fence), stillLive()))
    .returning()
  if (!written) throw new Stale()
  return written
}

/** A change of state and its one event, in one transaction. */
export async function turn(
  tx: Db,
  row: MovementRow,
  state: MovementRow['state'],
  set: Partial<MovementRow> = {},
  detail: Record<string, unknown> = {},
): Promise<MovementRow> {
  const writing = write(tx, row, { ...set, state })
  if (row.state === state) return writing
  const telling = record(tx, actorOf(row), {
    kind: `movement-${state}`,
    movementId: row.id,
    personId: row.personId ?? undefined,
    detail: { kind: row.kind, attempt: row.attempts, ...detail },
  })
  // Sent together: where the first finds nothing to write, the transaction takes the second back.
  const [written] = await Promise.all([writing, telling])
  return written
}

/** The end of a movement, with the reason where it is not a good one. */
export const end = (
  tx: Db,
  row: MovementRow,
  state: 'done' | 'failed' | 'undone' | 'needs-attention',
  problem: string | null,
  set: Partial<MovementRow> = {},
  detail: Record<string, unknown> = {},
): Promise<MovementRow> =>
  turn(
    tx,
    row,
    state,
    { ...set, problem, finishedAt: now(), leaseUntil: null },
    { ...(problem === null ? {} : { problem }), ...detail },
  )

export const actorOf = (row: MovementRow): Actor => ({
  as: row.actor as Actor['as'],
  channel: row.channel,
  ...(row.origin ? { origin: row.origin } : {}),
})
