import type { AccountRule, Column, Institution } from './institution.ts'

/** What a padrón says of one post or enrolment; `statusAsCame` is the word of its file. */
export interface Placement {
  profile: string
  centre: string
  post: string
  period: string
  status: 'active' | 'inactive' | 'graduate' | 'graduating'
  statusAsCame: string
}

/** The kind of account that a post or enrolment gives right to: the first that is for it and whose `when` holds. */
export const kindFor = (institution: Institution, placement: Placement): AccountRule | undefined =>
  institution.accounts.find(
    rule =>
      isFor(rule, placement) &&
      Object.entries(rule.when ?? {}).every(([column, regexp]) =>
        regexp.test(inColumn(placement, column as Column)),
      ),
  )

/**
 * Does it count at the kiosk at all? An active one does, of whatever kind; that of a graduate only where the institution
 * has a kind for her; an ended one never.
 */
export const counts = (institution: Institution, placement: Placement): boolean =>
  placement.status === 'active' || kindFor(institution, placement) !== undefined

/** Who left school has what is for graduates, or what names her status; nothing that is meant for who is still there. */
function isFor({ profile, when }: AccountRule, placement: Placement): boolean {
  if (placement.status === 'inactive') return false
  if (placement.status === 'active') return profile === placement.profile
  return profile === 'graduate' || (profile === placement.profile && when?.estatus !== undefined)
}

function inColumn(placement: Placement, column: Column): string {
  if (column === 'cct') return placement.centre
  if (column === 'periodo') return placement.period
  if (column === 'estatus') return placement.statusAsCame
  return placement.post
}
