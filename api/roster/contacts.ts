import { sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'

/**
 * Makes the addresses of a source those of the table `roster_wanted` (owner, line, address): one that is gone or other
 * closes its row, a new one opens another and cools for `cooldown` seconds where the owner had another address, from
 * wherever, now or that short ago. Letter case is no difference. Rows touched go to `roster_touched`.
 *
 * An address that was replaced at the counter does not come back because a file still says it; another one of the file's is
 * written down, and the one that was verified at the counter goes on being hers.
 */
export async function applyContacts(
  tx: Db,
  owner: 'person_id' | 'cct',
  origin: string,
  cooldown: number,
): Promise<void> {
  const column = sql.raw(owner)
  await tx.execute(sql`create temp table roster_mail on commit drop as
    select w.owner, w.line, w.address, c.id as closes
    from roster_wanted w left join contact c on c.${column} = w.owner and c.origin = ${origin} and c."to" is null
    where lower(c.address) is distinct from lower(w.address)
      and not (c.id is null
        and exists (select 1 from contact v where v.${column} = w.owner and v."to" is null
          and v.origin like 'member:%' and v.verified_at is not null)
        and lower(w.address) = (select lower(l.address) from contact l
          where l.${column} = w.owner and l.origin = ${origin} order by l.id desc limit 1))`)
  await tx.execute(sql`analyze roster_mail`)
  await tx.execute(sql`update contact c set "to" = now() from roster_mail m where c.id = m.closes`)
  await tx.execute(sql`
    with other as (
      select distinct m.owner from roster_mail m join contact c on c.${column} = m.owner
      where lower(c.address) <> lower(m.address)
        and (c."to" is null or c."to" > now() - make_interval(secs => ${cooldown}::int)))
    insert into contact (${column}, address, origin, cooling_until)
    select m.owner, m.address, ${origin},
      case when other.owner is not null then now() + make_interval(secs => ${cooldown}::int) end
    from roster_mail m left join other on other.owner = m.owner
    where m.address is not null`)
  await tx.execute(sql`insert into roster_touched select line from roster_mail`)
}
