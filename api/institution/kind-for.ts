import type { AccountRule, Column, Institution } from './institution.ts'

/** What a padrón says of one post or enrolment; `status` is the word of the file, as it came. */
export interface Placement {
  profile: string
  centre: string
  post: string
  status: string
  period: string
}

/** The kind of account of an affiliation: the first of its profile whose `when` holds. */
export function kindFor(institution: Institution, affiliation: Placement): AccountRule | undefined {
  return institution.accounts.find(
    ({ profile, when = {} }) =>
      profile === affiliation.profile &&
      Object.entries(when).every(([column, regexp]) => regexp.test(inColumn(affiliation, column as Column))),
  )
}

function inColumn(affiliation: Placement, column: Column): string {
  if (column === 'cct') return affiliation.centre
  if (column === 'periodo') return affiliation.period
  if (column === 'estatus') return affiliation.status
  return affiliation.post
}
