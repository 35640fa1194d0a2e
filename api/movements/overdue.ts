import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { Actor, MovementRow } from './movement.ts'
import { record } from './record.ts'
import { end, Stale, stillLive } from './state.ts'

/** A movement that is not over after so many minutes is an alarm. */
export const overdueMinutes = 15
const system: Actor = { as: 'system', channel: 'system' }

/** When it last set out: somebody may have sent it off once more. */
const setOut = sql`(select coalesce(max(e.at), m.intended_at) from event e
  where e.movement_id = m.id and e.kind = 'movement-applying' and e.detail ? 'why')`

interface Late {
  id: string
  folio: string
  kind: string
  state: string
  problem: string | null
  minutes: number
  person: string | null
}

/** Each minute: what is late is told once, and what nobody takes up within a day becomes a person's. */
export async function watchOverdue(ctx: Context): Promise<void> {
  await alarm(ctx)
  await handOver(ctx)
}

async function alarm(ctx: Context): Promise<void> {
  const late = await rows<Late>(
    ctx.db,
    sql`select m.id, m.folio, m.kind, m.state, m.problem, m.person_id as person,
          floor(extract(epoch from now() - m.intended_at) / 60)::int as minutes
        from movement m
        where m.state in ('intended', 'applying', 'delivering')
          and m.intended_at < now() - make_interval(mins => ${overdueMinutes})
          and ${setOut} < now() - make_interval(mins => ${overdueMinutes})
          and not exists (select 1 from event e where e.movement_id = m.id and e.kind = 'movement-overdue' and e.at > ${setOut})
        order by m.seq limit 500`,
  )
  for (const { id, person, folio, ...detail } of late) {
    ctx.log.error({ folio, ...detail }, 'movement overdue')
    await record(ctx.db, system, {
      kind: 'movement-overdue',
      movementId: id,
      personId: person ?? undefined,
      detail,
    })
  }
}

/**
 * A day and nobody works on it: its worker is gone, or was told to wait for longer. Whoever does it by hand has been asked
 * already, and whoever takes it up at this moment ends it herself.
 */
async function handOver(ctx: Context): Promise<void> {
  const old = await rows<{ id: string }>(
    ctx.db,
    sql`select m.id from movement m where m.state in ('intended', 'applying', 'delivering') and ${isLost}
        order by m.seq limit 500`,
  )
  for (const { id } of old)
    await ctx.db
      .transaction(tx => endLost(tx as Db, id))
      .catch(error => (error instanceof Stale ? undefined : Promise.reject(error)))
}

const isLost = sql`m.intended_at < now() - interval '1 day' and ${setOut} < now() - interval '10 minutes'
  and coalesce(m.lease_until, '-infinity') < now()
  and (m.next_at < now() - interval '10 minutes' or m.next_at > now())
  and not exists (select 1 from movement_step s where s.movement_id = m.id and s.state = 'asked')`

/** Under a fence of its own: a worker that wakes up finds that it is too late. */
async function endLost(tx: Db, id: string): Promise<void> {
  const [row] = await rows<{ fence: number }>(
    tx,
    sql`update movement m set fence = nextval('fence') where m.id = ${id}
          and m.state in ('intended', 'applying', 'delivering') and ${isLost} returning m.fence::float8 as fence`,
  )
  if (!row) return
  const [lost] = await tx.select().from(movement).where(sql`${movement.id} = ${id} and ${stillLive()}`)
  if (lost) await end(tx, lost as MovementRow, 'needs-attention', lost.problem ?? 'overdue')
}
