import { and, eq, inArray } from 'drizzle-orm'
import { stopWhenPaused } from '../accounts/pause.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contactChange, person } from '../db/schema.ts'
import { type Counted, count, limiterKey } from '../limits.ts'
import { strictAddress } from '../mail/address.ts'
import { contactCode } from '../mail/es-mx/contact-code.ts'
import { render } from '../mail/letter.ts'
import { maskEmail, wholeName } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now, soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { alternateAddress, lookalike } from '../roster/alternate-address.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { keptCode, newCode } from './code.ts'
import type { changeAlternateEmail as contract } from './contract.ts'
import { standingOf, written } from './standing.ts'

interface Ask {
  id: string
  address: string
  check: string
  reason: string
}

const malformed = (code: string) => new Refusal('malformed', 400, { fields: [{ name: 'address', code }] })

/**
 * Mails a code to an address that somebody wants for hers; nothing of hers changes before it comes back. A newer one takes
 * the place of one that is on its way. Refusals: those of `standingOf`; `malformed` with the field; `self-service-paused`
 * where a director vouches for who said that it was not her; `too-many-attempts`; `not-available`.
 */
export async function changeAlternateEmail(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: Ask,
): Promise<Reply<typeof contract>> {
  const standing = await standingOf(ctx, member, actor, ask.id)
  const [check, reason] = [written('check', ask.check), written('reason', ask.reason)]
  const address = addressIn(ctx, ask.address)
  if (standing === 'vouch') await stopWhenPaused(ctx.db, ask.id)
  if (!(await ctx.mail.isUp())) throw new Refusal('not-available', 503, {}, 30)
  const code = newCode()
  const vouched = standing === 'vouch'
  const change = { address, check, reason, vouched, askedBy: member.id }
  const issued = await ctx.db.transaction(tx => issue(ctx, tx as Db, actor, ask.id, change, code))
  await send(ctx, address, issued, code)
  return {
    change: issued.id,
    state: 'code-sent',
    sentTo: maskEmail(address),
    expiresAt: issued.expiresAt.toISOString(),
    looksLike: lookalike(address.slice(address.indexOf('@') + 1)) ?? null,
  }
}

/** One strict address, outside the institution, that somebody may read. Refusal: `malformed`, with what is wrong. */
function addressIn({ institution, config }: Context, text: string): string {
  const plain = text.trim()
  // Letters of another script look like ours: `gmаil.com`.
  if (/[^\x20-\x7e]/.test(plain) || /@(.*\.)?xn--/i.test(plain)) throw malformed('script')
  const rules = { ownDomains: institution.domains, allowReserved: config.mode === 'demo' }
  const judged = alternateAddress(plain, rules)
  if ('refused' in judged) throw malformed(judged.refused === 'malformed' ? 'shape' : judged.refused)
  if (strictAddress(judged.address) === null) throw malformed('shape')
  return judged.address
}

type Change = Pick<typeof contactChange.$inferInsert, 'address' | 'check' | 'reason' | 'vouched' | 'askedBy'>
interface Issued {
  id: string
  at: Date
  expiresAt: Date
  name: string
}

/** Under the lock of the person: the mail is counted before it is sent, on the address and on her. */
async function issue(
  ctx: Context,
  tx: Db,
  actor: Actor,
  personId: string,
  change: Change,
  code: string,
): Promise<Issued> {
  const [her] = await tx.select().from(person).where(eq(person.id, personId)).for('update')
  if (!her) throw new Refusal('not-found', 404)
  await count(tx, mailKeys(ctx, personId, change.address))
  await tx
    .update(contactChange)
    .set({ state: 'replaced', codeHmac: null, decidedAt: now() })
    .where(
      and(
        eq(contactChange.personId, personId),
        inArray(contactChange.state, ['code-sent', 'waiting-approval']),
      ),
    )
  const id = crypto.randomUUID()
  const [row] = await tx
    .insert(contactChange)
    .values({
      ...{ id, personId, ...change, state: 'code-sent' },
      codeHmac: keptCode(ctx, id, code),
      codeExpiresAt: soon(ctx.institution.terms.code),
    })
    .returning()
  if (!row?.codeExpiresAt) throw new Error('no change was written')
  const { check, vouched } = change
  await record(tx, actor, { kind: 'contact-code-issued', personId, detail: { change: id, vouched, check } })
  return { id, at: row.at, expiresAt: row.codeExpiresAt, name: wholeName(her) }
}

/** A code counts like every mail to that address, and on her: nobody fills mailboxes in her name. */
function mailKeys(ctx: Context, personId: string, address: string): Counted[] {
  const limits = ctx.institution.limits.mailsPerAddress
  return [
    { key: limiterKey(ctx, 'mail', address.toLowerCase()), limits },
    { key: limiterKey(ctx, 'contact code', personId), limits },
  ]
}

/** A code that nobody can have read is dead. */
async function send(ctx: Context, to: string, { id, at, expiresAt, name }: Issued, code: string) {
  const { institution } = ctx
  const { timeZone, texts } = institution
  const letter = contactCode({ name, askedAt: at, code, expiresAt, timeZone, texts })
  const said = await ctx.mail.send({ to, ...render(letter, institution) })
  if (said.state === 'sent') return
  await ctx.db
    .update(contactChange)
    .set({ state: 'replaced', codeHmac: null, decidedAt: now() })
    .where(and(eq(contactChange.id, id), eq(contactChange.state, 'code-sent')))
  throw said.permanent ? malformed('refused') : new Refusal('not-available', 503, {}, 60)
}
