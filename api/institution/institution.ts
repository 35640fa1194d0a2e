import type { Letters } from './letters.ts'
import type { DeskAct, Needs } from './schema-desk.ts'
import type { ProviderType } from './schema-providers.ts'
import type { SignInRules } from './sign-in.ts'

/** So many within so many seconds. */
export interface Limit {
  readonly count: number
  readonly seconds: number
}

/** What a person types; `regexp` is `pattern`, compiled. */
export interface ClaimField {
  readonly label: string
  readonly hint: string
  readonly pattern: string
  readonly regexp: RegExp
}

/** Columns of the padrón that `when` may look at. */
export type Column = 'cct' | 'puesto' | 'programa' | 'periodo' | 'estatus'

/** A kind of account. */
export interface AccountRule {
  readonly kind: string
  /** What people call it: «Docente». */
  readonly label: string
  /** Whose it is; absent where the account stands for a unit. A `graduate` stands in the padrón of students. */
  readonly profile?: string
  readonly when?: Readonly<Partial<Record<Column, RegExp>>>
  /** Acts that a person does alone at the kiosk. */
  readonly selfService: readonly ('create' | 'reset')[]
  readonly domain: string
  /** Templates of the local part, best first; one that needs something the person lacks is passed over. */
  readonly address: readonly string[]
  /** Keys of `providers`, in working order; the first holds the password. */
  readonly provider: readonly string[]
  readonly quotaMb: number | null
  readonly unit?: 'centre' | 'programme' | 'appointment'
  /** What each act of staff stands on. */
  readonly requires: Readonly<Record<DeskAct, Needs>>
}

export type ProviderSettings = { readonly type: ProviderType } & Readonly<Record<string, unknown>>

export const TERMS = [
  'visit',
  'code',
  'temporaryPassword',
  'link',
  'activationKey',
  'addressQuarantine',
  'contactCooldown',
] as const

/** An institution as the service uses it: whole, checked, nothing left to look up. */
export interface Institution {
  readonly name: string
  readonly shortName: string
  readonly timeZone: string
  readonly brand: { readonly colour: string; readonly logo: string | null; readonly font: Buffer | null }
  readonly contact: Readonly<Record<string, string>>
  readonly privacyNotice: Readonly<Record<string, string>>
  readonly directions: Readonly<Record<string, string>>
  readonly texts: Readonly<Record<string, string>>
  readonly letterhead: { readonly head: string; readonly foot: string }
  readonly profiles: Readonly<Record<string, { readonly claim: readonly string[] }>>
  readonly fields: Readonly<Record<string, ClaimField>>
  /** In the order of the file. */
  readonly accounts: readonly AccountRule[]
  readonly providers: Readonly<Record<string, ProviderSettings>>
  readonly delivery: 'temporal' | 'enlace'
  readonly confirmation: 'direct' | 'code'
  readonly limits: {
    readonly identifyFailures: {
      readonly personAndSource: readonly Limit[]
      readonly person: readonly Limit[]
      readonly source: readonly Limit[]
      readonly browser: readonly Limit[]
    }
    readonly codeFailures: { readonly person: readonly Limit[] }
    readonly resets: readonly Limit[]
    readonly mailsPerAddress: readonly Limit[]
  }
  /** In seconds. */
  readonly terms: Readonly<Record<(typeof TERMS)[number], number>>
  /** Every domain of its own, legacy ones too. */
  readonly domains: readonly string[]
  /** Those in which no account is made any more; who holds one there may still reset it. */
  readonly legacyDomains: readonly string[]
  /** What other files call our headers and statuses: theirs → ours. */
  readonly roster: {
    readonly headers: Readonly<Record<string, string>>
    readonly statuses: Readonly<Record<string, string>>
  }
  readonly documents: {
    readonly code: string
    readonly version: string
    readonly from: string | null
    readonly to: string | null
    /** Its registers: code and name. */
    readonly records: Readonly<Record<string, string>>
  } | null
  readonly sexX: boolean
  readonly desk: {
    readonly helpdeskResets: boolean
    /** Acts that a second person approves. */
    readonly approvals: readonly (DeskAct | 'alternate-email')[]
    /** A sheet with what signs in may be printed, once. */
    readonly slip: boolean
    /** What is accepted for an account that staff make. */
    readonly policy: { readonly version: string; readonly text: string } | null
  }
  readonly letters: Letters
  readonly signIn: SignInRules
  readonly kiosk: {
    /** Seconds without a touch, and of the warning that follows. */
    readonly idle: number
    readonly countdown: number
    readonly keyboard: boolean
    readonly printer: boolean
  }
  readonly webmail: string | null
  /** For the log at start: what works but should be looked at. */
  readonly warnings: readonly string[]
}
