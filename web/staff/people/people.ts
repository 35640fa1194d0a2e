import type { Person as Shape } from '@mci/api/contacts/contract'
import type { Static } from 'typebox'
import type { StaffSay } from '../../words/staff-keys.ts'

export type Person = Static<typeof Shape>

export const CHECKS = ['ine', 'passport', 'licence', 'badge', 'answers', 'present'] as const
export type Check = { way: string; detail: string }

/** How it was made sure that it is her, in the words that are written down. */
export function checkWords(say: StaffSay, { way, detail }: Check): string {
  const known = CHECKS.find(one => one === way)
  if (!known) return ''
  const said = say(`contact.check.${known}`)
  return detail.trim() ? `${said}: ${detail.trim()}`.slice(0, 200) : said
}

export const checkProblems = (say: StaffSay, { way }: Check, field = 'check') =>
  way ? [] : [{ field, text: say('contact.checkRequired') }]

/** «06DPR0104X Escuela Benito Juárez» of every post that stands. */
export const centresOf = ({ affiliations }: Person): string[] => [
  ...new Set(affiliations.map(({ centre, centreName }) => `${centre} ${centreName}`.trim()).filter(Boolean)),
]
