import type { Institution } from '../institution/institution.ts'
import type { ReplyWords } from '../institution/letters.ts'
import { blockReply } from './block-reply.ts'
import { closureReply } from './closure-reply.ts'
import { creationReply } from './creation-reply.ts'
import type { Letter } from './letter.ts'
import { reassignmentReply } from './reassignment-reply.ts'
import { resetReply } from './reset-reply.ts'

/** Every letter there is. */
export const letters: readonly Letter[] = [
  creationReply,
  resetReply,
  reassignmentReply,
  blockReply,
  closureReply,
]

/** The institution's own words where it has them. */
export const wordsOf = ({ letters: own }: Institution, { name, words }: Letter): ReplyWords => ({
  ...words,
  ...own.replies[name],
})
