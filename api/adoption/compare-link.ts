import type { accountLink } from '../db/schema.ts'
import type { Listed } from '../providers/provider.ts'

export type Difference = 'renamed' | 'moved' | 'deleted' | 'enabled' | 'disabled' | 'password-elsewhere'
export type Link = typeof accountLink.$inferSelect
export type Drift = Link['drift']

/** An act of ours on the account, since the link was last compared. */
export interface Act {
  from: Date
  to: Date
}

/** What a directory shows otherwise than it did, though nothing of ours was done to it. */
export function differencesOf(
  entry: Listed,
  link: Link,
  state: string,
  acts: readonly Act[],
): { differences: Difference[]; drift: Drift } {
  const before = split(link.standsAt)
  const now = split(entry.at)
  const known = link.standsAt !== ''
  const renamed = !same(entry.seenAs, link.seenAs) || (known && !same(before.name, now.name))
  const drift = driftOf(entry.active, state)
  const reset = known && entry.passwordAt !== '' && entry.passwordAt !== link.passwordAt
  return {
    drift,
    differences: [
      ...(renamed ? ['renamed' as const] : []),
      ...(known && !same(before.parent, now.parent) ? ['moved' as const] : []),
      ...(drift === 'enabled' || drift === 'disabled' ? (drift === link.drift ? [] : [drift]) : []),
      ...(reset && !explains(acts, entry.passwordAt) ? ['password-elsewhere' as const] : []),
    ],
  }
}

/** Who signs in there against what our books say. */
export const driftOf = (active: boolean, state: string): Drift =>
  state === 'pending' || active === (state === 'active') ? '' : active ? 'enabled' : 'disabled'

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/** A DN's own part and what it stands under; an address is its own part whole. */
function split(at: string): { name: string; parent: string } {
  const name = /^(?:\\.|[^\\,])*/s.exec(at)?.[0] ?? ''
  return { name, parent: at.slice(name.length + 1) }
}

/** Clocks differ, and a directory writes whole seconds. */
const toleranceMs = 5 * 60_000

/** Was the password set while an act of ours went on? A time that cannot be read is explained by any of them. */
function explains(acts: readonly Act[], at: string): boolean {
  const when = Date.parse(at)
  return acts.some(
    ({ from, to }) =>
      Number.isNaN(when) || (when >= from.getTime() - toleranceMs && when <= to.getTime() + toleranceMs),
  )
}
