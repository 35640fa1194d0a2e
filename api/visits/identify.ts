import { adoptHers } from '../adoption/adopt-hers.ts'
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
import { type Claim, lookUp } from '../roster/lookup.ts'
import { newToken, tokenDigest } from '../token.ts'
import { canonicalClaim, namesOf } from './claim.ts'
import { decide, type Match } from './decide.ts'
import { browserMark } from './known-browser.ts'
import { lifeOf } from './life.ts'
import { assertProven } from './proof.ts'

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

/**
 * The stops between proof and confirmation; each leaves an event. All that changes is that an entry of hers is linked.
 * Whoever is stopped was right all the same.
 */
async function stopsAndOptions(ctx: Context, actor: Actor, match: Match, counted: readonly number[]) {
  try {
    return await decide(ctx, match, kinds => adoptHers(ctx, actor, match.person.id, kinds))
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
