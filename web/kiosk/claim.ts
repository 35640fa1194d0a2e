import { curpProblem } from '@mci/api/roster/curp'
import type { Say } from '../words/say.ts'
import type { ClaimField } from './institution.ts'

export interface FieldProblem {
  name: string
  code: string
  /** Place of the wrong character, from 1. */
  at?: number
}

const BETWEEN = /[\s\u00AD\u200B-\u200D\u2010-\u2015\uFEFF-]/gu

/** What the person meant: capitals, without the blanks and hyphens that the field's pattern does not know. */
export function mend(text: string, pattern: string): string {
  const raised = text.trim().toUpperCase()
  return fits(raised, pattern) ? raised : raised.replace(BETWEEN, '')
}

const fits = (text: string, pattern: string) => new RegExp(pattern, 'u').test(text)

/** What can be said of a claim without knowing anybody; the fields in their order, mended before. */
export function claimProblems(fields: ClaimField[], claim: Record<string, string>): FieldProblem[] {
  return fields.flatMap(({ name, pattern }) => {
    const text = claim[name] ?? ''
    if (!text) return [{ name, code: 'required' }]
    const problem = name === 'curp' ? curpProblem(text) : undefined
    if (problem) return [{ name, ...problem }]
    return fits(text, pattern) ? [] : [{ name, code: 'shape' }]
  })
}

/** «CURP» stays, «Número de control» becomes «número de control». */
export const inSentence = (label: string) =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

/** «su CURP y su CURT». */
export function yourFields(say: Say, fields: ClaimField[]): string {
  const names = fields.map(({ label }) => say('list.your', { label: inSentence(label) }))
  const last = names.pop() ?? ''
  return names.length ? say('list.and', { first: names.join(', '), last }) : last
}
