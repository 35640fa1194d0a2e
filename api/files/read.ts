import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { file } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'
import { bringOut } from './vault.ts'

/** Hers, or part of something that she may see: an act, a letter, an act that waits. */
export const fileWithin = (member: Member, id: string): SQL =>
  sql`(${file.memberId} = ${member.id}
    or exists (select 1 from movement m where m.oficio ->> 'file' = ${id}
               and ${accountWithin(member, sql`m.account_id`)})
    or exists (select 1 from oficio o where o.file_id = ${id}::uuid
               and ${accountWithin(member, sql`o.account_id`)})
    or exists (select 1 from approval p where p.ask -> 'oficio' ->> 'file' = ${id}
               and (p.account_id is null or ${accountWithin(member, sql`p.account_id`)})))`

/** A scan as it was kept; who saw it is written down. */
export async function readFile(
  ctx: Context,
  actor: Actor,
  member: Member,
  id: string,
): Promise<{ name: string; bytes: Buffer }> {
  const [found] = await ctx.db
    .select({ name: file.name })
    .from(file)
    .where(and(eq(file.id, id), isNull(file.purgedAt), fileWithin(member, id)))
  if (!found) throw new Refusal('not-found', 404)
  const bytes = await bringOut(ctx, id)
  await record(ctx.db as Db, actor, { kind: 'file-viewed', detail: { file: id } })
  return { name: found.name, bytes }
}
