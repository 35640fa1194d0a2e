import type { signIn } from '@mci/api/staff/contract'
import type { Static } from 'typebox'
import type { Problem } from '../../api.ts'
import { span } from '../../words/dates.ts'
import type { StaffSay } from '../../words/staff-keys.ts'

/** What the password alone opens: the second half of signing in. */
export type Challenge = Extract<Static<(typeof signIn)['reply']>, { challenge: string }>

const EXPIRED = ['expired', 'challenge-expired', 'used']
export const isExpired = ({ code, status }: Problem) => EXPIRED.includes(code) || status === 410

const WRONG = ['sign-in-refused', 'code-wrong', 'malformed', 'not-verified']

/** What is wrong with a code or a passkey; nothing where the refusal is of another sort. */
export function factorProblem(say: StaffSay, problem: Problem, passkey: boolean): string | undefined {
  if (problem.code === 'too-many-attempts')
    return say('signIn.wait', { wait: span(say, problem.retryAfter ?? 60) })
  if (WRONG.includes(problem.code)) return say(passkey ? 'factor.passkeyRefused' : 'factor.wrong')
  return undefined
}
