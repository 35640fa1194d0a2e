import { account, accountLink, address, holding } from '../../api/db/schema.ts'
import type { House, Person } from '../house.ts'

/** An account of a centre, a programme or an appointment, as it stands in the books, with who answers for it. */
export async function sharedAccount(
  h: House,
  ask: { kind: string; unit: string; local: string; holder?: Person; domain?: string },
): Promise<string> {
  const { kind, unit, local, holder, domain = 'colima.example' } = ask
  const [made] = await h.ctx.db
    .insert(account)
    .values({ kind, unit, state: 'active' })
    .returning({ id: account.id })
  const id = made?.id ?? ''
  await h.ctx.db.insert(address).values({ local, domain, accountId: id, role: 'primary' })
  await h.ctx.db.insert(accountLink).values({
    accountId: id,
    provider: 'buzones',
    externalId: crypto.randomUUID(),
    seenAs: `${local}@${domain}`,
    authority: true,
    origin: 'adopted',
  })
  if (holder)
    await h.ctx.db.insert(holding).values({ accountId: id, personId: holder.id, as: 'responsible', kind })
  return id
}

/** The account that she holds now. */
export async function accountOf(h: House, { id }: Person): Promise<{ id: string; address: string }> {
  const [row] = await h.look<{ id: string; address: string }>(
    `select h.account_id as id, a.local || '@' || a.domain as address
     from holding h join address a on a.account_id = h.account_id and a.role = 'primary'
     where h.person_id = '${id}' and h."to" is null and h."as" = 'holder'`,
  )
  return row ?? { id: '', address: '' }
}
