import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { asJson, type Db, rows } from '../db/open.ts'
import { account, address, holding, movement } from '../db/schema.ts'
import type { Limit } from '../institution/institution.ts'
import { maskEmail } from '../mask.ts'
import { inTheWay } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'

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

/** Acts that hand a password over. */
const handing = ['account-creation', 'account-reopening', 'password-reset', 'link-issue', 'password-change']

/** An act of hers that is still going on. */
export async function stopWhenLive(db: Db, personId: string, mail: string | undefined): Promise<void> {
  const [live] = await db
    .select({ folio: movement.folio, at: movement.intendedAt })
    .from(movement)
    .where(and(eq(movement.personId, personId), inTheWay(), inArray(movement.kind, handing)))
    .limit(1)
  if (!live) return
  const sentTo = mail ? { alternateEmail: maskEmail(mail) } : {}
  throw new Refusal('in-progress', 409, { folio: live.folio, at: live.at.toISOString(), ...sentTo })
}

interface Handed {
  /** When the last one was handed out. */
  at: Date
  /** When every one of the limits has room again. */
  againAt: Date
}

/**
 * Temporary passwords and links of an account that reached their mailbox, against `limits.resets`: undefined while all have room.
 * `own` is a movement that counts though it is not done yet.
 */
export async function handedOut(
  db: Db,
  limits: readonly Limit[],
  accountId: string,
  own?: string,
): Promise<Handed | undefined> {
  const [full] = await rows<{ at: string; again: string | null }>(
    db,
    sql`with handed as (
          select i.issued_at as at from credential_issue i join movement m on m.id = i.movement_id
          where i.account_id = ${accountId} and (m.state = 'done' or m.trailing or m.id = ${own ?? null}::uuid)
          union all
          select max(l.issued_at) from link l join movement m on m.id = l.movement_id
          where l.account_id = ${accountId} and l.purpose = 'password' and (m.state = 'done' or m.trailing or m.id = ${own ?? null}::uuid)
          group by m.id)
        select max(ends) as again, (select max(at) from handed) as at
        from (select (select h.at from handed h order by h.at desc offset l.count - 1 limit 1)
                + make_interval(secs => l.seconds) as ends
              from jsonb_to_recordset(${asJson(limits)}) as l(count integer, seconds integer)) as term
        where ends > now()`,
  )
  return full?.again ? { at: new Date(full.at), againAt: new Date(full.again) } : undefined
}

/** A temporary password or a link handed out a moment ago; says when the next one may be asked for. */
export async function stopWhenRecent(
  db: Db,
  limits: readonly Limit[],
  accountId: string,
  mail: string,
): Promise<void> {
  const handed = await handedOut(db, limits, accountId)
  if (!handed) return
  throw new Refusal('reset-recently', 409, {
    at: handed.at.toISOString(),
    againAt: handed.againAt.toISOString(),
    alternateEmail: maskEmail(mail),
  })
}
