import type { Static } from 'typebox'
import type { AccountRule, Institution } from '../institution/institution.ts'
import type { DeskAct, Needs } from '../institution/schema-desk.ts'
import type { Deed } from '../roles.ts'
import type { Member } from '../staff/member.ts'
import type { Act } from './desk-contract.ts'

type ActName = Static<typeof Act>

export interface ActOffer {
  act: ActName
  needs: Needs
  approval: boolean
  slip: boolean
}

/** An account as far as it decides what may be done with it. */
export interface ActedOn {
  kind: string
  state: 'pending' | 'active' | 'blocked' | 'closed'
  address: string
  /** Who holds it, or held it last. */
  holder: string | null
  /** Of a closed one: its directory and its address still give it back. */
  reopens: boolean
}

/** Each act with its deed, and the one whose grounds it stands on. */
const acts: Record<ActName, { deed: Deed; as: DeskAct; hands?: true }> = {
  reset: { deed: 'account.reset', as: 'reset', hands: true },
  reassign: { deed: 'account.reassign', as: 'reassign', hands: true },
  block: { deed: 'account.block', as: 'block' },
  unblock: { deed: 'account.unblock', as: 'unblock' },
  close: { deed: 'account.close', as: 'close' },
  reopen: { deed: 'account.reopen', as: 'reopen', hands: true },
  'activation-key': { deed: 'account.reset', as: 'reset' },
}

const byState: Record<ActedOn['state'], readonly ActName[]> = {
  pending: ['close'],
  active: ['reset', 'reassign', 'block', 'close', 'activation-key'],
  blocked: ['unblock', 'close'],
  closed: ['reopen'],
}

/** Nobody acts on an account that is her own: one that she holds, or by which she signs in. */
export const isOwn = (
  { persons, login }: Pick<Member, 'persons' | 'login'>,
  { holder, address }: Pick<ActedOn, 'holder' | 'address'>,
): boolean => (holder !== null && persons.includes(holder)) || address === login

/** What this member may do with this account now, each with what the institution asks for it. */
export function actsFor(
  { accounts, desk, delivery }: Pick<Institution, 'accounts' | 'desk' | 'delivery'>,
  member: Pick<Member, 'deeds' | 'persons' | 'login'>,
  account: ActedOn,
): ActOffer[] {
  const rule = accounts.find(({ kind }) => kind === account.kind)
  if (!rule || isOwn(member, account)) return []
  return byState[account.state]
    .filter(act => member.deeds.has(acts[act].deed) && isPossible(act, rule, account))
    .map(act => {
      const { as, hands } = acts[act]
      return {
        act,
        needs: rule.requires[as],
        approval: desk.approvals.includes(as),
        // A key is made for paper; a password is printed only where the institution says so.
        slip: act === 'activation-key' || (desk.slip && delivery === 'temporal' && hands === true),
      }
    })
}

/** A personal account is not reassigned: it ends, and another begins. */
function isPossible(act: ActName, rule: AccountRule, { holder, reopens }: ActedOn): boolean {
  if (act === 'reassign') return rule.unit !== undefined
  if (act === 'reopen') return reopens
  return act === 'reset' || act === 'activation-key' ? holder !== null : true
}
