import { and, eq, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { address } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { candidateLogins, type NamingFacts } from './naming.ts'

interface Rule {
  domain: string
  address: readonly string[]
}

/**
 * Reserves the first free address in the database, before any directory is touched. Others who derive the same name at
 * the same moment wait for this row and then take their next one.
 */
export async function reserveAddress(
  tx: Db,
  accountId: string,
  rule: Rule,
  facts: NamingFacts,
): Promise<string> {
  for (const local of candidateLogins(rule.address, facts)) {
    if (await reserve(tx, accountId, local, rule.domain)) return `${local}@${rule.domain}`
  }
  throw new Error('no free address among ten thousand')
}

/** Reserves an address that somebody wrote, unless it is taken in any domain of ours. Refusal: `address-taken`. */
export async function reserveExactly(
  tx: Db,
  accountId: string,
  local: string,
  domain: string,
): Promise<void> {
  const [twin] = await rows<{ id: number }>(
    tx,
    sql`select id::int from address where local = ${local} and not (role = 'quarantined' and until < now()) limit 1`,
  )
  if (twin || !(await reserve(tx, accountId, local, domain))) throw new Refusal('address-taken', 409)
}

/** One statement takes it, also after its rest. */
async function reserve(tx: Db, accountId: string, local: string, domain: string): Promise<boolean> {
  const taken = await rows<{ id: number }>(
    tx,
    sql`insert into address (local, domain, account_id, role) values (${local}, ${domain}, ${accountId}, 'primary')
        on conflict (local, domain) do update
          set account_id = excluded.account_id, role = 'primary', until = null, at = now()
          where address.role = 'quarantined' and address.until < now()
        returning id::int`,
  )
  return taken.length > 0
}

/** The first address that is free now: what a person is shown, masked; another one may take it before she confirms. */
export async function nextAddress(db: Db, rule: Rule, facts: NamingFacts): Promise<string> {
  for (const local of candidateLogins(rule.address, facts)) {
    const [taken] = await db
      .select({ id: address.id })
      .from(address)
      .where(
        and(
          eq(address.local, local),
          eq(address.domain, rule.domain),
          sql`not (${address.role} = 'quarantined' and ${address.until} < now())`,
        ),
      )
    if (!taken) return `${local}@${rule.domain}`
  }
  throw new Error('no free address among ten thousand')
}

/** Somebody else's entry holds it in the directory: it is never tried again. */
export async function markForeign(tx: Db, accountId: string): Promise<void> {
  await tx
    .update(address)
    .set({ accountId: null, role: 'foreign' })
    .where(and(eq(address.accountId, accountId), eq(address.role, 'primary')))
}
