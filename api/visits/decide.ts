import { alternateEmail } from '../accounts/facts.ts'
import { stopWhenPaused } from '../accounts/pause.ts'
import type { Elsewhere } from '../adoption/adopt-hers.ts'
import type { Context } from '../context.ts'
import type { VisitOption } from '../db/schema.ts'
import type { AccountRule } from '../institution/institution.ts'
import { kindFor } from '../institution/kind-for.ts'
import { Refusal } from '../refusal.ts'
import type { Affiliation, Looked } from '../roster/lookup.ts'
import { optionsOf, ruleOf } from './options.ts'
import { type Held, heldBy, stopWhenLive, stopWhenRecent } from './stops.ts'

export type Match = NonNullable<Looked['match']>

/** Looks for accounts of these kinds that she may have without a link; at the kiosk that adopts, in a rehearsal it does not. */
type LookElsewhere = (lacking: readonly AccountRule[]) => Promise<Elsewhere>

/** What she is offered, or the stop that she hears. Nothing is created before the directories were asked. */
export async function decide(
  ctx: Context,
  match: Match,
  look: LookElsewhere,
  tries = 2,
): Promise<{ options: VisitOption[]; mail: string }> {
  const { person, affiliations } = match
  const mail = await alternateEmail(ctx.db, person.id)
  await stopWhenPaused(ctx.db, person.id, mail)
  const linked = await heldBy(ctx.db, person.id)
  const { held: adopted, inReview, overtaken } = await look(lackedBy(ctx, affiliations, linked))
  if (overtaken && tries > 0) return decide(ctx, match, look, tries - 1)
  const held = [...linked, ...adopted]
  const found = await optionsOf(ctx, affiliations, held)
  const sure = found.filter(({ act, kind }) => act === 'reset' || !inReview.has(authorityOf(ctx, kind)))
  const open = sure.filter(option =>
    held.every(({ id, state }) => id !== option.accountId || state !== 'blocked'),
  )
  const unsure = new Refusal('needs-review', 409)
  if (found.length > 0 && open.length === 0)
    throw sure.length > 0 ? new Refusal('account-blocked', 409) : unsure
  await stopWhenLive(ctx.db, person.id, mail?.address)
  if (held.some(({ id, state }) => state === 'pending' && open.some(option => option.accountId === id)))
    throw unsure
  const offered = open.filter(option => ruleOf(ctx, option.kind)?.selfService.includes(option.act))
  if (offered.length === 0) throw sure.length < found.length ? unsure : new Refusal('create-by-request', 409)
  if (!mail) throw new Refusal('no-alternate-email', 409)
  if (offered.length === 1 && offered[0]?.accountId)
    await stopWhenRecent(ctx.db, ctx.institution.limits.resets, offered[0].accountId, mail.address)
  return { options: offered, mail: mail.address }
}

/** The directory that would hold the password. */
export const authorityOf = (ctx: Context, kind: string): string => ruleOf(ctx, kind)?.provider[0] ?? ''

/** Kinds of account that she has a right to and no link. */
const lackedBy = (
  { institution }: Context,
  affiliations: readonly Affiliation[],
  held: readonly Held[],
): AccountRule[] => {
  const due = new Set(affiliations.flatMap(post => kindFor(institution, post) ?? []))
  return [...due].filter(rule => !held.some(({ kind }) => kind === rule.kind))
}
