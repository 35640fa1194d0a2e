import { isSentence } from '../words/keys.ts'
import type { Say } from '../words/say.ts'
import { type FieldProblem, inSentence } from './claim.ts'
import type { ClaimField } from './institution.ts'

/** The same words for the browser's finding and for the service's. */
export function fieldSentence(say: Say, fields: ClaimField[], { name, code, at }: FieldProblem): string {
  const label = inSentence(fields.find(field => field.name === name)?.label ?? name)
  if (code === 'required') return say('errors.required', { label })
  const key = `errors.${name}.${code}`
  if (code === 'letter-for-digit' && at === undefined) return say('errors.curp.shape')
  return isSentence(key) ? say(key, { at: at ?? '' }) : say('errors.shape', { label })
}
