import type { Values } from './say.ts'
import { staffEsMX, staffWords } from './staff-es-MX.ts'

export type StaffKey = keyof typeof staffEsMX
/** The staff's sentences: those of the public site, and their own. */
export type StaffSay = (key: StaffKey, values?: Values) => string

/** Every key of theirs that `texts` of an institution file may say otherwise. */
export const staffSentenceKeys = Object.keys(staffWords) as StaffKey[]

export const isStaffSentence = (key: string): key is StaffKey => Object.hasOwn(staffEsMX, key)
