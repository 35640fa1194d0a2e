import type {
  blockAtDesk,
  closeAtDesk,
  issueKeyAtDesk,
  reassignAtDesk,
  reopenAtDesk,
  resetAtDesk,
  unblockAtDesk,
} from '@mci/api/accounts/desk-contract'
import { dayOf } from '../../words/dates.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { ask } from '../ask.ts'
import type { groundsOf } from '../grounds/grounds.ts'
import type { Account, Act, Outcome } from './account.ts'

/** What an act is asked with, beside its account. */
interface Asked {
  grounds: ReturnType<typeof groundsOf>
  slip?: boolean
  check?: string
  until?: string
  confirm?: string
  to?: string
}

type Way = (id: string, asked: Asked) => Promise<Outcome['reply']>

/** Each act as the service takes it. */
export const WAYS: Record<Act, Way> = {
  reset: (id, { grounds, slip, check }) =>
    ask<typeof resetAtDesk>('POST /api/accounts/:id/password-resets', {
      ...{ id, ...grounds },
      ...(slip && { slip }),
      ...(check && { check }),
    }),
  reassign: (id, { grounds, slip, to = '' }) =>
    ask<typeof reassignAtDesk>('POST /api/accounts/:id/reassignments', {
      ...{ id, to, ...grounds },
      ...(slip && { slip }),
    }),
  block: (id, { grounds, until }) =>
    ask<typeof blockAtDesk>('PUT /api/accounts/:id/block', { id, ...grounds, ...(until && { until }) }),
  unblock: (id, { grounds }) =>
    ask<typeof unblockAtDesk>('DELETE /api/accounts/:id/block', { id, ...grounds }),
  close: (id, { grounds, confirm = '' }) =>
    ask<typeof closeAtDesk>('POST /api/accounts/:id/closure', { id, confirm, ...grounds }),
  reopen: (id, { grounds, slip }) =>
    ask<typeof reopenAtDesk>('DELETE /api/accounts/:id/closure', { id, ...grounds, ...(slip && { slip }) }),
  'activation-key': (id, { grounds }) =>
    ask<typeof issueKeyAtDesk>('POST /api/accounts/:id/activation-keys', { id, ...grounds }),
}

interface Where {
  say: StaffSay
  timeZone: string
  delivery: 'temporal' | 'enlace'
}

const resetEffects = ({ say, delivery }: Where, { holder }: Account) => {
  const kind = delivery === 'enlace' ? 'link' : 'reset'
  const to = holder?.alternateEmail
  return [
    say(`effect.${kind}.old`),
    to ? say(`effect.${kind}.to`, { to }) : say(`effect.${kind}.toRegistered`),
  ]
}

/** What follows from an act, told before it. */
export function effectsOf(where: Where, account: Account, act: Exclude<Act, 'reassign'>): string[] {
  const { say, timeZone } = where
  const { reopenUntil } = account
  const day = reopenUntil ? dayOf(say, reopenUntil, timeZone) : ''
  const told = {
    reset: () => resetEffects(where, account),
    block: () => [
      say(account.mailWhileBlocked ? 'effect.block.mail' : 'effect.block.noMail'),
      say('effect.block.back'),
    ],
    unblock: () => [say('effect.unblock.same')],
    close: () => [
      say('effect.close.access'),
      day ? say('effect.close.until', { day }) : say('effect.close.term'),
    ],
    reopen: () => [say('effect.reopen.new'), ...(day ? [say('effect.reopen.until', { day })] : [])],
    'activation-key': () => [say('effect.key.paper'), say('effect.key.old')],
  }
  return told[act]()
}

/** What is written beforehand where either a letter or a reason will do: whoever calls brings no letter. */
export const usualGround = (act: Act) => (act === 'reset' || act === 'activation-key' ? 'reason' : 'oficio')
