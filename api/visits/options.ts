import { nextAddress } from '../accounts/addresses.ts'
import { namingFacts } from '../accounts/facts.ts'
import type { Context } from '../context.ts'
import type { VisitOption } from '../db/schema.ts'
import { kindFor } from '../institution/kind-for.ts'
import { maskAccount } from '../mask.ts'
import type { Affiliation } from '../roster/lookup.ts'
import type { Held } from './stops.ts'

export const ruleOf = (ctx: Context, kind: string) =>
  ctx.institution.accounts.find(rule => rule.kind === kind)

/**
 * What she may do: one option for each kind of account that her posts and enrolments give right to, reset where she has
 * it, create where not; then reset for what she still holds in a legacy domain. Each kind once.
 */
export async function optionsOf(
  ctx: Context,
  affiliations: readonly Affiliation[],
  held: readonly Held[],
): Promise<VisitOption[]> {
  const options: Omit<VisitOption, 'id'>[] = []
  const isOffered = (kind: string) => options.some(option => option.kind === kind)
  for (const one of affiliations) {
    const rule = kindFor(ctx.institution, one)
    if (!rule || isOffered(rule.kind)) continue
    const has = held.find(({ kind }) => kind === rule.kind)
    const address = has?.address ?? (await nextAddress(ctx.db, rule, await namingFacts(ctx.db, one.id)))
    options.push({ kind: rule.kind, address: maskAccount(address), affiliationId: one.id, ...actOn(has) })
  }
  for (const has of held.filter(({ kind, address }) => !isOffered(kind) && isLegacy(ctx, address))) {
    const affiliationId = affiliations[0]?.id ?? 0
    const address = maskAccount(has.address)
    options.push({ kind: has.kind, address, affiliationId, legacy: true, ...actOn(has) })
  }
  return options.map((option, at) => ({ id: String(at + 1), ...option }))
}

const actOn = (has: Held | undefined) =>
  ({ act: has ? 'reset' : 'create', accountId: has?.id ?? null, version: has?.version ?? 0 }) as const

const isLegacy = (ctx: Context, address: string) =>
  ctx.institution.legacyDomains.includes(address.slice(address.lastIndexOf('@') + 1))
