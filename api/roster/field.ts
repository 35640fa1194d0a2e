const compiled = new Map<string, RegExp>()

/**
 * Does a value in canonical form fit the institution's expression for CURT, control number or another key? The
 * expression was proven anchored and linear when the institution file was read; `v` is how browsers compile it too.
 */
export function fitsField(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern)
  if (!expression) {
    expression = new RegExp(pattern, 'v')
    compiled.set(pattern, expression)
  }
  return expression.test(value)
}
