import { assertLinear } from './linear.ts'
import { PatternProblem } from './pattern.ts'

const LONGEST = 64

/**
 * Why an expression of the institution is refused; undefined where it holds. `open` is for `when`, which may look at a
 * beginning only.
 */
export function expressionProblem(source: string, open = false): string | undefined {
  if (source.length > LONGEST) return `tiene ${source.length} caracteres; el máximo es ${LONGEST}`
  try {
    // Both flags: browsers compile `pattern` with v, which is stricter about classes.
    new RegExp(source, 'u')
    new RegExp(source, 'v')
  } catch {
    return 'expresión regular mal formada'
  }
  try {
    return assertLinear(source, open).acceptsEmpty && !open ? 'acepta un valor vacío' : undefined
  } catch (problem) {
    if (problem instanceof PatternProblem) return `expresión regular: ${problem.message}`
    throw problem
  }
}
