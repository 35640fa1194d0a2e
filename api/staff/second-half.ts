import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { member } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import { countOwn } from './attempts.ts'
import { keepExpected, readChallenge, spendChallenge } from './challenges.ts'
import { asMember, begin, enter, standing, within } from './enter.ts'
import { factorsOf } from './factors.ts'
import { keepKey, keepSeed } from './keep-factor.ts'
import { offerProof, offerRegistration } from './passkeys.ts'
import { newRecoveryCodes } from './recovery.ts'
import type { StaffTicket } from './session.ts'
import { tellRefused, type Where } from './sign-in.ts'
import { newSeed, sealSeed, seedUri } from './totp.ts'

type Needs = 'code' | 'enrolment'
interface Answer {
  challenge: string
  code?: string
  passkey?: Record<string, unknown>
}

/** The first half, as far as it is still good. Throws `sign-in-expired`. */
async function begun(ctx: Context, token: string, needs?: Needs) {
  const found = await readChallenge(ctx.db, token, 'second-factor')
  const [her] = found?.memberId ? await ctx.db.select().from(member).where(eq(member.id, found.memberId)) : []
  if (!found || !her || her.offAt || (needs && found.expects.needs !== needs))
    throw new Refusal('sign-in-expired', 410)
  return { found, her }
}

/** The second half. Refusals: `sign-in-expired`, `code-wrong`, `too-many-attempts`. */
export async function finishSignIn(ctx: Context, actor: Actor, ask: Answer & Where): Promise<StaffTicket> {
  const { found, her } = await begun(ctx, ask.challenge, 'code')
  const ids = await countOwn(ctx, her.login, ask.source)
  const said = { code: ask.code, passkey: ask.passkey, expects: found.expects.passkey }
  const asked = { ...ask, login: her.login, ids, said, challenge: found.id }
  const ticket = await enter(ctx, actor, her.id, asked)
  if (ticket) return ticket
  await tellRefused(ctx.db, actor, { why: 'code', member: her.id })
  throw new Refusal('code-wrong', 403)
}

/** What the browser or the application needs: to sign in with a key, or to be registered. */
export async function beginFactor(ctx: Context, ask: { challenge: string; factor: 'totp' | 'passkey' }) {
  const { found, her } = await begun(ctx, ask.challenge)
  const enrols = found.expects.needs === 'enrolment'
  if (ask.factor === 'passkey') {
    const { options, expects } = enrols ? await offerRegistration(ctx, her) : await offerProof(ctx, her.id)
    await keepExpected(ctx.db, found, { passkey: expects })
    return { options }
  }
  // A seed that is in use is never shown again.
  if (!enrols) throw new Refusal('not-allowed', 403)
  const secret = newSeed()
  await keepExpected(ctx.db, found, { totp: sealSeed(ctx, her.id, secret) })
  return { secret, uri: seedUri(secret, ctx.institution.shortName, her.login) }
}

/** First use: her factor is registered once she showed that it works. Refusals as for the second half. */
export async function enrol(
  ctx: Context,
  actor: Actor,
  ask: Answer & Where & { name?: string },
): Promise<{ ticket: StaffTicket; recoveryCodes: string[] }> {
  const { found, her } = await begun(ctx, ask.challenge, 'enrolment')
  const ids = await countOwn(ctx, her.login, ask.source)
  const made = await within(ctx, async tx => {
    if (!(await standing(tx, her.id)) || (await factorsOf(tx, her.id)).length > 0) return undefined
    const factor = ask.passkey ? await keepKey(ctx, tx, found, ask) : await keepSeed(ctx, tx, found, ask.code)
    if (!factor || !(await spendChallenge(tx, found.id))) return undefined
    const recoveryCodes = await newRecoveryCodes(ctx, tx, her.id)
    await record(tx, asMember(actor, her.id), { kind: 'factor-enrolled', detail: { factor } })
    const ticket = await begin(ctx, tx, actor, her.id, factor, { ...ask, login: her.login, ids })
    return { ticket, recoveryCodes }
  })
  if (made) return made
  await tellRefused(ctx.db, actor, { why: 'code', member: her.id })
  throw new Refusal('code-wrong', 403)
}
