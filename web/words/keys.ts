import { esMX } from './es-MX.ts'

export type SentenceKey = keyof typeof esMX
/** A language: every sentence, said. The compiler lists what is missing. */
export type Catalogue = Readonly<Record<SentenceKey, string>>

/** Every key that `texts` of an institution file may say otherwise. */
export const sentenceKeys = Object.keys(esMX) as SentenceKey[]

export const isSentence = (key: string): key is SentenceKey => Object.hasOwn(esMX, key)
