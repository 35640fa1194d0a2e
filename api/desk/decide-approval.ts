import { and, eq, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { approval, member as memberTable } from '../db/schema.ts'
import type { MovementRow } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { type Deed, deedsOf, isRole } from '../roles.ts'
import type { Member } from '../staff/member.ts'
import { type Act, actOn, type Decided, type Desk, isWaiting } from './act.ts'
import * as acts from './acts.ts'
import { stillOpen } from './approval.ts'
import { type CreateAsk, createAtDesk } from './create.ts'
import type { Grounds } from './grounds.ts'

type Row = typeof approval.$inferSelect

/**
 * A second person says yes: the act is done now, with the words of who asked and as hers, while both still may. Refusals:
 * `not-found`, `own-act`, `not-allowed` where who asked may no more, and those of the act itself, which leave it open.
 */
export async function approve(desk: Desk, id: string): Promise<MovementRow> {
  const { ctx, member, actor } = desk
  const row = await openOne(ctx.db, member, eq(approval.id, id))
  const asker = await memberAsShe(ctx, row)
  const asShe = { ctx, member: asker, actor: { ...actor, as: `member:${row.askedBy}` as const } }
  return runAs(asShe, member, row, async (tx, begun) => {
    await close(tx, row, member, 'approved', { movementId: begun.id })
    await record(tx, actor, {
      kind: 'approval-given',
      movementId: begun.id,
      personId: begun.personId ?? undefined,
      detail: { deed: row.deed, approval: id },
    })
  })
}

/** A second person says no, and why. */
export async function reject(desk: Desk, id: string, why: string): Promise<void> {
  const { ctx, member, actor } = desk
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const row = await openOne(tx, member, eq(approval.id, id))
    await close(tx, row, member, 'rejected', { why })
    const detail = { deed: row.deed, approval: id, why }
    await record(tx, actor, { kind: 'approval-refused', personId: row.personId ?? undefined, detail })
  })
}

async function openOne(db: Db | Context['db'], member: Member, which: SQL): Promise<Row> {
  const [row] = await db.select().from(approval).where(and(which, stillOpen()))
  if (!row) throw new Refusal('not-found', 404)
  if (row.askedBy === member.id) throw new Refusal('own-act', 403)
  return row
}

/** Of several who decide at once one does. */
async function close(
  tx: Db,
  row: Row,
  member: Member,
  state: 'approved' | 'rejected',
  more: { why?: string; movementId?: string } = {},
): Promise<void> {
  const closed = await tx
    .update(approval)
    .set({ state, decidedBy: member.id, decidedAt: now(), ...more })
    .where(and(eq(approval.id, row.id), eq(approval.state, 'open')))
    .returning({ id: approval.id })
  if (closed.length === 0) throw new Refusal('not-found', 404)
}

/** Who asked, as she may act today. */
async function memberAsShe({ db, institution }: Context, row: Row): Promise<Member> {
  const [found] = await db.select().from(memberTable).where(eq(memberTable.id, row.askedBy))
  const roles = found?.roles.filter(isRole) ?? []
  const deeds = deedsOf(roles, institution.desk.helpdeskResets)
  if (!found || found.offAt || !deeds.has(row.deed as Deed)) throw new Refusal('not-allowed', 403)
  const { id, login, name, units, personId } = found
  return {
    id,
    login,
    name,
    roles,
    units,
    deeds,
    session: '',
    persons: personId ? [personId] : [],
    proven: true,
    passwordDue: false,
  }
}

/** The scope of both holds, and the account is neither's own; what is decided and what is begun stand or fall together. */
async function runAs(asker: Desk, approver: Member, row: Row, decided: Decided): Promise<MovementRow> {
  const member = { ...asker.member, persons: [...asker.member.persons, ...approver.persons] }
  const desk = { ...asker, member }
  const act = row.deed.replace(/^account\./, '')
  const known = (acts as unknown as Record<string, Act<Grounds>>)[act]
  const done =
    act === 'create'
      ? await createAtDesk(desk, row.ask as unknown as CreateAsk, decided)
      : known && row.accountId
        ? await actOn(desk, known, row.accountId, row.ask as Grounds, decided)
        : undefined
  if (!done || isWaiting(done)) throw new Refusal('not-found', 404)
  return done
}
