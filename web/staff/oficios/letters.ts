import type { Oficio as Shape, Words as WordsShape } from '@mci/api/oficios/contract'
import type { Static } from 'typebox'

export type Letter = Static<typeof Shape>
export type LetterWords = Static<typeof WordsShape>
