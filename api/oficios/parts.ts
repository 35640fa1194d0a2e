import type { Pen } from './paper.ts'
import type { Part } from './sheet.ts'

const soft = '#46504F'
const rule = '#C4CAC8'

type Of<K extends Part['is']> = Extract<Part, { is: K }>

/** Draws one part where the pen stands. */
export function parts(pen: Pen, part: Part, colour: string): void {
  const draws = { title, opening, addressee, words, steps, facts, secret, signature, receipt, notes, table }
  ;(draws[part.is] as (pen: Pen, part: Part, colour: string) => void)(pen, part, colour)
}

function title(pen: Pen, { text, about }: Of<'title'>, colour: string): void {
  pen.write('H1', pen.root, text, { face: 'bold', size: 17, colour })
  if (about) pen.write('P', pen.root, about, { size: 10, colour: soft })
  pen.y += 12
}

function opening(pen: Pen, { facts: told, line }: Of<'opening'>): void {
  const x = pen.width * 0.42
  const names = 62
  for (const { name, value, key } of told) {
    const top = pen.y
    const group = pen.group('P', pen.root)
    pen.write('Span', group, name, { face: 'bold', size: 9.5, x, width: names })
    const below = pen.y
    pen.y = top
    pen.write('Span', group, value, { face: key ? 'mono' : 'text', size: 9.5, x: x + names + 8 })
    group.end()
    pen.y = Math.max(pen.y, below) + 2
  }
  pen.y += 4
  pen.write('P', pen.root, line, { align: 'right', size: 10.5 })
  pen.y += 12
}

function addressee(pen: Pen, { name, lines, greeting }: Of<'addressee'>): void {
  const width = pen.width * 0.75
  pen.write('P', pen.root, name, { face: 'bold', width })
  for (const line of lines) pen.write('P', pen.root, line, { width })
  pen.y += 2
  pen.write('P', pen.root, greeting, { face: 'bold', spacing: 1.2 })
  pen.y += 11
}

function words(pen: Pen, { text }: Of<'words'>): void {
  for (const paragraph of text.split(/\n{2,}/)) {
    if (paragraph.trim() === '') continue
    pen.room(30)
    pen.write('P', pen.root, paragraph.trim(), { lines: true })
    pen.y += 8
  }
}

function steps(pen: Pen, { title: named, steps: list }: Of<'steps'>): void {
  pen.room(50)
  pen.write('H2', pen.root, named, { face: 'bold', size: 11.5 })
  pen.y += 3
  const within = pen.group('L', pen.root)
  for (const [at, step] of list.entries()) {
    const item = pen.group('LI', within)
    const top = pen.y
    pen.write('Lbl', item, `${at + 1}.`, { width: 18 })
    pen.y = top
    pen.write('LBody', item, step, { x: 20 })
    item.end()
    pen.y += 2
  }
  within.end()
  pen.y += 10
}

function facts(pen: Pen, { facts: told }: Of<'facts'>): void {
  const within = pen.group('Table', pen.root)
  const x = 138
  pen.rule(pen.y, rule, 0.75)
  for (const { name, value, key } of told) {
    const style = { face: key ? 'mono' : 'text', size: 10, x: x + 8 } as const
    const high = Math.max(pen.heightOf(value, style), 13) + 6
    if (pen.room(high)) pen.rule(pen.y, rule, 0.75)
    const top = pen.y
    const row = pen.group('TR', within)
    pen.y = top + 3.5
    pen.write('TH', row, name, { face: 'bold', size: 9.5, colour: soft, x: 8, width: x - 12 })
    pen.y = top + 3.5
    pen.write('TD', row, value, style)
    row.end()
    pen.y = top + high
    pen.rule(pen.y, rule, 0.75)
  }
  within.end()
  pen.y += 11
}

