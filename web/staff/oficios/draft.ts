import type { draftOficios } from '@mci/api/oficios/contract'
import type { Reply } from '@mci/api/route'
import type { Problem } from '../../api.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import type { LetterWords } from './letters.ts'

export type Draft = Reply<typeof draftOficios>[number]

/** A letter's words as they stand in a form: flat, its copies one a line. */
export interface LetterForm {
  letter: string
  area: string
  number: string
  name: string
  post: string
  place: string
  subject: string
  antecedent: string
  body: string
  signer: string
  signerPost: string
  copies: string
  initials: string
  city: string
  date: string
}

export const blankLetter = (): LetterForm => ({
  ...{ letter: '', area: '', number: '', name: '', post: '', place: '', subject: '', antecedent: '' },
  ...{ body: '', signer: '', signerPost: '', copies: '', initials: '', city: '', date: '' },
})

export const formOf = ({ letter, areas, words }: Draft): LetterForm => ({
  ...{ letter, area: areas[0] ?? '', number: '' },
  ...{ name: words.addressee.name, post: words.addressee.post, place: words.addressee.place ?? '' },
  ...{ subject: words.subject, antecedent: words.antecedent, body: words.body },
  ...{ signer: words.signer.name, signerPost: words.signer.post, copies: words.copies.join('\n') },
  ...{ initials: words.initials, city: words.place, date: words.date },
})

export const wordsOf = (form: LetterForm): LetterWords => ({
  addressee: {
    ...{ name: form.name.trim(), post: form.post.trim() },
    ...(form.place.trim() && { place: form.place.trim() }),
  },
  ...{ subject: form.subject.trim(), antecedent: form.antecedent, body: form.body },
  signer: { name: form.signer.trim(), post: form.signerPost.trim() },
  copies: form.copies
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean),
  ...{ initials: form.initials.trim(), place: form.city.trim(), date: form.date },
})

const REQUIRED = {
  name: 'draft.nameRequired',
  post: 'draft.postRequired',
  subject: 'draft.subjectRequired',
  body: 'draft.bodyRequired',
  signer: 'draft.signerRequired',
  signerPost: 'draft.postRequired',
  city: 'draft.cityRequired',
  date: 'draft.dateRequired',
} as const

const missing = (say: StaffSay, field: keyof typeof REQUIRED) => ({ field, text: say(REQUIRED[field]) })

export const draftProblems = (say: StaffSay, form: LetterForm, typed: boolean) => [
  ...(typed && !form.number.trim() ? [{ field: 'number', text: say('draft.numberRequired') }] : []),
  ...(Object.keys(REQUIRED) as (keyof typeof REQUIRED)[])
    .filter(field => !form[field].trim())
    .map(field => missing(say, field)),
]

/** Where the service calls a field otherwise than the form. */
const FIELDS: Record<string, keyof typeof REQUIRED> = {
  'words.addressee.name': 'name',
  'words.addressee.post': 'post',
  'words.subject': 'subject',
  'words.body': 'body',
  'words.signer.name': 'signer',
  'words.signer.post': 'signerPost',
  'words.place': 'city',
  'words.date': 'date',
}

/** What the service found wrong with a field of the form. */
export function draftRefused(say: StaffSay, { code, fields = [] }: Problem) {
  if (code === 'number-taken') return [{ field: 'number', text: say('refusal.number-taken') }]
  if (code !== 'malformed') return []
  return fields.flatMap(({ name, code: why }) => {
    if (name === 'number')
      return [{ field: name, text: say(why === 'unknown' ? 'draft.numberOwn' : 'draft.numberRequired') }]
    const field = FIELDS[name]
    return field ? [missing(say, field)] : []
  })
}
