import type { Listed } from '../providers/provider.ts'
import type { Unkind } from './entry-kind.ts'

/** Why an entry that carries somebody's key is not linked by itself. */
export type Doubt =
  | Unkind
  /** Its keys name two people. */
  | 'two-persons'
  /** One key is hers and another contradicts hers. */
  | 'keys-disagree'
  /** Another entry is hers just as well. */
  | 'several-entries'
  /** She has an account of the kind already. */
  | 'has-account'
  | 'address-repeated'
  /** Another account has its address, or it rests. */
  | 'address-taken'
  /** Our books moved while they were read; the next run sees clearly. */
  | 'changed-meanwhile'

interface Of<C extends string> {
  class: C
  entry: Listed
  /** Whom it may concern. */
  persons: readonly string[]
}
export interface Linkable extends Of<'linked'> {
  person: string
  kind: string
  evidence: string
}
interface Proposed extends Of<'proposed'> {
  evidence: string
}
export interface Ambiguous extends Of<'ambiguous'> {
  reason: Doubt
}
/** What becomes of an entry. `foreign` is nobody's as far as we know: nobody else is given its address. */
export type Verdict = Linkable | Proposed | Ambiguous | Of<'already'> | Of<'foreign'>

export const ambiguous = (entry: Listed, persons: readonly string[], reason: Doubt): Ambiguous => ({
  class: 'ambiguous',
  entry,
  persons,
  reason,
})
export const foreign = (entry: Listed): Of<'foreign'> => ({ class: 'foreign', entry, persons: [] })
