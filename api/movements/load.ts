import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { account, address, person, personIdentifier } from '../db/schema.ts'
import { newToken } from '../token.ts'
import type { Definition, MovementRow, Running } from './movement.ts'
import { Setback } from './set-back.ts'

const nobody = '00000000-0000-0000-0000-000000000000'

const currentKeys = sql<Running<unknown>['keys'] | null>`(
  select jsonb_object_agg(${personIdentifier.kind}, ${personIdentifier.value}) from ${personIdentifier}
  where ${personIdentifier.personId} = ${person.id} and ${personIdentifier.to} is null)`

/** The rows that a try works on, with a secret made for this try alone. */
export async function load(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  chosen?: string,
): Promise<Running<unknown>> {
  const term = definition.term?.(row.detail) ?? 'temporaryPassword'
  const temporary = definition.secret === 'temporary'
  const until = sql<string>`now() + make_interval(secs => ${ctx.institution.terms[term]})`
  const [found] = await ctx.db
    .select({ until, account, local: address.local, domain: address.domain, person, keys: currentKeys })
    .from(account)
    .innerJoin(
      address,
      and(eq(address.accountId, account.id), inArray(address.role, ['primary', 'quarantined'])),
    )
    .leftJoin(person, eq(person.id, row.personId ?? nobody))
    .where(eq(account.id, row.accountId ?? nobody))
    .orderBy(desc(sql`${address.role} = 'primary'`), desc(address.id))
    .limit(1)
  if (!found) throw new Setback('account-without-address')
  return {
    movement: row,
    account: found.account,
    person: found.person ?? undefined,
    keys: found.keys ?? {},
    address: `${found.local}@${found.domain}`,
    detail: row.detail,
    fence: row.fence,
    secret: chosen ?? definition.newSecret?.(row.detail) ?? '',
    told: chosen !== undefined,
    until: temporary ? new Date(found.until) : null,
    alert: newToken(),
  }
}
