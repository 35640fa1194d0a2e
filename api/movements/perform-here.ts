import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { freeFolio } from './folio.ts'
import type { Actor, MovementRow } from './movement.ts'
import { recordAll } from './record.ts'
import { now } from './state.ts'

interface Act {
  kind: string
  person: string
  reason: string
  detail: Record<string, unknown>
}

/**
 * An act that touches no directory and sends no secret: intended and done in the caller's own transaction, together with
 * the rows that it changes. It has its folio and its events like any other.
 */
export async function performHere(ctx: Context, tx: Db, actor: Actor, act: Act): Promise<MovementRow> {
  const { timeZone, privacyNotice } = ctx.institution
  const [clock] = await rows<{ year: number }>(
    tx,
    sql`select extract(year from now() at time zone ${timeZone})::int as year`,
  )
  const [row] = await tx
    .insert(movement)
    .values({
      folio: await freeFolio(tx, clock?.year ?? 0),
      kind: act.kind,
      state: 'done',
      personId: act.person,
      actor: actor.as,
      channel: actor.channel,
      origin: actor.origin ?? null,
      privacyNotice: `${privacyNotice.version} ${privacyNotice.date}`,
      reason: act.reason,
      detail: act.detail,
      attempts: 1,
      appliedAt: now(),
      finishedAt: now(),
    })
    .returning()
  if (!row) throw new Error('no movement was written')
  const told = { movementId: row.id, personId: act.person, detail: { kind: act.kind } }
  await recordAll(tx, actor, [
    { kind: 'movement-intended', ...told },
    { kind: 'movement-done', ...told },
  ])
  return row
}
