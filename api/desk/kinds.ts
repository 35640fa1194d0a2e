import type { Institution } from '../institution/institution.ts'

/** The kinds of account that staff make here, and what each asks for. */
export const kindsAtDesk = ({ accounts, desk, delivery }: Institution) =>
  accounts.map(({ kind, label, domain, profile, unit, address, requires }) => ({
    kind,
    label,
    domain,
    for: (profile ?? unit ?? 'appointment') as
      | 'worker'
      | 'student'
      | 'graduate'
      | 'centre'
      | 'programme'
      | 'appointment',
    named: unit !== undefined && address.some(template => template.includes('{name}')),
    needs: requires.create,
    slip: desk.slip && delivery === 'temporal',
    policy: desk.policy && { ...desk.policy },
  }))
