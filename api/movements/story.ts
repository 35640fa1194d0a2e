import { and, asc, eq, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { event, movement, movementStep, oficio } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { readMovement as contract } from './contract.ts'
import { actsFor, standingOf } from './may-act.ts'
import type { Actor, Definition, MovementRow } from './movement.ts'
import { record } from './record.ts'
import { movementWithin } from './scope.ts'
import { shownMovements } from './shown.ts'

/** The row behind a folio, of the member's units; to her another one does not exist. */
export async function movementOf(ctx: Context, member: Member, folio: string): Promise<MovementRow> {
  const [row] = await ctx.db
    .select()
    .from(movement)
    .where(and(eq(movement.folio, folio), movementWithin(member)))
  if (!row) throw new Refusal('not-found', 404)
  return row
}

/** One movement with all that is known of it; the reading is an event, and no part of what is told. */
export async function readMovement(
  ctx: Context,
  member: Member,
  actor: Actor,
  definitions: readonly Definition[],
  folio: string,
): Promise<Reply<typeof contract>> {
  const row = await movementOf(ctx, member, folio)
  const [shown] = await shownMovements(ctx, member, eq(movement.id, row.id), 1)
  if (!shown) throw new Refusal('not-found', 404)
  const [steps, story, letters, standing] = await Promise.all([
    ctx.db
      .select()
      .from(movementStep)
      .where(eq(movementStep.movementId, row.id))
      .orderBy(asc(movementStep.ordinal)),
    storyOf(ctx, row.id),
    ctx.db
      .select({ id: oficio.id, number: oficio.number, state: oficio.state })
      .from(oficio)
      .where(eq(oficio.movementId, row.id)),
    standingOf(ctx.db, row),
  ])
  await record(ctx.db, actor, {
    kind: 'movement-read',
    movementId: row.id,
    personId: row.personId ?? undefined,
  })
  return {
    ...shown,
    steps: steps.map(one => ({
      provider: one.provider,
      state: one.state,
      outcome: one.outcome,
      attempts: one.attempt,
      reference: one.reference,
      at: one.at?.toISOString() ?? null,
    })),
    attendedAt: row.attendedAt?.toISOString() ?? null,
    origin: originFor(member, row),
    check: checkFor(member, row),
    privacyNotice: row.privacyNotice,
    policy: (row.detail as { policy?: string } | null)?.policy ?? null,
    sends: row.sends,
    story,
    tasks: steps.flatMap(({ provider, task, state }) => (task === null ? [] : [{ provider, task, state }])),
    acts: actsFor(definitions, member, row, standing),
    letters,
  }
}

const originFor = (member: Member, { channel, origin }: MovementRow): string | null =>
  origin === null || channel === 'kiosk' || member.deeds.has('person.names') ? origin : maskSource(origin)

const checkFor = (member: Member, { detail }: MovementRow): string | null => {
  const { check } = detail as { check?: unknown }
  return typeof check === 'string' && member.deeds.has('person.names') ? check : null
}

/** `192.0.2.7` → `192.0.***`; of the newer ones the first two groups. */
const maskSource = (origin: string): string =>
  `${origin
    .split(/([.:])/)
    .slice(0, 4)
    .join('')}***`

/** Every event but that somebody read it, with the names of the staff. */
async function storyOf({ db }: Context, id: string): Promise<Reply<typeof contract>['story']> {
  const events = await db
    .select()
    .from(event)
    .where(and(eq(event.movementId, id), ne(event.kind, 'movement-read')))
    .orderBy(asc(event.id))
  const ids = [...new Set(events.map(({ actor }) => actor))].filter(actor => actor.startsWith('member:'))
  const members = await rows<{ actor: string; name: string }>(
    db,
    sql`select 'member:' || id as actor, name from member
        where 'member:' || id = any(string_to_array(${ids.join(',')}, ','))`,
  )
  const names = new Map(members.map(({ actor, name }) => [actor, name]))
  return events.map(({ at, kind, actor, detail, reference }) => ({
    ...{ at: at.toISOString(), event: kind, actor, actorName: names.get(actor) ?? null },
    ...{ detail, reference },
  }))
}
