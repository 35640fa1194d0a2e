import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import { account, address, credentialIssue, holding, movement, type person } from '../db/schema.ts'
import type { Limit } from '../institution/institution.ts'
import { maskEmail } from '../mask.ts'
import { Refusal } from '../refusal.ts'

type Person = typeof person.$inferSelect

export interface Held {
  id: string
  kind: string
  state: 'pending' | 'active' | 'blocked' | 'closed'
  version: number
  address: string
}

/** The open accounts that she holds. */
export async function heldBy(db: Db, personId: string): Promise<Held[]> {
  const found = await db
    .select({ account, local: address.local, domain: address.domain })
    .from(holding)
    .innerJoin(account, eq(account.id, holding.accountId))
    .innerJoin(address, and(eq(address.accountId, account.id), eq(address.role, 'primary')))
    .where(and(eq(holding.personId, personId), eq(holding.as, 'holder'), isNull(holding.to)))
  return found.map(({ account: { id, kind, state, version }, local, domain }) => ({
    id,
    kind,
    state,
    version,
    address: `${local}@${domain}`,
  }))
}

/** «No fui yo», staff, or an alternate address that changed a moment ago. */
export function stopWhenPaused(who: Person, coolingUntil: Date | null | undefined, at: Date): void {
  const until = [who.pausedUntil, coolingUntil].find(moment => moment && moment > at)
  if (until) throw new Refusal('self-service-paused', 409, { until: until.toISOString() })
}

/** An act of hers that is still going on. */
export async function stopWhenLive(db: Db, personId: string, mail: string | undefined): Promise<void> {
  const [live] = await db
    .select({ folio: movement.folio, at: movement.intendedAt })
    .from(movement)
    .where(
      and(
        eq(movement.personId, personId),
        inArray(movement.state, ['intended', 'applying', 'delivering']),
        inArray(movement.kind, ['account-creation', 'password-reset', 'password-change']),
      ),
    )
    .limit(1)
  if (!live) return
  const sentTo = mail ? { alternateEmail: maskEmail(mail) } : {}
  throw new Refusal('in-progress', 409, { folio: live.folio, at: live.at.toISOString(), ...sentTo })
}

/** Temporary passwords handed out lately, against `limits.resets`; says when the next one may be asked for. */
export async function stopWhenRecent(
  db: Db,
  limits: readonly Limit[],
  accountId: string,
  mail: string,
): Promise<void> {
  for (const { count, seconds } of limits) {
    const [full] = await rows<{ at: string; again: string; last: string }>(
      db,
      sql`select n.issued_at + make_interval(secs => ${seconds}) as again,
            (select max(issued_at) from credential_issue where account_id = ${accountId}) as last
          from ${credentialIssue} n where n.account_id = ${accountId} and n.issued_at > now() - make_interval(secs => ${seconds})
          order by n.issued_at desc offset ${count - 1} limit 1`,
    )
    if (!full) continue
    const again = new Date(full.again)
    throw new Refusal('reset-recently', 409, {
      at: new Date(full.last).toISOString(),
      againAt: again.toISOString(),
      alternateEmail: maskEmail(mail),
    })
  }
}