function secret(pen: Pen, { label, text, note }: Of<'secret'>, colour: string): void {
  pen.room(96)
  const top = pen.y
  const high = 88
  for (const [x, wide] of [
    [0, 3],
    [6, 1],
  ] as const)
    pen.fill(x, top, wide, high, colour)
  pen.y = top + 8
  pen.write('P', pen.root, label, { face: 'bold', size: 10.5, x: 22 })
  pen.y += 5
  pen.write('P', pen.root, text, { face: 'mono', size: 23, x: 22 })
  pen.y += 5
  pen.write('P', pen.root, note, { size: 10.5, x: 22 })
  pen.y = Math.max(pen.y, top + high) + 18
}

function signature(pen: Pen, { before, name, lines }: Of<'signature'>): void {
  const width = pen.width * 0.62
  const x = (pen.width - width) / 2
  pen.room(102 + lines.length * 14)
  pen.y += 4
  pen.write('P', pen.root, before, { face: 'bold', align: 'center', spacing: 1.2, x, width })
  pen.y += 38
  pen.rule(pen.y, '#1B1F23', 0.75, x + 20, x + width - 20)
  pen.y += 5
  pen.write('P', pen.root, name, { face: 'bold', align: 'center', x, width })
  for (const line of lines) pen.write('P', pen.root, line, { align: 'center', x, width })
  pen.y += 12
}

function receipt(pen: Pen, { title: named, text, fields }: Of<'receipt'>): void {
  pen.room(132)
  for (let x = 0; x < pen.width; x += 9) pen.fill(x, pen.y + 6, 5, 0.75, soft)
  pen.y += 18
  pen.write('P', pen.root, named, { face: 'bold', size: 10.5 })
  pen.write('P', pen.root, text, { size: 9.5 })
  pen.y += 40
  const gap = 18
  const width = (pen.width - gap * (fields.length - 1)) / fields.length
  const top = pen.y
  for (const [at, field] of fields.entries()) {
    const x = at * (width + gap)
    pen.rule(top, '#1B1F23', 0.75, x, x + width)
    pen.y = top + 4
    pen.write('P', pen.root, field, { size: 9, colour: soft, x, width })
  }
  pen.y += 14
}

function notes(pen: Pen, { lines }: Of<'notes'>): void {
  for (const line of lines) {
    pen.room(14)
    pen.write('P', pen.root, line, { size: 8, colour: soft })
  }
  pen.y += 2
}

function table(pen: Pen, { columns, rows }: Of<'table'>, colour: string): void {
  const within = pen.group('Table', pen.root)
  const spans: { x: number; width: number; keys: boolean }[] = []
  let x = 0
  for (const { share, keys = false } of columns) {
    spans.push({ x, width: share * pen.width, keys })
    x += share * pen.width
  }
  const row = (kind: 'TH' | 'TD', cells: readonly string[], least: number) => {
    const styles = spans.map(span => ({
      face: kind === 'TH' ? ('bold' as const) : span.keys ? ('mono' as const) : ('text' as const),
      size: span.keys && kind === 'TD' ? 7.8 : 8.5,
      x: span.x + 4,
      width: span.width - 8,
      lines: true as const,
    }))
    const high = Math.max(least, ...cells.map((cell, at) => pen.heightOf(cell, styles[at]) + 9))
    if (pen.room(high) && kind === 'TD')
      row(
        'TH',
        columns.map(({ name }) => name),
        20,
      )
    const top = pen.y
    const made = pen.group('TR', within)
    for (const [at, cell] of cells.entries()) {
      pen.y = top + 5
      pen.write(kind, made, cell, styles[at])
    }
    made.end()
    pen.y = top + high
    pen.rule(pen.y, kind === 'TH' ? colour : rule, kind === 'TH' ? 1.5 : 0.75)
  }
  row(
    'TH',
    columns.map(({ name }) => name),
    20,
  )
  for (const cells of rows) row('TD', cells, 34)
  within.end()
  pen.y += 12
}
