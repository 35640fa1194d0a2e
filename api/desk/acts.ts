import { blockAccount, unblockAccount } from '../accounts/block.ts'
import { closeAccount } from '../accounts/close.ts'
import { deliveryAddress } from '../accounts/facts.ts'
import { issueLink } from '../accounts/issue-link.ts'
import { reassignAccount } from '../accounts/reassign.ts'
import { reopenAccount } from '../accounts/reopen.ts'
import { resetPassword } from '../accounts/reset.ts'
import { Refusal } from '../refusal.ts'
import type { Act, Desk } from './act.ts'
import { stillDay } from './day.ts'
import type { Grounds } from './grounds.ts'
import type { Subject } from './subject.ts'
import { assertEntitled, titleOf } from './unit.ts'

const personOf = ({ holder }: Subject): { person?: string } => (holder === null ? {} : { person: holder })

/** Nobody's password is changed where the new one could reach nobody. */
async function assertReachable({ ctx }: Desk, { holder, unit }: Subject): Promise<void> {
  if (holder === null) throw new Refusal('no-holder', 409)
  if (!(await deliveryAddress(ctx.db, unit, holder))) throw new Refusal('no-alternate-email', 409)
}

export const reset: Act<Grounds & { check?: string }> = {
  act: 'reset',
  from: ['active'],
  check: assertReachable,
  run({ ctx, actor, secret }, { holder }, work, { check }) {
    const ask = { ...work, person: holder ?? '', ...(check ? { check } : {}) }
    if (ctx.institution.delivery === 'enlace' && secret === undefined) return issueLink(ctx, actor, ask)
    return resetPassword(ctx, actor, { ...ask, ...(secret === undefined ? {} : { chosen: secret }) })
  },
}

export const reassign: Act<Grounds & { to: string }> = {
  act: 'reassign',
  from: ['active'],
  async check(desk, { rule, holder, unit }, { to }) {
    if (!rule.unit) throw new Refusal('personal-account', 409)
    if (to === holder) throw new Refusal('same-holder', 409)
    if (desk.member.persons.includes(to)) throw new Refusal('own-account', 403)
    await assertEntitled(desk, to)
    if (!(await deliveryAddress(desk.ctx.db, unit, to))) throw new Refusal('no-alternate-email', 409)
  },
  async run({ ctx, actor, secret }, subject, work, { to }) {
    const title = await titleOf(ctx, subject)
    const chosen = secret === undefined ? {} : { chosen: secret }
    return reassignAccount(ctx, actor, { ...work, from: subject.holder, to, title, ...chosen })
  },
}

export const block: Act<Grounds & { until?: string }> = {
  act: 'block',
  from: ['active'],
  wins: true,
  check: async ({ ctx }, _, { until }) => stillDay(ctx, until),
  run: ({ ctx, actor }, subject, work, { until }) =>
    blockAccount(ctx, actor, { ...work, ...personOf(subject), ...(until ? { until } : {}) }),
}

export const unblock: Act<Grounds> = {
  act: 'unblock',
  from: ['blocked'],
  run: ({ ctx, actor }, subject, work) => unblockAccount(ctx, actor, { ...work, ...personOf(subject) }),
}

export const close: Act<Grounds & { confirm: string }> = {
  act: 'close',
  from: ['pending', 'active', 'blocked'],
  async check(_, { address }, { confirm }) {
    if (confirm.trim().toLowerCase() !== address)
      throw new Refusal('malformed', 400, { fields: [{ name: 'confirm', code: 'mismatch' }] })
  },
  run: ({ ctx, actor }, subject, work) => closeAccount(ctx, actor, { ...work, ...personOf(subject) }),
}

export const reopen: Act<Grounds> = {
  act: 'reopen',
  from: ['closed'],
  run: ({ ctx, actor, secret }, _, work) =>
    reopenAccount(ctx, actor, { ...work, ...(secret === undefined ? {} : { chosen: secret }) }),
}
