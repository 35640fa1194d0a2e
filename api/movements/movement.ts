import type { Static, TSchema } from 'typebox'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import type { account, accountLink, movement as movementTable, person } from '../db/schema.ts'
import type { Institution } from '../institution/institution.ts'
import type { Letter } from '../mail/letter.ts'
import type { Provider } from '../providers/provider.ts'

export type MovementRow = typeof movementTable.$inferSelect
type AccountRow = typeof account.$inferSelect
type PersonRow = typeof person.$inferSelect
type LinkRow = typeof accountLink.$inferSelect

/** Who acts, and from where. */
export interface Actor {
  as: 'visitor' | 'system' | `member:${string}`
  channel: MovementRow['channel']
  /** Source address, where there is one. */
  origin?: string
  /** The `x-request-id` that the log carries too. */
  reference?: string
}

/** What a definition is given while a movement runs. */
export interface Running<D> {
  movement: MovementRow
  account: AccountRow
  person: PersonRow | undefined
  /** Her CURP, CURT and control number, as far as she has them now. */
  keys: Partial<Record<'curp' | 'curt' | 'controlNumber', string>>
  /** Primary address, `local@domain`. */
  address: string
  detail: D
  fence: number
  /** Made for this attempt alone, or chosen by a person; '' where the definition hands out none. */
  secret: string
  /** A person told it. */
  told: boolean
  /** When a temporary secret expires, by the database's clock. */
  until: Date | null
  /** Token of «No fui yo», for this attempt's mail alone. */
  alert: string
}

interface Applying<D> extends Running<D> {
  /** The first of the account's kind: it holds the password. */
  provider: Provider
  link: LinkRow | undefined
}

export interface Applied {
  outcome: string
  /** Of an entry just made: its link is written with the outcome. */
  link?: { externalId: string; seenAs: string }
}

export interface Settling<D> extends Running<D> {
  ctx: Context
  tx: Db
  /** Of the authority's step. */
  outcome: string
}

/** What a letter is written from. */
export interface Delivering<D> extends Running<D> {
  ctx: Context
  institution: Institution
  publicUrl: string
  sends: number
}

/**
 * A movement is defined once, as data that can be run again from its row.
 * `temporary`: `perform` makes a secret in memory for each attempt, and forgets it. `chosen`: the person's own, never
 * replaced by one of ours; after a crash `resume` only asks the target, by the fence, whether it arrived.
 */
export interface Definition<S extends TSchema = TSchema> {
  kind: string
  detail: S
  secret: 'none' | 'temporary' | 'chosen'
  /** A new secret for one try; `temporary` definitions have one. */
  newSecret?(detail: Static<S>): string
  /** How long a temporary secret works; a temporary password's term unless told. */
  term?(detail: Static<S>): 'temporaryPassword' | 'link' | 'activationKey'
  /** Changes the outside through the account's link, with the fence. May run twice. */
  apply(work: Applying<Static<S>>): Promise<Applied>
  /** Writes our own rows with the outcome; may run twice. */
  settle(work: Settling<Static<S>>): Promise<void>
  /** The one mail to the alternate address, which is read at this moment; undefined where there is none any more. */
  letter?(work: Delivering<Static<S>>): Promise<{ to: string; letter: Letter } | undefined>
  /** Another address when somebody else's entry holds ours; only creations have one. */
  readdress?(work: { tx: Db; running: Running<Static<S>> }): Promise<void>
  /** Creations and chosen passwords: takes back our own rows when nothing came to be outside. */
  undo?(work: { tx: Db; account: AccountRow; detail: Static<S> }): Promise<void>
  /** A notice without secrets to the institutional mailbox afterwards. */
  notice: boolean
  /** The account's state changes: systems beside the directory are told. */
  follows?: boolean
}

export const movement = <S extends TSchema>(
  kind: string,
  definition: Omit<Definition<S>, 'kind'>,
): Definition<S> => ({ kind, ...definition })
