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

/** What a person is recognised by elsewhere; the institution says which attribute holds which. */
export type KeyKind = 'curp' | 'curt' | 'controlNumber' | 'mail'
export type StrongKeys = Partial<Record<KeyKind, string>>

/** An entry with all that an account can be recognised by. */
export interface Listed extends Entry {
  /** DN or UPN: where it stands today. */
  at: string
  /** Its own address, in lower case; '' where it has none. */
  address: string
  /** '' where the directory does not say, as the following. */
  name: string
  /** Work centre, as the attribute that the institution names holds it. */
  centre: string
  keys: Partial<Record<KeyKind, readonly string[]>>
  /** Our account's id, where we made it. */
  marker: string | undefined
  /** When its password was set last, ISO 8601. */
  passwordAt: string
}

/** Can only look: this is all that verbs are given. */
export interface ProviderReader {
  look(externalId: string): Promise<Entry | undefined>
  /** Entries that we did not make and that hold one of these keys; none where the institution names no attribute. */
  find(keys: StrongKeys): Promise<Listed[]>
  /** Every entry that could be an account, a page after the other. */
  list(): AsyncIterable<Listed[]>
  /** Does this password sign in now? An unknown entry costs the same work. */
  accepts(externalId: string | undefined, password: string): Promise<boolean>
  /** When somebody last signed in, ISO 8601, or '' where it was not noted; absent where the directory cannot say. */
  lastSignIn?(externalId: string): Promise<string>
}

/** A password for an entry, in memory only. */
export interface NewPassword {
  password: string
  /** When a temporary one stops working by itself where the directory can do that; null for an own one. */
  until: Date | null
}

/** Whose entry it is. */
export interface Holder {
  displayName: string
  /** '' where the account is not a person's. */
  given: string
  /** One or two, as they are written together; '' likewise. */
  surnames: string
  /** What the person is known by elsewhere; written where the institution names an attribute. */
  keys: Partial<Record<'curp' | 'curt' | 'controlNumber', string>>
}

export interface Creation extends Omit<NewPassword, 'password'>, Holder {
  /** Null: an entry that nobody can sign in to. */
  password: string | null
  /** Our account's id, written into the entry: an ambiguous answer is settled by it. */
  marker: string
  /** Of account, as the institution names it: decides where the entry stands. */
  kind: string
  address: string
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
  /** Takes a closing back, as far as the directory keeps what was closed; nobody signs in until a password is set. */
  reopen(externalId: string, fence: number): Promise<void>
  /** The entry is somebody else's from now on: name and keys, nothing of the one before stays. */
  describe(externalId: string, holder: Holder, fence: number): Promise<void>
  /** False where the directory only keeps the fence: who was late may have written all the same, and is made good. */
  comparesFences?: false
  /** The same directory, telling what it calls each of its answers, where it does; `bulk`: nobody waits for this act. */
  noting?(note: (reference: string) => void, bulk?: boolean): Provider
}

/** An account as another system should show it. Never a secret. */
export interface Followed {
  /** Our account's id. */
  marker: string
  kind: string
  address: string
  displayName: string
  state: 'active' | 'blocked' | 'closed'
  /** In that system, once it is known there. */
  externalId: string | undefined
  fence: number
  /** Of the movement that this follows. */
  folio: string
}

export interface Followup {
  outcome: string
  /** Of an entry just made or found. */
  link?: { externalId: string; seenAs: string }
}

/** What stands beside the directory that holds the password: licences, registries, a person's work list. */
export interface Follower {
  /** Makes the other system show the account as it is. Said again, it changes nothing. */
  follow(account: Followed): Promise<Followup>
  /** What that system holds now, for the daily comparison; absent where it cannot be asked. */
  holds?(): Promise<{ address: string; state: Followed['state'] }[]>
  noting?(note: (reference: string) => void, bulk?: boolean): Follower
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
  /** The directory forbids us this change; `detail` says what. */
  | 'not-permitted'
  /** Another system is the truth about this entry: there it must be changed. */
  | 'held-elsewhere'
  /** What we ask contradicts another entry; `detail` names the property. */
  | 'conflict'
  /** The directory's own rules refuse this password. */
  | 'password-refused'
  /** A person has to do it; `detail` is what, word for word. */
  | 'waiting'

/** A directory's own errors, translated: no verb knows an LDAP number. */
export class ProviderRefusal extends Error {
  readonly code: ProviderProblem
  /** For staff: never a secret, never a value that was sent. */
  readonly detail: string | undefined
  /** Seconds; not to be asked again before. */
  readonly retryAfter: number | undefined

  constructor(code: ProviderProblem, cause?: unknown, said: { detail?: string; retryAfter?: number } = {}) {
    super(code, { cause })
    this.name = 'ProviderRefusal'
    this.code = code
    this.detail = said.detail
    this.retryAfter = said.retryAfter
  }
}
