import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member, passkey, recoveryCode, staffSession } from '../db/schema.ts'
import type { Source } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import { countOwn, forget } from './attempts.ts'
import { openChallenge, readChallenge, spendChallenge } from './challenges.ts'
import { standing, within } from './enter.ts'
import { keepKey, keepSeed } from './keep-factor.ts'
import type { Member } from './member.ts'
import { queueMemberNotice } from './notice.ts'
import { offerRegistration } from './passkeys.ts'
import { newRecoveryCodes } from './recovery.ts'
import { endOthers } from './sessions.ts'
import { newSeed, sealSeed, seedUri } from './totp.ts'

type Kind = 'totp' | 'passkey'

const rowOf = async (db: Db, { id }: Member) => {
  const [row] = await db.select().from(member).where(eq(member.id, id))
  if (!row) throw new Refusal('not-signed-in', 401)
  return row
}

async function factorsIn(db: Db, her: typeof member.$inferSelect) {
  const keys = await db
    .select()
    .from(passkey)
    .where(eq(passkey.memberId, her.id))
    .orderBy(asc(passkey.createdAt), asc(passkey.id))
  const kept = keys.map(({ id, name, createdAt, usedAt }) => ({
    ...{ id, kind: 'passkey' as Kind, name },
    createdAt: createdAt.toISOString() as string | null,
    usedAt: usedAt?.toISOString() ?? null,
  }))
  const totp = { id: 'totp', kind: 'totp' as Kind, name: null, createdAt: null, usedAt: null }
  return her.totp ? [totp, ...kept] : kept
}

/** Her row is held; her access may have ended while she waited for it. */
async function stillHers(tx: Db, by: Member): Promise<void> {
  if (!(await standing(tx, by.id))) throw new Refusal('not-signed-in', 401)
}

/** What her own page shows of what she signs in with. */
export async function ownFactors(ctx: Context, by: Member) {
  const her = await rowOf(ctx.db, by)
  const [left] = await ctx.db
    .select({ n: sql<number>`count(*)::int` })
    .from(recoveryCode)
    .where(and(eq(recoveryCode.memberId, by.id), isNull(recoveryCode.usedAt), isNull(recoveryCode.voidedAt)))
  return {
    ...{ password: her.source === 'local', here: her.source !== 'oidc' },
    ...{ factors: await factorsIn(ctx.db, her), recoveryCodes: left?.n ?? 0 },
  }
}

/** Whose second factor is the provider's affair has none here. */
async function assertHere(ctx: Context, by: Member): Promise<void> {
  if ((await rowOf(ctx.db, by)).source === 'oidc') throw new Refusal('factor-elsewhere', 409)
}

/** What the browser or the application needs to be registered beside what she has. */
export async function beginOwnFactor(ctx: Context, by: Member, factor: Kind) {
  await assertHere(ctx, by)
  const ask = { purpose: 'own-factor', member: by.id } as const
  if (factor === 'passkey') {
    const { options, expects } = await offerRegistration(ctx, by)
    return { options, challenge: await openChallenge(ctx.db, { ...ask, expects: { passkey: expects } }) }
  }
  const secret = newSeed()
  const expects = { totp: sealSeed(ctx, by.id, secret) }
  const uri = seedUri(secret, ctx.institution.shortName, by.login)
  return { secret, uri, challenge: await openChallenge(ctx.db, { ...ask, expects }) }
}

interface Answer {
  challenge: string
  code?: string
  passkey?: Record<string, unknown>
  name?: string
  source: Source
}

/** It is hers once she showed that it works. Refusals: `factor-expired`, `code-wrong`, `too-many-attempts`. */
export async function addOwnFactor(ctx: Context, actor: Actor, by: Member, ask: Answer) {
  const found = await readChallenge(ctx.db, ask.challenge, 'own-factor')
  if (found?.memberId !== by.id) throw new Refusal('factor-expired', 410)
  const ids = await countOwn(ctx, by.login, ask.source)
  const added = await within(ctx, async tx => {
    if (!(await standing(tx, by.id))) return undefined
    const replaced = !ask.passkey && (await rowOf(tx, by)).totp !== null
    const factor = ask.passkey ? await keepKey(ctx, tx, found, ask) : await keepSeed(ctx, tx, found, ask.code)
    if (!factor || !(await spendChallenge(tx, found.id))) return undefined
    await forget(ctx, tx, by.login, ids)
    await record(tx, actor, { kind: 'factor-added', detail: { member: by.id, factor, replaced } })
    await queueMemberNotice(ctx, tx, 'factor-added', by.id)
    return { replaced }
  })
  if (!added) throw new Refusal('code-wrong', 403)
  if (added.replaced) await endOthers(ctx, actor, by)
  return ownFactors(ctx, by)
}

/** Refusals: `not-found`, `last-factor`, `factor-in-use`. */
export async function removeOwnFactor(ctx: Context, actor: Actor, by: Member, id: string): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    await stillHers(tx, by)
    const held = await factorsIn(tx, await rowOf(tx, by))
    const gone = held.find(one => one.id === id)
    if (!gone) throw new Refusal('not-found', 404)
    if (held.length === 1) throw new Refusal('last-factor', 409)
    if (!held.some(one => one.id !== id && one.kind === gone.kind)) await assertNotIn(tx, by, gone.kind)
    if (gone.kind === 'totp') await tx.update(member).set({ totp: null }).where(eq(member.id, by.id))
    else await tx.delete(passkey).where(and(eq(passkey.id, id), eq(passkey.memberId, by.id)))
    await record(tx, actor, { kind: 'factor-removed', detail: { member: by.id, factor: gone.kind } })
    await queueMemberNotice(ctx, tx, 'factor-removed', by.id)
  })
  await endOthers(ctx, actor, by)
}

/** Nobody takes away what her session stands on, before another has let her in. */
async function assertNotIn(tx: Db, by: Member, kind: Kind): Promise<void> {
  const [mine] = await tx
    .select({ factor: staffSession.factor })
    .from(staffSession)
    .where(eq(staffSession.id, by.session))
  if (mine?.factor === kind) throw new Refusal('factor-in-use', 409)
}

/** Told this once; those of before are worth nothing. */
export async function renewRecoveryCodes(ctx: Context, actor: Actor, by: Member): Promise<string[]> {
  await assertHere(ctx, by)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    await stillHers(tx, by)
    const made = await newRecoveryCodes(ctx, tx, by.id)
    await record(tx, actor, { kind: 'recovery-codes-renewed', detail: { member: by.id } })
    await queueMemberNotice(ctx, tx, 'codes', by.id)
    return made
  })
}
