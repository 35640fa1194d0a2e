import { and, desc, eq, inArray, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { account, address, member as memberTable, movement, movementStep, person } from '../db/schema.ts'
import { maskEmail, nameFor } from '../mask.ts'
import type { OficioRef } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { Movement } from './contract.ts'
import type { MovementRow } from './movement.ts'

type Reader = Pick<Member, 'deeds'>

/** Movements as the desk reads them, the newest first; `condition` speaks of the table `movement`. */
export async function shownMovements(
  ctx: Context,
  reader: Reader,
  condition: SQL,
  limit: number,
): Promise<Movement[]> {
  const found = await ctx.db.select().from(movement).where(condition).orderBy(desc(movement.seq)).limit(limit)
  return found.length > 0 ? shown(ctx, reader, found) : []
}

/** Rows as they stand in the table, told for somebody who reads them. */
async function shown(ctx: Context, reader: Reader, found: readonly MovementRow[]): Promise<Movement[]> {
  const books = await learn(ctx, found)
  return found.map(row => {
    const her = row.personId ? books.persons.get(row.personId) : undefined
    const address = row.accountId ? books.addresses.get(row.accountId) : undefined
    return {
      folio: row.folio,
      kind: row.kind,
      state: row.state,
      // An address is written on letters and doors: it is no secret among staff.
      account: address ?? null,
      accountId: row.accountId,
      person: her ? nameFor(reader, her) : null,
      personId: row.personId,
      actor: row.actor,
      actorName: books.members.get(row.actor) ?? null,
      channel: row.channel,
      oficio: row.oficio as OficioRef | null,
      reason: row.reason,
      intendedAt: row.intendedAt.toISOString(),
      appliedAt: row.appliedAt?.toISOString() ?? null,
      deliveredAt: row.deliveredAt?.toISOString() ?? null,
      finishedAt: row.finishedAt?.toISOString() ?? null,
      attempts: row.attempts,
      problem: row.problem,
      delivery: row.deliveryState && {
        to: row.deliveryTo && maskEmail(row.deliveryTo),
        state: row.deliveryState,
        smtp: row.deliverySmtp,
      },
      steps: books.steps.get(row.id) ?? [],
    }
  })
}

const uuid = /^member:([0-9a-f-]{36})$/

/** What the rows name, each table asked once. */
async function learn({ db }: Context, found: readonly MovementRow[]) {
  const accounts = found.flatMap(({ accountId }) => accountId ?? [])
  const persons = found.flatMap(({ personId }) => personId ?? [])
  const members = found.flatMap(({ actor }) => uuid.exec(actor)?.[1] ?? [])
  const ids = found.map(({ id }) => id)
  const [named, people, staff, steps] = await Promise.all([
    db
      .select({ id: account.id, local: address.local, domain: address.domain })
      .from(account)
      .innerJoin(
        address,
        and(eq(address.accountId, account.id), inArray(address.role, ['primary', 'quarantined'])),
      )
      .where(inArray(account.id, accounts)),
    db.select().from(person).where(inArray(person.id, persons)),
    db
      .select({ id: memberTable.id, name: memberTable.name })
      .from(memberTable)
      .where(inArray(memberTable.id, members)),
    db.select().from(movementStep).where(inArray(movementStep.movementId, ids)).orderBy(movementStep.ordinal),
  ])
  const stepsOf = new Map<string, Movement['steps']>()
  for (const { movementId, provider, state, outcome } of steps)
    stepsOf.set(movementId, [...(stepsOf.get(movementId) ?? []), { provider, state, outcome }])
  return {
    addresses: new Map(named.map(({ id, local, domain }) => [id, `${local}@${domain}`])),
    persons: new Map(people.map(one => [one.id, one])),
    members: new Map(staff.map(({ id, name }) => [`member:${id}`, name])),
    steps: stepsOf,
  }
}
