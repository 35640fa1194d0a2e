import { and, eq, gte, isNull } from 'drizzle-orm'
import { alternateEmail } from '../accounts/facts.ts'
import { stopWhenPaused } from '../accounts/pause.ts'
import { isProposed } from '../adoption/adopt-hers.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { account, affiliation, event, movement, type VisitOption, visit } from '../db/schema.ts'
import { counts, kindFor } from '../institution/kind-for.ts'
import { count, limiterKey } from '../limits.ts'
import { inTheWay, now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { useCode } from './check-code.ts'
import { authorityOf } from './decide.ts'
import type { Visit } from './identify.ts'
import { isUnspent } from './life.ts'
import { heldBy, stopWhenLive, stopWhenRecent } from './stops.ts'

/**
 * Under the lock of the person: one statement spends the confirmation, then what was true when she came must still be.
 * Whatever is refused here leaves the visit and its code unspent. Refusals: `visit-expired`, `code-wrong`, the stops,
 * `too-many-attempts`.
 */
export async function spend(
  ctx: Context,
  tx: Db,
  open: Visit,
  option: VisitOption,
  code: number | undefined,
): Promise<void> {
  const spent = await tx
    .update(visit)
    .set({ confirmedAt: now() })
    .where(isUnspent(open.id))
    .returning({ id: visit.id })
  if (spent.length === 0) throw new Refusal('visit-expired', 410)
  if (code !== undefined) await useCode(tx, code)
  const mail = await alternateEmail(tx, open.personId)
  if (!mail) throw new Refusal('no-alternate-email', 409)
  await stopWhenPaused(tx, open.personId, mail)
  await stopWhenAlerted(tx, open)
  await stopWhenLeft(ctx, tx, option)
  if (option.accountId) await stopWhenChanged(ctx, tx, option, mail.address)
  else {
    await stopWhenMade(ctx, tx, open.personId, option.kind, mail.address)
    // An adoption found an entry meanwhile that may be hers.
    if (await isProposed(tx, open.personId, authorityOf(ctx, option.kind)))
      throw new Refusal('needs-review', 409)
  }
  const key = limiterKey(ctx, 'mail', mail.address.toLowerCase())
  await count(tx, [{ key, limits: ctx.institution.limits.mailsPerAddress }])
}

/** She said meanwhile that it was not her: what was open then stays void also when the pause is over. */
async function stopWhenAlerted(tx: Db, open: Visit): Promise<void> {
  const [said] = await tx
    .select({ id: event.id })
    .from(event)
    .where(
      and(
        eq(event.personId, open.personId),
        eq(event.kind, 'self-service-paused'),
        gte(event.at, open.createdAt),
      ),
    )
    .limit(1)
  if (said) throw new Refusal('visit-expired', 410)
}

/** A padrón loaded meanwhile may have ended the post, or moved it to another kind of account. */
async function stopWhenLeft(ctx: Context, tx: Db, option: VisitOption): Promise<void> {
  const [post] = await tx
    .select()
    .from(affiliation)
    .where(and(eq(affiliation.id, option.affiliationId), isNull(affiliation.to)))
  const stands =
    post &&
    (option.legacy ? counts(ctx.institution, post) : kindFor(ctx.institution, post)?.kind === option.kind)
  if (!stands) throw new Refusal('visit-expired', 410)
}

/** A movement since she identified herself voids her confirmation; why it does is told first. */
async function stopWhenChanged(ctx: Context, tx: Db, option: VisitOption, mail: string): Promise<void> {
  const id = option.accountId ?? ''
  const [now] = await tx.select().from(account).where(eq(account.id, id)).for('update')
  if (now?.state === 'blocked') throw new Refusal('account-blocked', 409)
  const [live] = await tx
    .select({ folio: movement.folio })
    .from(movement)
    .where(and(eq(movement.accountId, id), inTheWay()))
  if (live) throw new Refusal('in-progress', 409, { folio: live.folio })
  await stopWhenRecent(tx, ctx.institution.limits.resets, id, mail)
  if (now?.version !== option.version || now.state !== 'active') throw new Refusal('visit-expired', 410)
}

/** She confirmed the same creation in another browser, or staff made the account: there is nothing left to create. */
async function stopWhenMade(
  ctx: Context,
  tx: Db,
  personId: string,
  kind: string,
  mail: string,
): Promise<void> {
  const made = (await heldBy(tx, personId)).find(held => held.kind === kind)
  if (!made) return
  if (made.state === 'blocked') throw new Refusal('account-blocked', 409)
  await stopWhenLive(tx, personId, mail)
  await stopWhenRecent(tx, ctx.institution.limits.resets, made.id, mail)
  throw new Refusal('visit-expired', 410)
}
