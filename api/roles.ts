/**
 * What a role may do, as one table; deny by default. Shared with the web, where it decides what is offered: the service
 * asks again at every route, and the scope of a member's units is checked in the query.
 */
export const deeds = [
  'account.find',
  'account.create',
  'account.reset',
  'account.reassign',
  'account.block',
  'account.unblock',
  'account.close',
  'account.reopen',
  /** Reads names as they are; without it they are masked, and showing one is an act with a reason. */
  'person.names',
  'person.unmask',
  'contact.write',
  'contact.vouch',
  'approval.decide',
  'proposal.decide',
  'movement.find',
  'movement.export',
  'movement.resend',
  'movement.settle',
  'oficio.read',
  'oficio.write',
  'oficio.acknowledge',
  'file.read',
  'file.write',
  'member.read',
  'member.write',
] as const
export type Deed = (typeof deeds)[number]

const looks = ['account.find', 'movement.find', 'person.unmask', 'oficio.read'] as const
const acts = [
  ...looks,
  'person.names',
  'account.create',
  'account.reset',
  'account.reassign',
  'account.block',
  'account.unblock',
  'account.close',
  'account.reopen',
  'contact.write',
  'proposal.decide',
  'movement.export',
  'movement.resend',
  'movement.settle',
  'oficio.write',
  'oficio.acknowledge',
  'file.read',
  'file.write',
] as const

export const roles = {
  /** Looks up; resets where the institution says so. */
  helpdesk: looks,
  /** All acts. */
  operator: acts,
  /** All acts, and approves those of others. */
  supervisor: [...acts, 'approval.decide', 'member.read'],
  /** Reads, and changes nothing. */
  auditor: [...looks, 'person.names', 'movement.export', 'file.read', 'member.read'],
  /** Members and settings; runs no movement. */
  admin: ['member.read', 'member.write'],
  /** Asks for her unit. */
  liaison: ['account.find', 'oficio.read'],
  /** Receives and turns requests. */
  intake: ['oficio.read', 'oficio.acknowledge', 'file.write'],
  /** Vouches in person for the staff of her own centre. */
  director: ['contact.vouch'],
} as const satisfies Record<string, readonly Deed[]>
export type Role = keyof typeof roles

export const isRole = (text: string): text is Role => Object.hasOwn(roles, text)

/** Resets at the help desk are for the institution to allow. */
const helpdeskResets = ['account.reset', 'movement.resend'] as const

/** Every deed of somebody who holds these roles. */
export const deedsOf = (held: readonly Role[], helpdeskMayReset: boolean): Set<Deed> =>
  new Set(
    held.flatMap((role): readonly Deed[] =>
      role === 'helpdesk' && helpdeskMayReset ? [...roles.helpdesk, ...helpdeskResets] : roles[role],
    ),
  )
