import type { Say } from '../words/say.ts'

/** What the button beside a field of dots says, and what it says of which field to who cannot see it. */
export const wordsFor = (say: Say, label: string) => ({
  show: say('field.show'),
  hide: say('field.hide'),
  showOf: say('field.showOf', { label }),
  hideOf: say('field.hideOf', { label }),
})
