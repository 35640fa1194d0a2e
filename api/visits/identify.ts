import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { nextAddress } from '../accounts/addresses.ts'
import { alternateEmail, namingFacts } from '../accounts/facts.ts'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { type VisitOption, visit } from '../db/schema.ts'
import { evenOut } from '../even-out.ts'
import { kindFor } from '../institution/kind-for.ts'
import { attemptKeys, count, giveBack, limiterKey, type Source } from '../limits.ts'
import { maskAccount, maskCct, maskEmail, maskName } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { soon } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { type Affiliation, type Claim, type Looked, lookUp } from '../roster/lookup.ts'
import { canonicalClaim, namesOf } from './claim.ts'
import { lifeOf } from './life.ts'
import { type Held, heldBy, stopWhenLive, stopWhenPaused, stopWhenRecent } from './stops.ts'

type Match = NonNullable<Looked['match']>
export type Visit = typeof visit.$inferSelect

interface Ask {
  profile: string
  claim: Record<string, string>
  source: Source
}

/**
 * Proves who somebody is and opens her visit. Refusals: `malformed`, `too-many-attempts`, `not-verified` (one body for
 * whatever did not match), and after a match the stops, with directions.
 */
export async function identify(
  ctx: Context,
  actor: Actor,
  ask: Ask,
): Promise<{ visit: Visit; token: string }> {
  const claim = canonicalClaim(ctx.institution, ask.profile, ask.claim)
  const names = namesOf(claim)
  const since = performance.now()
  const counted = await count(ctx.db, attemptKeys(ctx, names, ask.source))
  const found = await lookUp(ctx.db, ask.profile, claim)
  if (!found.match) {
    await record(ctx.db, actor, {
      kind: 'claim-refused',
      personId: found.meant ?? undefined,
      detail: { profile: ask.profile, why: found.why, key: limiterKey(ctx, 'person', names[0] ?? '') },
    })
    await evenOut(since, 40)
    throw new Refusal('not-verified', 403)
  }
  await giveBack(ctx.db, counted)
  const options = await stopsAndOptions(ctx, actor, found.match)
  return openVisit(ctx, actor, { ...ask, match: found.match, claim, ...options })
}

/** The stops between proof and confirmation; each leaves an event, none a change. */
async function stopsAndOptions(ctx: Context, actor: Actor, match: Match) {
  try {
    return await decide(ctx, match)
  } catch (error) {
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
  await stopWhenUnlinked(ctx, person.id, offered)
  return { options: offered, mail: mail.address }
}

const ruleOf = (ctx: Context, kind: string) => ctx.institution.accounts.find(rule => rule.kind === kind)

/** One option for each kind of account that her posts give right to: reset where she has it, create where not. */
async function optionsOf(
  ctx: Context,
  affiliations: readonly Affiliation[],
  held: readonly Held[],
): Promise<VisitOption[]> {
  const options = new Map<string, VisitOption>()
  for (const one of affiliations) {
    const rule = kindFor(ctx.institution, { ...one, status: one.statusAsCame })
    if (!rule || options.has(rule.kind)) continue
    const has = held.find(({ kind }) => kind === rule.kind)
    const address = has?.address ?? (await nextAddress(ctx.db, rule, await namingFacts(ctx.db, one.id)))
    options.set(rule.kind, {
      id: String(options.size + 1),
      kind: rule.kind,
      act: has ? 'reset' : 'create',
      address: maskAccount(address),
      accountId: has?.id ?? null,
      version: has?.version ?? 0,
      affiliationId: one.id,
    })
  }
  return [...options.values()]
}

/** Before anything is created, the directory is asked for an entry that carries her keys: it is not ours to make twice. */
async function stopWhenUnlinked(
  ctx: Context,
  personId: string,
  options: readonly VisitOption[],
): Promise<void> {
  const creates = options.filter(({ act }) => act === 'create')
  if (creates.length === 0) return
  const keys = await rows<{ kind: string; value: string }>(
    ctx.db,
    sql`select kind, value from person_identifier where person_id = ${personId} and "to" is null`,
  )
  const curp = keys.find(({ kind }) => kind === 'curp')?.value ?? ''
  const key = keys.find(({ kind }) => kind !== 'curp')?.value ?? ''
  for (const { kind } of creates) {
    const reader = ctx.providers.get(ruleOf(ctx, kind)?.provider[0] ?? '')
    if ((await reader?.find({ curp, key }))?.length) throw new Refusal('needs-review', 409)
  }
}

interface Opening extends Ask {
  match: Match
  claim: Claim
  options: VisitOption[]
  mail: string
}

/** What the cookie's opaque id is kept as. */
export const tokenDigest = (token: string) => createHash('sha256').update(token).digest('base64url')

/** A new id at every proof: what a browser carried before is worth nothing. */
async function openVisit(ctx: Context, actor: Actor, ask: Opening): Promise<{ visit: Visit; token: string }> {
  const token = randomBytes(32).toString('base64url')
  const { person, affiliations } = ask.match
  const names = namesOf(ask.claim)
  return ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [opened] = await tx
      .insert(visit)
      .values({
        token: tokenDigest(token),
        profile: ask.profile,
        personId: person.id,
        options: ask.options,
        counted: attemptKeys(ctx, names, ask.source).slice(0, 2 * names.length),
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
