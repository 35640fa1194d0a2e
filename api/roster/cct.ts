const SHAPE = /^(0[1-9]|[12]\d|3[0-2])[A-Z]{3}\d{4}[A-Z]$/

/**
 * The check letter that the first nine characters of a CCT should end in. The rule was derived from public codes, no
 * official text gives it: letters as two digits, alternating weights 7 and 26, modulo 27 (26 → Z as well).
 */
export function cctCheckLetter(first9: string): string {
  const digits = first9.replace(/[A-Z]/g, letter => String(letter.charCodeAt(0) - 64).padStart(2, '0'))
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += Number(digits.charAt(i)) * (i % 2 ? 26 : 7)
  return String.fromCharCode(65 + Math.min(sum % 27, 25))
}

/** `format` is refused; `letter` is only a warning, since the rule is unofficial and the catalogue decides. */
export function cctProblem(cct: string): 'format' | 'letter' | undefined {
  if (!SHAPE.test(cct)) return 'format'
  return cctCheckLetter(cct.slice(0, 9)) === cct.charAt(9) ? undefined : 'letter'
}
