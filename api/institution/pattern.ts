/**
 * The part of regular expressions that an institution may write: literals, classes, groups with options, and
 * repetition of what is not empty. No look-around, no back-reference: what is left can be proven linear (`linear.ts`).
 */

/** Code points, both ends included. */
export type Interval = readonly [number, number]
interface Chars {
  is: 'chars'
  chars: Interval[]
}
interface Sequence {
  is: 'sequence'
  parts: Piece[]
}
interface Choice {
  is: 'choice'
  parts: Piece[]
}
export interface Repeat {
  is: 'repeat'
  part: Piece
  min: number
  max: number
}
export type Piece = Chars | Sequence | Choice | Repeat

/** Why an expression is refused, in Spanish. */
export class PatternProblem extends Error {}

const LAST = 0x10ffff
/** Letters beyond are not in any key; below, folding is known. */
const LATIN = 0x24f
const SHORTHAND: Record<string, Interval[]> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 13],
    [32, 32],
    [160, 160],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
}

/** Reads what stands between `^` and `$`. `open` lets the `$` be missing, for expressions that only look at a beginning. */
export function parsePattern(source: string, open = false): Piece {
  if (!source.startsWith('^')) throw new PatternProblem('debe empezar con ^')
  const ends = /(?<!\\)(\\\\)*\$$/.test(source)
  if (!ends && !open) throw new PatternProblem('debe terminar con $')
  const text = [...source.slice(1, ends ? -1 : undefined)]
  let at = 0
  const body = choice()
  if (at < text.length) throw new PatternProblem(`no se entiende desde «${text.slice(at).join('')}»`)
  if (body.is === 'choice') throw new PatternProblem('encierre las opciones entre paréntesis: ^(…|…)$')
  return body

  function choice(): Piece {
    const parts = [sequence()]
    while (text[at] === '|') {
      at++
      parts.push(sequence())
    }
    return parts.length === 1 ? (parts[0] as Piece) : { is: 'choice', parts }
  }

  function sequence(): Piece {
    const parts: Piece[] = []
    while (at < text.length && text[at] !== '|' && text[at] !== ')') parts.push(repeated(atom()))
    return { is: 'sequence', parts }
  }

  function atom(): Piece {
    const c = text[at++] as string
    if (c === '(') return group()
    if (c === '[') return { is: 'chars', chars: folded(klass()) }
    if (c === '.') return { is: 'chars', chars: [[0, LAST]] }
    if (c === '\\') return { is: 'chars', chars: folded(escaped()) }
    if ('^$*+?{}])'.includes(c)) throw new PatternProblem(`«${c}» no va ahí`)
    return { is: 'chars', chars: folded([single(c)]) }
  }

  function group(): Piece {
    if (text[at] === '?') {
      if (text[at + 1] !== ':') throw new PatternProblem('solo se admiten los grupos (…) y (?:…)')
      at += 2
    }
    const inner = choice()
    if (text[at++] !== ')') throw new PatternProblem('falta un paréntesis')
    return inner
  }

  function escaped(): Interval[] {
    const c = text[at++] ?? ''
    if (SHORTHAND[c]) return SHORTHAND[c]
    if (/[\p{L}\d]/u.test(c))
      throw new PatternProblem(`«\\${c}» no se admite; use \\d, \\w, \\s o una clase [ ]`)
    return [single(c)]
  }

  function klass(): Interval[] {
    const negated = text[at] === '^'
    if (negated) at++
    const chars: Interval[] = []
    while (text[at] !== ']') {
      if (at >= text.length || text[at] === '[') throw new PatternProblem('clase [ ] mal formada')
      const from = member()
      const ranged = text[at] === '-' && text[at + 1] !== ']'
      if (ranged) at++
      const to = ranged ? member() : from
      if (from.length === 1 && to.length === 1) chars.push([(from[0] as Interval)[0], (to[0] as Interval)[1]])
      else chars.push(...from, ...to)
    }
    at++
    return negated ? [[0, LAST]] : chars
  }

  function member(): Interval[] {
    const c = text[at++] as string
    return c === '\\' ? escaped() : [single(c)]
  }

  function repeated(part: Piece): Piece {
    const bounds = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(text.slice(at).join(''))
    if (!bounds) return part
    at += bounds[0].length
    const [, sign, low, comma, high] = bounds
    const min = sign ? (sign === '+' ? 1 : 0) : Number(low)
    const most = high ? Number(high) : comma ? Number.POSITIVE_INFINITY : min
    const max = sign ? (sign === '?' ? 1 : Number.POSITIVE_INFINITY) : most
    return { is: 'repeat', part, min, max }
  }
}

function single(c: string): Interval {
  const code = c.codePointAt(0) ?? 0
  if (code > LATIN) throw new PatternProblem(`«${c}» no es una letra latina`)
  return [code, code]
}

/** Both cases of each letter, so that the proof also holds where cases are not told apart. */
function folded(chars: readonly Interval[]): Interval[] {
  const all: Interval[] = [...chars]
  for (const [from, to] of chars) {
    for (let code = from; code <= Math.min(to, LATIN); code++) {
      const letter = String.fromCodePoint(code)
      for (const twin of [
        letter.toLowerCase(),
        letter.toUpperCase(),
        ...(TWINS[letter.toLowerCase()] ?? ''),
      ]) {
        const point = twin.codePointAt(0) ?? code
        if (point !== code) all.push([point, point])
      }
    }
  }
  return all
}

/** What Unicode folds onto an ASCII or Latin letter from afar. */
const TWINS: Record<string, string> = { k: '\u212a', s: '\u017f', å: '\u212b', ſ: 's' }
