import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { isOwn } from '../accounts/acts-for.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { account, address, holding } from '../db/schema.ts'
import type { AccountRule } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'

/** An account that a member acts on, as it was when she asked. */
export interface Subject {
  id: string
  address: string
  state: (typeof account.$inferSelect)['state']
  unit: string
  version: number
  rule: AccountRule
  /** Who holds it or answers for it; null where nobody does. */
  holder: string | null
}

/** Of the member's units, and nobody's own. Refusals: `not-found`, also for what is another unit's; `own-account`. */
export async function subjectOf(ctx: Context, member: Member, id: string): Promise<Subject> {
  const [found] = await ctx.db
    .select({ account, holder: holding.personId, local: address.local, domain: address.domain })
    .from(account)
    .innerJoin(address, eq(address.accountId, account.id))
    .leftJoin(holding, and(eq(holding.accountId, account.id), isNull(holding.to)))
    .where(and(eq(account.id, id), accountWithin(member, sql`${account.id}`)))
    .orderBy(desc(sql`${address.role} = 'primary'`), desc(address.id))
    .limit(1)
  const rule = ctx.institution.accounts.find(({ kind }) => kind === found?.account.kind)
  if (!found || !rule) throw new Refusal('not-found', 404)
  const { state, unit, version } = found.account
  const subject = {
    id,
    address: `${found.local}@${found.domain}`,
    state,
    unit,
    version,
    rule,
    holder: found.holder,
  }
  if (isOwn(member, subject)) throw new Refusal('own-account', 403)
  return subject
}

/** Under the locks of the intent: what the member saw is still so. */
export const stillSo =
  ({ id, version }: Subject) =>
  async (tx: Db): Promise<undefined> => {
    const [now] = await tx
      .select({ version: account.version })
      .from(account)
      .where(eq(account.id, id))
      .for('update')
    if (now?.version !== version) throw new Refusal('changed-meanwhile', 409)
  }
