import { alternateEmail } from '../accounts/facts.ts'
import { stopWhenPaused } from '../accounts/pause.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { type VisitOption, visit } from '../db/schema.ts'
import { evenOut } from '../even-out.ts'
import { attemptKeys, count, giveBack, limiterKey, type Source } from '../limits.ts'
import { maskCct, maskEmail, maskName } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { type Claim, type Looked, lookUp } from '../roster/lookup.ts'
import { newToken, tokenDigest } from '../token.ts'
import { canonicalClaim, namesOf } from './claim.ts'
import { browserMark } from './known-browser.ts'
import { lifeOf } from './life.ts'
import { optionsOf, ruleOf, stopWhenUnlinked } from './options.ts'
import { assertProven } from './proof.ts'
import { heldBy, stopWhenLive, stopWhenRecent } from './stops.ts'

type Match = NonNullable<Looked['match']>
export type Visit = typeof visit.$inferSelect

interface Ask {
  profile: string
  claim: Record<string, string>
  source: Source
  proof?: string
}

/**
 * Proves who somebody is and opens her visit. Refusals: `malformed`, `proof-required`, `too-many-attempts`, `not-verified`
 * (one body for whatever did not match), and after a match the stops, with directions.
 */
export async function identify(
  ctx: Context,
  actor: Actor,
  ask: Ask,
): Promise<{ visit: Visit; token: string }> {
  const claim = canonicalClaim(ctx.institution, ask.profile, ask.claim)
  const names = namesOf(claim)
  await assertProven(ctx, names, ask.source, ask.proof)
  const since = performance.now()
  const counted = await count(ctx.db, attemptKeys(ctx, names, ask.source))
  const found = await lookUp(ctx.db, ctx.institution, ask.profile, claim)
  if (!found.match) {
    await record(ctx.db, actor, {
      kind: 'claim-refused',
      personId: found.meant ?? undefined,
      detail: { profile: ask.profile, why: found.why, key: limiterKey(ctx, 'person', names[0] ?? '') },
    })
    await evenOut(since, 40)
    throw new Refusal('not-verified', 403)
  }
  const options = await stopsAndOptions(ctx, actor, found.match, counted)
  return openVisit(ctx, actor, { ...ask, match: found.match, claim, counted, ...options })
}

/** The stops between proof and confirmation; each leaves an event, none a change. Whoever is stopped was right all the same. */
async function stopsAndOptions(ctx: Context, actor: Actor, match: Match, counted: readonly number[]) {
  try {
    return await decide(ctx, match)
  } catch (error) {
    await giveBack(ctx.db, counted)
    if (error instanceof Refusal)
      await record(ctx.db, actor, {
        kind: 'visit-stopped',
        personId: match.person.id,
        detail: { code: error.code },
      })
    throw error
  }
}

async function decide(ctx: Context, { person, affiliations }: Match) {
  const mail = await alternateEmail(ctx.db, person.id)
  await stopWhenPaused(ctx.db, person.id, mail)
  const held = await heldBy(ctx.db, person.id)
  const found = await optionsOf(ctx, affiliations, held)
  const open = found.filter(option =>
    held.every(({ id, state }) => id !== option.accountId || state !== 'blocked'),
  )
  if (found.length > 0 && open.length === 0) throw new Refusal('account-blocked', 409)
  await stopWhenLive(ctx.db, person.id, mail?.address)
  if (held.some(({ id, state }) => state === 'pending' && open.some(option => option.accountId === id)))
    throw new Refusal('needs-review', 409)
  const offered = open.filter(option => ruleOf(ctx, option.kind)?.selfService.includes(option.act))
  if (offered.length === 0) throw new Refusal('create-by-request', 409)
  if (!mail) throw new Refusal('no-alternate-email', 409)
  if (offered.length === 1 && offered[0]?.accountId)
    await stopWhenRecent(ctx.db, ctx.institution.limits.resets, offered[0].accountId, mail.address)
  await stopWhenUnlinked(ctx, person.id, affiliations, offered)
  return { options: offered, mail: mail.address }
}

interface Opening extends Ask {
  match: Match
  counted: readonly number[]
  claim: Claim
  options: VisitOption[]
  mail: string
}

/** A new id at every proof: what a browser carried before is worth nothing. */
async function openVisit(ctx: Context, actor: Actor, ask: Opening): Promise<{ visit: Visit; token: string }> {
  const token = newToken()
  const { person, affiliations } = ask.match
  const names = namesOf(ask.claim)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    await giveBack(tx, ask.counted)
    const [opened] = await tx
      .insert(visit)
      .values({
        token: tokenDigest(token),
        profile: ask.profile,
        personId: person.id,
        options: ask.options,
        counted: [
          ...attemptKeys(ctx, names, ask.source).slice(0, 2 * names.length),
          browserMark(ctx, person.id, ask.source),
        ],
        shown: {
          name: maskName(person),
          centre: maskCct(affiliations[0]?.centre ?? ''),
          alternateEmail: maskEmail(ask.mail),
        },
        channel: actor.channel === 'kiosk' ? 'kiosk' : 'internet',
        origin: actor.origin ?? ask.source.address,
        expiresAt: soon(lifeOf(ctx, actor.channel)),
      })
      .returning()
    if (!opened) throw new Error('no visit was written')
    await record(tx, actor, {
      kind: 'visit-opened',
      personId: person.id,
      detail: { acts: ask.options.map(o => o.act) },
    })
    return { visit: opened, token }
  })
}
