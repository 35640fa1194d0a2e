import { and, desc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { account, address, approval, member as memberTable, person } from '../db/schema.ts'
import { maskName } from '../mask.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin, personWithin } from '../staff/scope.ts'
import { stillOpen } from './approval.ts'

/** What waits for a second person, of the member's units; the newest first. */
export async function listApprovals({ db }: Context, member: Member) {
  const found = await db
    .select({ approval, account, person, by: memberTable.name, local: address.local, domain: address.domain })
    .from(approval)
    .innerJoin(memberTable, eq(memberTable.id, approval.askedBy))
    .leftJoin(account, eq(account.id, approval.accountId))
    .leftJoin(address, and(eq(address.accountId, account.id), eq(address.role, 'primary')))
    .leftJoin(person, eq(person.id, approval.personId))
    .where(
      and(
        stillOpen(),
        sql`(${approval.accountId} is null or ${accountWithin(member, sql`${approval.accountId}`)})`,
        sql`(${approval.personId} is null or ${personWithin(member, sql`${approval.personId}`)})`,
      ),
    )
    .orderBy(desc(approval.at))
    .limit(200)
  return found.map(({ approval: row, account: of, person: her, by, local, domain }) => ({
    id: row.id,
    deed: row.deed,
    account: of ? { id: of.id, address: local ? `${local}@${domain}` : '' } : null,
    person: her ? { id: her.id, name: maskName(her) } : null,
    ask: row.ask,
    by,
    at: row.at.toISOString(),
    mine: row.askedBy === member.id,
  }))
}
