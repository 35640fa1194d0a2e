import { readFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml'
import { InstitutionError, type Problem } from './problem.ts'

/** A value with the place where it was written; after `extends`, neighbours may come from different files. */
export type Written = { file: string; line: number } & (
  | { kind: 'map'; entries: Map<string, Written> }
  | { kind: 'list'; items: Written[] }
  | { kind: 'scalar'; value: unknown; source: string }
)

/** How a file is named in messages: as seen from where the program runs. */
export function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') || isAbsolute(near) ? file : near
}

/** Reads one YAML file. Throws `InstitutionError` when it is not readable YAML or not a map. */
export function readWritten(file: string): Written & { kind: 'map' } {
  const problems: Problem[] = []
  const say = (line: number, reason: string) => problems.push({ file: shown(file), line, path: '', reason })
  const lines = new LineCounter()
  const document = parseDocument(contents(file), { lineCounter: lines, prettyErrors: false })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    say(lineAt(pos[0]), `YAML mal formado: ${message}`)
  }
  const root = problems.length === 0 && document.contents ? converted(document.contents, 1) : undefined
  if (problems.length === 0 && root?.kind !== 'map') say(1, 'el archivo debe ser un mapa de claves')
  if (problems.length > 0) throw new InstitutionError(problems)
  return root as Written & { kind: 'map' }

  function converted(node: Node, line: number): Written {
    if (isMap<ParsedNode, ParsedNode | null>(node))
      return { file, line, kind: 'map', entries: new Map(node.items.map(entry)) }
    if (isSeq<ParsedNode>(node)) {
      return {
        file,
        line,
        kind: 'list',
        items: node.items.map(item => converted(item, lineAt(item.range[0]))),
      }
    }
    if (isScalar(node)) return { file, line, kind: 'scalar', value: node.value, source: node.source ?? '' }
    say(line, 'no use anclas ni alias (& y *): escriba el valor')
    return { file, line, kind: 'scalar', value: null, source: '' }
  }

  function entry({ key, value }: { key: ParsedNode; value: ParsedNode | null }): [string, Written] {
    const line = lineAt(key.range[0])
    const name = isScalar(key) ? String(key.source ?? key.value) : ''
    return [name, value ? converted(value, line) : { file, line, kind: 'scalar', value: null, source: '' }]
  }
}

function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new InstitutionError([
      { file: shown(file), line: 1, path: '', reason: 'el archivo no se puede leer' },
    ])
  }
}

/** Maps merge, lists and values replace; an empty value takes away what the preset wrote. */
export function merged(base: Written, over: Written): Written {
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, value] of over.entries) {
    const known = entries.get(key)
    if (known && value.kind === 'scalar' && value.value === null) entries.delete(key)
    else entries.set(key, known ? merged(known, value) : value)
  }
  return { ...over, entries }
}

/** The deepest thing written on the way to `path`: where a problem with it is shown. */
export function nearest(root: Written, path: readonly string[]): Written {
  let here = root
  for (const step of path) {
    const next =
      here.kind === 'map'
        ? here.entries.get(step)
        : here.kind === 'list'
          ? here.items[Number(step)]
          : undefined
    if (!next) break
    here = next
  }
  return here
}
