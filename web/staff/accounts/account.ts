import type { Found as FoundShape, Holder as HolderShape, readAccount } from '@mci/api/accounts/desk-contract'
import type { Done, Waiting } from '@mci/api/movements/contract'
import type { Reply } from '@mci/api/route'
import type { Static } from 'typebox'
import type { StaffSay } from '../../words/staff-keys.ts'

/** An account with everything that its page tells. */
export type Account = Reply<typeof readAccount>
export type Found = Static<typeof FoundShape>
export type Holder = Static<typeof HolderShape>
export type Offer = Account['acts'][number]
export type Act = Offer['act']
/** What an act answered; `letter`: a reply can be written about it. */
export interface Outcome {
  act: Act | 'create'
  reply: Done | Static<typeof Waiting>
  /** A sheet was asked for. */
  slip: boolean
}

export const isDone = (reply: Outcome['reply']): reply is Done => 'folio' in reply

const STANDING = { pending: 'open', active: 'well', blocked: 'due', closed: 'wrong' } as const

export const stateWord = (say: StaffSay, state: Account['state']) => say(`account.state.${state}`)
export const stateStanding = (state: Account['state']) => STANDING[state]
