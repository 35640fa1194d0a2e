import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import { personsByKey, personsByName, type Sought, soughtIn } from '../roster/search.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { personWithin, reachOf } from '../staff/scope.ts'
import type * as contract from './contract.ts'
import { shownPersons } from './shown.ts'
import { isOwnStaff } from './standing.ts'

const most = 20
const mostStaff = 500

/** People of the padrón by a key of theirs or by words of their name, with or without an account. */
export async function findPersons(
  ctx: Context,
  member: Member,
  actor: Actor,
  q: string,
): Promise<Reply<typeof contract.findPersons>> {
  const sought = soughtIn(q)
  const keyed = await personsByKey(ctx.db, member, sought)
  const found = keyed?.persons ?? (await named(ctx.db, member, sought))
  const persons = await shownPersons(ctx, member, found.slice(0, most))
  await record(ctx.db, actor, {
    kind: 'looked-up',
    personId: keyed?.persons.length === 1 ? keyed.persons[0] : undefined,
    detail: { by: keyed?.by ?? 'words', people: persons.length },
  })
  return { persons, more: found.length > most }
}

const named = async (db: Db, member: Member, sought: Sought) =>
  personsByName(db, await reachOf(db, member), sought, most + 1)

/** One person of the padrón. Refusal: `not-found`, also where she is of another unit. */
export async function readPerson(
  ctx: Context,
  member: Member,
  actor: Actor,
  id: string,
): Promise<Reply<typeof contract.readPerson>> {
  await assertWithin(ctx, member, id)
  const [told] = await shownPersons(ctx, member, [id])
  if (!told) throw new Refusal('not-found', 404)
  await record(ctx.db, actor, { kind: 'looked-up', personId: id, detail: { at: 'person' } })
  return told
}

/** She is of the member's units. Refusal: `not-found`. */
export async function assertWithin(ctx: Context, member: Member, id: string): Promise<void> {
  const found = await rows<{ id: string }>(
    ctx.db,
    sql`select per.id from person per where per.id = ${id} and ${personWithin(member, sql`per.id`)}`,
  )
  if (found.length === 0) throw new Refusal('not-found', 404)
}

/** Whom a director may vouch for: who works at her centre now, but for herself. */
export async function listOwnStaff(
  ctx: Context,
  member: Member,
  actor: Actor,
): Promise<Reply<typeof contract.listOwnStaff>> {
  const staff = await rows<{ id: string }>(
    ctx.db,
    sql`select per.id from person per where ${isOwnStaff(member, sql`per.id`)}
        order by per.surname1, per.surname2, per.given, per.id limit ${mostStaff}`,
  )
  const others = staff.map(({ id }) => id).filter(id => !member.persons.includes(id))
  await record(ctx.db, actor, { kind: 'looked-up', detail: { at: 'own-staff', people: others.length } })
  // She knows by name who works with her.
  return shownPersons(ctx, member, others, true)
}
