import { encode } from 'uqr'
import { openPaper, type Pen, type Rectangle } from './paper.ts'
import { parts } from './parts.ts'
import type { Sheet } from './sheet.ts'

const soft = '#46504F'
const rule = '#C4CAC8'
/** Where the foot begins, from the end of the page, and how high the band of verification above it is. */
const foot = 32
const checkHigh = 64

/** Draws a whole sheet: letterhead, its parts, the verification at the end, a foot on every page. */
export function draw(sheet: Sheet): Promise<Buffer> {
  const margins = { top: 44, left: sheet.wide ? 48 : 72, right: sheet.wide ? 48 : 60, bottom: foot + 12 }
  const pen = openPaper({
    title: sheet.title,
    author: sheet.head.name,
    wide: sheet.wide ?? false,
    margins,
  })
  letterhead(pen, sheet)
  for (const part of sheet.parts) parts(pen, part, sheet.colour)
  if (sheet.foot.check) verification(pen, sheet, sheet.foot.check)
  return pen.finish((page, pages) => footing(pen, sheet, page, pages))
}

/** Band, name and area at the left, the short name in the institution's colour at the right. */
function letterhead(pen: Pen, { head, colour }: Sheet): void {
  pen.fill(-200, 0, pen.width + 400, 10, colour)
  const badge = { face: 'bold', size: 15, colour: '#FFFFFF', align: 'center' } as const
  const wide = Math.min(130, Math.max(58, head.shortName.length * 11 + 20))
  pen.fill(pen.width - wide, 34, wide, 34, colour)
  pen.plain(head.shortName, 41.5, { ...badge, x: pen.width - wide, width: wide })
  pen.y = 34
  const width = pen.width - wide - 24
  pen.write('P', pen.root, head.name, { face: 'bold', size: 13, colour, width })
  if (head.area !== '') pen.write('P', pen.root, head.area, { size: 9.5, colour: soft, width })
  const below = Math.max(pen.y + 6, 76)
  pen.rule(below, colour, 1.5)
  pen.rule(below + 3, colour, 0.5)
  pen.y = below + 16
}

/** At the end of the last page: whoever holds the paper can ask whether it is ours. */
function verification(pen: Pen, { foot: { folio } }: Sheet, check: { url: string; words: string }): void {
  pen.room(checkHigh)
  const top = pen.bottom - checkHigh + 6
  pen.rule(top - 6, rule, 0.75)
  pen.figure(pen.root, `Código QR: ${check.url}`, rectangle => qr(check.url, rectangle, top), '#000000')
  const x = 70
  pen.y = top + 2
  pen.write('P', pen.root, `Folio ${folio}`, { face: 'mono', size: 10.5, x })
  pen.y += 2
  pen.write('P', pen.root, check.words, { size: 8, colour: soft, x, width: pen.width - x })
  pen.y += 1
  pen.write('P', pen.root, check.url, { face: 'mono', size: 8, colour: soft, x, width: pen.width - x })
}

/** Runs of dark cells as one rectangle each. */
function qr(url: string, rectangle: Rectangle, top: number): void {
  const { data, size } = encode(url, { ecc: 'M', border: 0 })
  const cell = 56 / size
  for (const [line, cells] of data.entries()) {
    for (let at = 0; at < size; at++) {
      if (!cells[at]) continue
      const from = at
      while (at < size && cells[at]) at++
      rectangle(from * cell, top + line * cell, (at - from) * cell, cell)
    }
  }
}

function footing(pen: Pen, { foot: { document, folio }, mark }: Sheet, page: number, pages: number): void {
  const at = pen.bottom + 12
  const style = { size: 8, colour: soft } as const
  pen.rule(at - 5, rule, 0.5)
  pen.plain(document, at, { ...style, width: pen.width * 0.72 })
  pen.plain(`${folio === '' ? '' : `${folio} · `}Página ${page + 1} de ${pages}`, at, {
    ...style,
    align: 'right',
  })
  if (mark) pen.across(mark)
}
