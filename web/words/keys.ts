import { esMX } from './es-MX.ts'

export type SentenceKey = keyof typeof esMX

/** Every key that `texts` of an institution file may say otherwise. */
export const sentenceKeys = Object.keys(esMX) as SentenceKey[]
