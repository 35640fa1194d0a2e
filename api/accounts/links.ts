import { createHmac } from 'node:crypto'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { link } from '../db/schema.ts'
import type { Settling } from '../movements/movement.ts'
import { now, soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'

type Purpose = 'password' | 'activation' | 'alert'

/** «No fui yo» in a mail can be pressed for so long. */
const alertSeconds = 30 * 24 * 3600

/** What is typed from paper: capitals without blanks and hyphens. A link's own token has another shape, and stays. */
const asKept = (purpose: Purpose, token: string) =>
  purpose === 'activation' ? token.replace(/[\s\u2010-\u2015-]/g, '').toUpperCase() : token

/** An HMAC for each key in force, bound to the purpose: no token is ever found under another one. */
const digests = (ctx: Context, purpose: Purpose, token: string): string[] =>
  ctx.keysFor('link').map(key =>
    createHmac('sha256', key)
      .update(`${purpose}\0${asKept(purpose, token)}`)
      .digest('base64url'),
  )

interface Keeping {
  token: string
  purpose: Purpose
  account?: string
  person: string
  movement?: string
  expiresAt: Date | ReturnType<typeof soon>
}

async function keep(ctx: Context, tx: Db, { token, purpose, ...of }: Keeping): Promise<void> {
  const [digest = ''] = digests(ctx, purpose, token)
  await tx.insert(link).values({
    digest,
    purpose,
    accountId: of.account,
    personId: of.person,
    movementId: of.movement,
    expiresAt: of.expiresAt as Date,
  })
}

/** The digest of the link or key that this attempt hands out; those of before are void. */
export async function keepLink(work: Settling<unknown>, purpose: 'password' | 'activation'): Promise<void> {
  const { ctx, tx, account, movement, secret, until } = work
  if (!until || !movement.personId) throw new Error('a link without an end or without a person')
  await tx
    .update(link)
    .set({ supersededAt: now() })
    .where(and(eq(link.accountId, account.id), inArray(link.purpose, ['password', 'activation']), isOpen()))
  const of = { account: account.id, person: movement.personId, movement: movement.id }
  await keep(ctx, tx, { token: secret, purpose, ...of, expiresAt: until })
}

/** What «No fui yo» of this attempt's mail is recognised by; those of earlier mails stay good. */
export const keepAlert = async (
  ctx: Context,
  tx: Db,
  of: { token: string; account?: string; person: string | null; movement?: string },
): Promise<void> =>
  of.person
    ? keep(ctx, tx, { ...of, person: of.person, purpose: 'alert', expiresAt: soon(alertSeconds) })
    : undefined

const isOpen = () => and(isNull(link.usedAt), isNull(link.supersededAt))

/** Whatever was done to the account after the act that handed it out voids it, but for what changed nothing of hers. */
const isVoid = sql`exists (
    select 1 from movement m join movement n on n.account_id = m.account_id and n.seq > m.seq
    where m.id = link.movement_id and n.state <> 'failed' and n.kind <> 'password-expiry')
  or exists (
    select 1 from movement m join event e on e.person_id = link.person_id and e.at >= m.intended_at
    where m.id = link.movement_id and e.kind = 'self-service-paused')
  or not exists (
    select 1 from account a join holding h on h.account_id = a.id and h."to" is null
    where a.id = link.account_id and a.state = 'active' and h.person_id = link.person_id)`

/** A link, or a key from paper, whose token is right; whether it still opens anything is told beside it. */
export interface Link {
  id: number
  purpose: 'password' | 'activation'
  account: string
  person: string
  /** Whole: the link proved the mailbox. */
  address: string
  /** Kind of the movement that handed it out. */
  kind: string
  expiresAt: string
  usedAt: string | null
  supersededAt: string | null
  expired: boolean
  isVoid: boolean
  /** A newer one was handed out. */
  replaced: boolean
  /** Folio of an attempt at her password that nobody knows the end of. */
  inDoubt: string | null
}

/** Looks a token up, and changes nothing. Refusal: `expired`, one for whatever we do not know. */
export async function linkOf(ctx: Context, db: Db, token: string): Promise<Link> {
  const known = (['password', 'activation'] as const).flatMap(purpose => digests(ctx, purpose, token))
  const [found] = await rows<Link>(
    db,
    sql`select link.id::int as id, link.purpose, link.account_id as account, link.person_id as person,
          ad.local || '@' || ad.domain as address, by.kind, link.expires_at as "expiresAt", link.used_at as "usedAt",
          link.superseded_at as "supersededAt", link.expires_at <= now() as expired, (${isVoid}) as "isVoid",
          exists (select 1 from link newer where newer.account_id = link.account_id and newer.id > link.id
            and newer.purpose in ('password', 'activation')) as replaced,
          (select folio from movement t where t.account_id = link.account_id and t.kind = 'password-change'
            and t.detail->>'link' = link.id::text and t.finished_at is null and t.problem is not null) as "inDoubt"
        from link join movement by on by.id = link.movement_id
          join address ad on ad.account_id = link.account_id and ad.role in ('primary', 'quarantined')
        where link.digest in (${sql.join(
          known.map(digest => sql`${digest}`),
          sql`, `,
        )})`,
  )
  if (!found) throw new Refusal('expired', 410)
  return found
}

const iso = (moment: string) => new Date(moment).toISOString()

/**
 * Why a link opens nothing any more. Refusals: `used`, `superseded`, `expired`, each with `at` where there is a moment to
 * tell; `not-available` while nobody knows what became of the password it was used for.
 */
export function assertOpen(found: Link): void {
  if (found.inDoubt) throw new Refusal('not-available', 503, { folio: found.inDoubt }, 60)
  if (found.usedAt) throw new Refusal('used', 410, { at: iso(found.usedAt) })
  if (found.replaced)
    throw new Refusal('superseded', 410, found.supersededAt ? { at: iso(found.supersededAt) } : {})
  if (found.expired) throw new Refusal('expired', 410, { at: iso(found.expiresAt) })
  if (found.supersededAt || found.isVoid) throw new Refusal('expired', 410)
}

/** One statement spends it, under the locks of the movement that uses it. Refusals as of `assertOpen`. */
export async function spendLink(ctx: Context, tx: Db, id: number, token: string): Promise<void> {
  const spent = await tx
    .update(link)
    .set({ usedAt: now() })
    .where(and(eq(link.id, id), isOpen(), sql`${link.expiresAt} > now() and not (${isVoid})`))
    .returning({ id: link.id })
  if (spent.length > 0) return
  assertOpen(await linkOf(ctx, tx, token))
  throw new Refusal('expired', 410)
}

/** The password did not arrive: the link may be used again. */
export const unspendLink = async (tx: Db, id: number): Promise<void> =>
  void (await tx.update(link).set({ usedAt: null }).where(eq(link.id, id)))

/** A token of «No fui yo», whatever became of it. */
export async function alertOf(ctx: Context, tx: Db, token: string) {
  const [found] = await tx
    .select({ link, expired: sql<boolean>`${link.expiresAt} <= now()` })
    .from(link)
    .where(inArray(link.digest, digests(ctx, 'alert', token)))
    .for('update')
  return found
}

/** Of a person who says that it was not her: nothing that was handed out opens anything any more. */
export const voidLinks = async (tx: Db, personId: string): Promise<void> =>
  void (await tx
    .update(link)
    .set({ supersededAt: now() })
    .where(and(eq(link.personId, personId), inArray(link.purpose, ['password', 'activation']), isOpen())))
