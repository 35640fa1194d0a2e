import { and, eq, sql } from 'drizzle-orm'
import { alternateEmail } from '../accounts/facts.ts'
import { keepAlert } from '../accounts/links.ts'
import { stopWhenPaused } from '../accounts/pause.ts'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { code, contact, person, visit } from '../db/schema.ts'
import { assertRoom, type Counted, count, limiterKey } from '../limits.ts'
import { confirmationCode } from '../mail/es-mx/confirmation-code.ts'
import { render } from '../mail/letter.ts'
import { maskEmail } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now, soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { newToken } from '../token.ts'
import { againAfter, hmacsOf, isLiveCode, newCode, type SentCode, shownCode } from './code.ts'
import type { Visit } from './identify.ts'
import { isHerBrowser } from './known-browser.ts'
import { isUnspent } from './life.ts'
import { stopWhenLive } from './stops.ts'

/** Mails that whoever only knows her keys leaves to her: a code and the password after it. */
const reserved = 2

/**
 * Mails a one-time code to the alternate address; nothing else changes. Only the last one of a person is live, whatever
 * visit it was asked from. Refusals: `not-found` where no code is used, `visit-expired`, the stops, `too-many-attempts`
 * (with `againAt` where one was sent a moment ago), `not-available` where the mail was not taken over: then none is live.
 */
export async function sendCode(ctx: Context, actor: Actor, open: Visit): Promise<SentCode> {
  if (ctx.institution.confirmation !== 'code') throw new Refusal('not-found', 404)
  if (open.confirmedAt) throw new Refusal('visit-expired', 410)
  await assertRoom(ctx.db, open.counted)
  if (!(await ctx.mail.isUp())) throw new Refusal('not-available', 503, {}, 30)
  const hers = await isHerBrowser(ctx, open)
  const plain = newCode()
  const issued = await ctx.db.transaction(tx => issue(ctx, tx as Db, actor, open, { plain, hers }))
  const letter = confirmationCode({
    ...issued,
    code: plain,
    channel: open.channel,
    publicUrl: ctx.publicUrl,
    timeZone: ctx.institution.timeZone,
    texts: ctx.institution.texts,
  })
  const said = await ctx.mail.send({ to: issued.to, ...render(letter, ctx.institution) })
  if (said.state === 'sent') return shownCode(issued, maskEmail(issued.to))
  await takeBack(ctx, issued, said.permanent)
  throw new Refusal('not-available', 503, {}, againAfter)
}

interface Issued {
  id: number
  issuedAt: Date
  expiresAt: Date
  name: string
  to: string
  /** Token of «No fui yo», for this mail alone. */
  alert: string
}

/** Under the lock of the person: counts the mail, voids what was live, and keeps the visit open as long as its code. */
async function issue(
  ctx: Context,
  tx: Db,
  actor: Actor,
  open: Visit,
  { plain, hers }: { plain: string; hers: boolean },
): Promise<Issued> {
  const [her] = await tx.select().from(person).where(eq(person.id, open.personId)).for('update')
  const mail = await alternateEmail(tx, open.personId)
  if (!mail) throw new Refusal('no-alternate-email', 409)
  await stopWhenPaused(tx, open.personId, mail)
  await stopWhenLive(tx, open.personId, mail.address)
  await stopWhenSent(tx, open.personId)
  await count(tx, mailKeys(ctx, open.personId, mail.address, hers))
  const openVisits = sql`(select id from visit where person_id = ${open.personId} and expires_at > now())`
  await tx
    .update(code)
    .set({ voidedAt: now() })
    .where(and(isLiveCode, sql`${code.visitId} in ${openVisits}`))
  const [kept] = await tx
    .insert(code)
    .values({
      visitId: open.id,
      hmac: hmacsOf(ctx, open.id, plain)[0] as string,
      expiresAt: soon(ctx.institution.terms.code),
    })
    .returning()
  if (!kept || !her) throw new Error('no code was written')
  await stayOpen(tx, open, kept.expiresAt)
  const alert = newToken()
  await keepAlert(ctx, tx, { token: alert, person: open.personId })
  await record(tx, actor, { kind: 'code-issued', personId: open.personId })
  const { id, issuedAt, expiresAt } = kept
  return {
    id,
    issuedAt,
    expiresAt,
    name: [her.given, her.surname1, her.surname2].filter(Boolean).join(' '),
    to: mail.address,
    alert,
  }
}

/** One a minute for each person; says when the next one may be asked for. */
async function stopWhenSent(tx: Db, personId: string): Promise<void> {
  const [last] = await rows<{ again: string; wait: number }>(
    tx,
    sql`select again, ceil(extract(epoch from again - now()))::int as wait
        from (select max(c.issued_at) + make_interval(secs => ${againAfter}) as again
              from code c join visit v on v.id = c.visit_id
              where v.person_id = ${personId} and v.expires_at > now()) as sent
        where again > now()`,
  )
  if (last)
    throw new Refusal('too-many-attempts', 429, { againAt: new Date(last.again).toISOString() }, last.wait)
}

/**
 * A code counts like every mail to that address. Somebody at a browser that is not hers may use up all but a reserve: she
 * can still get a code and a password where a code of hers came back before.
 */
function mailKeys(ctx: Context, personId: string, address: string, hers: boolean): Counted[] {
  const limits = ctx.institution.limits.mailsPerAddress
  const all = { key: limiterKey(ctx, 'mail', address.toLowerCase()), limits }
  if (hers) return [all]
  const fewer = limits.map(limit => ({ ...limit, count: Math.max(1, limit.count - reserved) }))
  return [all, { key: limiterKey(ctx, 'code mail', personId), limits: fewer }]
}

async function stayOpen(tx: Db, open: Visit, until: Date): Promise<void> {
  const kept = await tx
    .update(visit)
    .set({ expiresAt: sql`greatest(${visit.expiresAt}, ${until.toISOString()}::timestamptz)` as never })
    .where(isUnspent(open.id))
    .returning({ id: visit.id })
  if (kept.length === 0) throw new Refusal('visit-expired', 410)
}

/** A code that nobody can have read is dead; an address that refuses for good is marked, as after any mail. */
async function takeBack(ctx: Context, { id, to }: Issued, permanent: boolean): Promise<void> {
  await ctx.db.update(code).set({ voidedAt: now() }).where(eq(code.id, id))
  if (permanent)
    await ctx.db
      .update(contact)
      .set({ bouncedAt: now() })
      .where(
        sql`lower(${contact.address}) = lower(${to}) and ${contact.to} is null and ${contact.bouncedAt} is null`,
      )
}
