/** What an institution's directory must do. One behaviour suite, `test/provider-suite.ts`, holds every provider to it. */

/** An entry as the directory shows it now. */
export interface Entry {
  /** Immutable there. */
  externalId: string
  /** Address, DN or UPN of the day. */
  seenAs: string
  active: boolean
  /** Of the last change that was ours. */
  fence: number
}

/** Keys that an adopted entry is recognised by; the institution says which attribute holds which. */
interface StrongKeys {
  curp: string
  key: string
}

/** Can only look: this is all that verbs are given. */
export interface ProviderReader {
  look(externalId: string): Promise<Entry | undefined>
  find(keys: StrongKeys): Promise<Entry[]>
  /** Does this password sign in now? An unknown entry costs the same work. */
  accepts(externalId: string | undefined, password: string): Promise<boolean>
}

/** A password for an entry, in memory only. */
export interface NewPassword {
  password: string
  /** When a temporary one stops working by itself where the directory can do that; null for an own one. */
  until: Date | null
}

export interface Creation extends Omit<NewPassword, 'password'> {
  /** Null: an entry that nobody can sign in to. */
  password: string | null
  /** Our account's id, written into the entry: an ambiguous answer is settled by it. */
  marker: string
  /** Of account, as the institution names it: decides where the entry stands. */
  kind: string
  address: string
  displayName: string
  /** '' where the account is not a person's. */
  given: string
  /** One or two, as they are written together; '' likewise. */
  surnames: string
  /** What the person is known by elsewhere; written where the institution names an attribute. */
  keys: Partial<Record<'curp' | 'curt' | 'controlNumber', string>>
  quotaMb: number
  fence: number
}

/** Every change carries the movement's fence; one older than the entry's is refused as `stale`, a closed entry is `gone`. */
export interface Provider extends ProviderReader {
  /** Idempotent by marker: an entry that is already ours gets the new password. */
  create(ask: Creation): Promise<Entry>
  setPassword(externalId: string, ask: NewPassword & { fence: number }): Promise<void>
  /**
   * Did the change under `setUnder` arrive? Where it did not, it never will: the entry's fence is raised in the same
   * step, and nothing else is changed.
   */
  hasArrived(externalId: string, setUnder: number, fence: number): Promise<boolean>
  /**
   * Ends a temporary password whose term is over, as long as it is still the one that was set under `setUnder`; blocking
   * and unblocking in between change nothing about that. Said again, it answers the same.
   */
  expirePassword(externalId: string, setUnder: number, fence: number): Promise<'expired' | 'not-ours'>
  setBlocked(externalId: string, blocked: boolean, fence: number): Promise<void>
  /** Nobody signs in any more and the password is gone; a second time does nothing. */
  close(externalId: string, fence: number): Promise<void>
}

export type ProviderProblem =
  /** A newer movement has been here. */
  | 'stale'
  /** Somebody else's entry holds this address. */
  | 'address-taken'
  /** The entry is not there any more. */
  | 'gone'
  /** Out of reach, or too busy; later it may go. */
  | 'unavailable'

/** A directory's own errors, translated: no verb knows an LDAP number. */
export class ProviderRefusal extends Error {
  readonly code: ProviderProblem

  constructor(code: ProviderProblem, cause?: unknown) {
    super(code, { cause })
    this.name = 'ProviderRefusal'
    this.code = code
  }
}
