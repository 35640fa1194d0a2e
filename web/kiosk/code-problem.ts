import type { Problem } from '../api.ts'
import type { Say } from '../words/say.ts'

const BETWEEN = /[\s\u00AD\u200B-\u200D\u2010-\u2015\uFEFF-]/gu

/** What is to be said beside the field: of what was typed, or of what the service found. */
export function codeProblem(say: Say, typed: string, found?: Problem): string | undefined {
  if (found?.code === 'code-wrong') {
    if (found.left === undefined) return say('code.expired')
    return found.left === 1 ? say('code.wrongOne') : say('code.wrong', { n: found.left })
  }
  const meant = typed.replace(BETWEEN, '')
  if (meant === '') return say('code.required')
  return /^[a-z2-9]{8}$/i.test(meant) && !/[io]/i.test(meant) ? undefined : say('code.shape')
}
