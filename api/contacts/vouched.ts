import { eq } from 'drizzle-orm'
import { createAccount } from '../accounts/create.ts'
import { knownPeople } from '../accounts/holders.ts'
import { adoptHers } from '../adoption/adopt-hers.ts'
import type { Context } from '../context.ts'
import { holding, movement } from '../db/schema.ts'
import { kindFor } from '../institution/kind-for.ts'
import type { Done } from '../movements/contract.ts'
import type { Actor, MovementRow } from '../movements/movement.ts'
import { shownMovements } from '../movements/shown.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { worksFor } from './standing.ts'

/**
 * The account that her post gives right to, for somebody whose director vouched for her. Null where she has one, where
 * only staff can say what is hers, or where none can be made now: her address stands all the same, and the kiosk makes it.
 */
export async function createVouched(
  ctx: Context,
  member: Member,
  actor: Actor,
  personId: string,
): Promise<Done | null> {
  const due = await dueTo(ctx, member, personId)
  if (!due) return null
  const made = await create(ctx, actor, personId, due).catch(error => {
    if (!(error instanceof Refusal || error instanceof ProviderRefusal)) throw error
    ctx.log.warn({ problem: error.code }, 'no account after a director vouched')
    return undefined
  })
  const [shown] = made ? await shownMovements(ctx, member, eq(movement.id, made.id), 1) : []
  return shown ?? null
}

type Due = NonNullable<Awaited<ReturnType<typeof dueTo>>>

/** By her post at this director's centre. */
async function dueTo(ctx: Context, member: Member, personId: string) {
  const her = (await knownPeople(ctx.db, [personId])).get(personId)
  const post = her?.affiliations.find(
    one => worksFor(member, one.centre) && kindFor(ctx.institution, one) !== undefined,
  )
  const rule = post && kindFor(ctx.institution, post)
  if (!post || !rule) return undefined
  const held = await ctx.db
    .select({ kind: holding.kind, to: holding.to })
    .from(holding)
    .where(eq(holding.personId, personId))
  const has = held.some(({ kind, to }) => kind === rule.kind && to === null)
  return has ? undefined : { rule, affiliation: post.id }
}

/** What her directory holds of her already is hers first. */
async function create(
  ctx: Context,
  actor: Actor,
  person: string,
  { rule, affiliation }: Due,
): Promise<MovementRow | undefined> {
  const found = await adoptHers(ctx, actor, person, [rule])
  if (found.inReview.size > 0 || found.overtaken || found.held.length > 0) return undefined
  return createAccount(ctx, actor, { person, kind: rule.kind, affiliation })
}
