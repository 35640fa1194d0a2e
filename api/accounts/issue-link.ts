import * as Type from 'typebox'
import { movement } from '../movements/movement.ts'
import { newToken } from '../token.ts'
import { linkLetter, noteLink } from './credential.ts'
import { handOver } from './reset.ts'

/** A link to choose a password by, to the alternate address. Nothing changes in the directory: the old password goes on. */
export const linkIssued = movement('link-issue', {
  detail: Type.Object({ check: Type.Optional(Type.String()) }),
  secret: 'temporary',
  newSecret: newToken,
  term: () => 'link',
  notice: false,
  apply: async () => ({ outcome: 'unchanged' }),
  settle: noteLink,
  letter: work => linkLetter('reset', work),
})

export const issueLink = handOver(linkIssued)
