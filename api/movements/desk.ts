import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin, personWithin } from '../staff/scope.ts'
import type { readDesk as contract, Movement } from './contract.ts'
import { overdueMinutes } from './overdue.ts'
import { movementWithin } from './scope.ts'
import { shownMovements } from './shown.ts'
import { stillLive } from './state.ts'

type Desk = Reply<typeof contract>
/** So many of each list; the look-up has the others. */
const most = 50

/** What needs a person, of the member's units; asked for by a page that stands open, so it leaves no event. */
export async function readDesk(ctx: Context, member: Member): Promise<Desk> {
  const list = (condition: SQL | undefined) =>
    shownMovements(ctx, member, and(condition, movementWithin(member)) as SQL, most)
  const asks = and(sql`${movement.state} = 'needs-attention'`, isNull(movement.attendedAt))
  const late = lt(movement.intendedAt, sql`now() - make_interval(mins => ${overdueMinutes})`)
  const [attention, unfinished, counted, lastLoad] = await Promise.all([
    list(asks),
    list(and(stillLive(), late)),
    counts(ctx, member),
    newestLoad(ctx),
  ])
  const refused = await list(and(asks, eq(movement.deliveryState, 'refused')))
  return {
    attention: attention.map(brief),
    unfinished: unfinished.map(brief),
    refusedMails: refused.map(one => ({
      ...brief(one),
      to: one.delivery?.to ?? null,
      smtp: one.delivery?.smtp ?? null,
    })),
    ...counted,
    lastLoad,
    services: [...ctx.services].map(([name, works]) => ({ name, works })),
  }
}

const brief = ({ folio, kind, state, account, intendedAt: at, problem }: Movement) => ({
  ...{ folio, kind, state, account, at, problem },
})

async function counts({ db, institution }: Context, member: Member) {
  const shared = institution.accounts.flatMap(({ kind, unit }) => (unit ? kind : [])).join(',')
  const [found] = await rows<Pick<Desk, 'approvals' | 'proposals' | 'orphans'>>(
    db,
    sql`select
      (select count(*)::int from approval w where w.state = 'open'
        and (${accountWithin(member, sql`w.account_id`)} or ${personWithin(member, sql`w.person_id`)})) as approvals,
      (select count(*)::int from proposal w where w.state = 'open' and ${personWithin(member, sql`w.person_id`)}) as proposals,
      (select count(*)::int from account o left join holding h on h.account_id = o.id and h."to" is null
        where o.kind = any(string_to_array(${shared}, ',')) and o.state <> 'closed' and ${accountWithin(member, sql`o.id`)}
          and not exists (select 1 from affiliation s where s.person_id = h.person_id and s."to" is null
            and s.status <> 'inactive')) as orphans`,
  )
  return found ?? { approvals: 0, proposals: 0, orphans: 0 }
}

async function newestLoad({ db }: Context): Promise<Desk['lastLoad']> {
  const [load] = await rows<{ source: string; asOf: string; people: number }>(
    db,
    sql`select source, to_char(as_of, 'YYYY-MM-DD') as "asOf", coalesce((counts ->> 'read')::int, 0) as people
        from roster_load where kind <> 'centres' order by id desc limit 1`,
  )
  return load ?? null
}
