import type { StaffSay } from '../words/staff-keys.ts'

/** What the fields of `ui` say that know no language. */
export const secretWords = (say: StaffSay, label: string) => ({
  show: say('field.show'),
  hide: say('field.hide'),
  showOf: say('field.showOf', { label }),
  hideOf: say('field.hideOf', { label }),
})
