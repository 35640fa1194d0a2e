import fc from 'fast-check'
import recheck from 'recheck'
import { expect, test } from 'vitest'
import { expressionProblem } from '../../api/institution/expression.ts'

test.each([
  '^[A-Z0-9]{4,20}$',
  '^[A-Z]?\\d{8}$',
  '^[BCDLM]?\\d{8}$',
  '^\\d{4,10}$',
  '^([A-Z]{2}|\\d{2}){3,9}$',
  '^[A-Z]{1,4}[A-Z]\\d{5}$',
  '^(DOCENTE|DIRECTOR|PROFESORA?)$',
  '^[^a-z]{3}$',
  '^\\w+-\\d+$',
  '^[A-Z]+(?:-[A-Z]+)*$',
  '^A\\.B\\/C$',
])('%s can be proven linear', pattern => {
  expect(expressionProblem(pattern)).toBeUndefined()
})

test.each([
  '^(A+)+$',
  '^(A|A)*$',
  '^(A|AA)+$',
  '^(\\d+)*X$',
  '^\\d*\\d*\\d*X$',
  '^[A-Z]*[A-Z0-9]*X$',
  '^(A{1,30}){1,30}$',
  '^(\\d?){30}\\d{30}$',
  '^\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d?\\d{9}$',
  '^\\d{0,30}\\d{0,30}\\d{0,30}X$',
  '^.*A.{20}$',
  '^(.*)*$',
  '^A{900}B{900}$',
  '^(A{99}){99}$',
  '^(?=A)[A-Z]+$',
  '^(?<!A)B+$',
  '^([A-Z])\\1$',
  '^(?<x>A)\\k<x>$',
  '^\\p{Lu}+$',
  '^\\bA$',
  '^A$|^B$',
  '^(^A)$',
  '^\u212a+$',
  '^A{0}$',
  '^A{4,2}$',
])('%s is refused', pattern => {
  expect(expressionProblem(pattern)).toBeDefined()
})

const atom = fc.constantFrom('A', 'B', '\\d', '[A-Z]', '[A-C0-9]', '.')
const { pattern } = fc.letrec<{ pattern: string; piece: string; group: string }>(tie => ({
  pattern: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('')),
  group: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
  piece: fc
    .tuple(
      fc.oneof({ maxDepth: 2 }, atom, tie('group')),
      fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}', '{2,}'),
    )
    .map(([part, times]) => part + times),
}))

test('what is accepted, a second checker finds safe too; and both answers occur', () => {
  const answers = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(pattern, body => {
      const written = `^${body}$`
      if (written.length > 64) return
      if (expressionProblem(written) !== undefined) {
        answers.refused++
        return
      }
      answers.accepted++
      const { status } = recheck.checkSync(written, 'u', { checker: 'automaton', timeout: 5000 })
      expect(status, written).not.toBe('vulnerable')
    }),
    { numRuns: 300, seed: 20260115 },
  )
  expect(answers.accepted).toBeGreaterThan(30)
  expect(answers.refused).toBeGreaterThan(30)
}, 60_000)
