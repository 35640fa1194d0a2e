/**
 * Proves that matching takes time in proportion to the length of the text, whatever the text.
 *
 * A backtracking engine tries, at each character, every way in which the expression can have read what stands before
 * it. All counts of such ways that any text can produce are walked here, one vector of counts per state; when every
 * one stays under a small bound, so does the work per character. An expression whose counts grow is refused.
 */
import { type Interval, PatternProblem, type Piece, parsePattern, type Repeat } from './pattern.ts'

const WAYS = 64
const POSITIONS = 1000
const VECTORS = 2000

/** Position automaton that keeps every way apart: a number listed twice stands for two ways. */
interface Ways {
  /** Ways to read nothing. */
  empty: number
  first: number[]
  last: number[]
}

/** Throws `PatternProblem` when the expression is not anchored, not of the plain kind, or not linear. */
export function assertLinear(source: string, open = false): { acceptsEmpty: boolean } {
  const chars: Interval[][] = []
  const follow: number[][] = []
  const whole = ways(parsePattern(source, open))
  walk(whole.first, chars, follow)
  return { acceptsEmpty: whole.empty > 0 }

  function ways(piece: Piece): Ways {
    if (piece.is === 'chars') {
      if (chars.push(piece.chars) > POSITIONS) throw new PatternProblem('repite demasiado')
      follow.push([])
      return { empty: 0, first: [chars.length - 1], last: [chars.length - 1] }
    }
    if (piece.is === 'sequence') return piece.parts.map(ways).reduce(after, { empty: 1, first: [], last: [] })
    if (piece.is === 'choice') return bounded(piece.parts.map(ways).reduce(either))
    return repeated(piece)
  }

  function repeated({ part, min, max }: Repeat): Ways {
    const once = () => {
      const inner = ways(part)
      if (inner.empty > 0) throw new PatternProblem('repite algo que puede estar vacío')
      return inner
    }
    if (max < min || max === 0) throw new PatternProblem('tiene una repetición sin sentido')
    const most = Number.isFinite(max) ? max : Math.max(min, 1)
    let tail: Ways | undefined
    for (let copy = most; copy >= 1; copy--) {
      const inner = once()
      if (copy === most && max === Number.POSITIVE_INFINITY) link(inner.last, inner.first)
      const here: Ways = tail ? after(inner, tail) : inner
      tail = copy > min ? { ...here, empty: 1 } : here
    }
    return tail as Ways
  }

  function after(a: Ways, b: Ways): Ways {
    link(a.last, b.first)
    return bounded({
      empty: a.empty * b.empty,
      first: [...a.first, ...times(b.first, a.empty)],
      last: [...times(a.last, b.empty), ...b.last],
    })
  }

  function link(from: readonly number[], to: readonly number[]) {
    for (const position of from) {
      follow[position]?.push(...to)
      if ((follow[position]?.length ?? 0) > POSITIONS) throw tooMany()
    }
  }
}

const either = (a: Ways, b: Ways): Ways => ({
  empty: a.empty + b.empty,
  first: [...a.first, ...b.first],
  last: [...a.last, ...b.last],
})

const times = (positions: readonly number[], n: number) => Array.from({ length: n }, () => positions).flat()

function bounded(ways: Ways): Ways {
  if (ways.empty > WAYS || ways.first.length > POSITIONS || ways.last.length > POSITIONS) throw tooMany()
  return ways
}

const tooMany = () =>
  new PatternProblem('se puede leer de demasiadas maneras y haría lenta la búsqueda; escríbala más simple')

/** Walks every vector of counts that some text can produce. */
function walk(first: readonly number[], chars: readonly Interval[][], follow: readonly number[][]) {
  const alphabet = symbols(chars)
  const waiting = [counted(first.map(position => [position, 1]))]
  const seen = new Set(waiting.map(keyOf))
  for (let vector = waiting.pop(); vector; vector = waiting.pop()) {
    for (const reads of alphabet) {
      const read = [...vector].filter(([position]) => reads.has(position))
      if (read.reduce((sum, [, count]) => sum + count, 0) > WAYS) throw tooMany()
      const next = counted(read.flatMap(([p, count]) => (follow[p] ?? []).map(to => [to, count] as const)))
      const key = keyOf(next)
      if (seen.has(key)) continue
      if (seen.add(key).size > VECTORS) throw tooMany()
      waiting.push(next)
    }
  }
}

function counted(ways: readonly (readonly [number, number])[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const [position, count] of ways) counts.set(position, (counts.get(position) ?? 0) + count)
  return counts
}

const keyOf = (vector: Map<number, number>) =>
  [...vector]
    .sort(([a], [b]) => a - b)
    .map(pair => pair.join('×'))
    .join(' ')

/** Characters that no class tells apart are one symbol: the set of positions that read it. */
function symbols(chars: readonly Interval[][]): Set<number>[] {
  const borders = new Set(chars.flat().flatMap(([from, to]) => [from, to + 1]))
  const known = new Map<string, Set<number>>()
  for (const code of borders) {
    const reads = chars.flatMap((set, position) =>
      set.some(([from, to]) => from <= code && code <= to) ? [position] : [],
    )
    if (reads.length > 0) known.set(reads.join(' '), new Set(reads))
  }
  return [...known.values()]
}
