import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { nameFor } from '../mask.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'
import type { Found } from './desk-contract.ts'

interface Row {
  id: string
  address: string
  kind: string
  state: Static<typeof Found>['state']
  unit: string
  holder: string | null
  given: string
  surname1: string
  surname2: string
}

/** What people call this kind of account. */
export const labelOfKind = ({ institution }: Context, kind: string): string =>
  institution.accounts.find(rule => rule.kind === kind)?.label ?? kind

/**
 * Accounts as a look-up shows them, of the member's units alone; `condition` speaks of `acc`, an account, and `has`, who
 * holds it or held it last.
 */
export async function shownAccounts(
  ctx: Context,
  member: Pick<Member, 'units' | 'deeds'>,
  condition: SQL,
  limit: number,
): Promise<Static<typeof Found>[]> {
  const found = await rows<Row>(
    ctx.db,
    sql`select acc.id, coalesce(adr.local || '@' || adr.domain, '') as address, acc.kind, acc.state, acc.unit,
          per.id as holder, per.given, per.surname1, per.surname2
        from account acc
          left join lateral (
            select hol.person_id as person from holding hol where hol.account_id = acc.id
            order by hol."to" desc nulls first, hol.id desc limit 1) has on true
          left join person per on per.id = has.person
          left join lateral (
            select adr.local, adr.domain from address adr
            where adr.account_id = acc.id and adr.role in ('primary', 'quarantined')
            order by adr.role, adr.id desc limit 1) adr on true
        where ${condition} and ${accountWithin(member, sql`acc.id`)}
        order by acc.state = 'closed', address, acc.id limit ${limit}`,
  )
  return found.map(({ id, address, kind, state, unit, holder, ...name }) => ({
    ...{ id, address, kind, label: labelOfKind(ctx, kind), state, unit },
    holder: holder ? { id: holder, name: nameFor(member, name) } : null,
  }))
}
