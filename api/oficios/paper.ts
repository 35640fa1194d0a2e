/** A pen that writes a tagged PDF; the only file that knows the PDF library. Text is drawn, never interpreted. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import { drawable } from './sheet.ts'

const faces = {
  text: 'next/files/atkinson-hyperlegible-next-latin-400-normal',
  bold: 'next/files/atkinson-hyperlegible-next-latin-700-normal',
  mono: 'mono/files/atkinson-hyperlegible-mono-latin-500-normal',
}
type Face = keyof typeof faces
const fonts = Object.entries(faces).map(([name, path]) => {
  const file = import.meta.resolve(`@fontsource/atkinson-hyperlegible-${path}.woff`)
  return [name, readFileSync(fileURLToPath(file))] as const
})

interface Style {
  face?: Face
  size?: number
  colour?: string
  /** Never justified: the spaces between words would be lost to whoever listens. */
  align?: 'left' | 'right' | 'center'
  /** From the left margin; the whole width unless told. */
  x?: number
  width?: number
  /** Keeps the breaks between lines. */
  lines?: true
  spacing?: number
}

/** An element of the structure, to which others are added. */
type Element = ReturnType<PDFKit.PDFDocument['struct']>

/** What parts are drawn with. Coordinates count from the left margin and from the top of the page. */
export interface Pen {
  y: number
  readonly width: number
  /** Where what flows ends. */
  readonly bottom: number
  readonly root: Element
  /** An element inside another. */
  group(kind: string, within: Element, alt?: string): Element
  /** Text as an element of its own; the pen goes below it. */
  write(kind: string, within: Element, text: string, style?: Style): void
  /** Something drawn that is read by its words alone. */
  figure(within: Element, alt: string, shape: (rectangle: Rectangle) => void, colour: string): void
  heightOf(text: string, style?: Style): number
  /** Ornaments, which nobody has to hear. */
  rule(y: number, colour: string, weight: number, from?: number, to?: number): void
  fill(x: number, y: number, width: number, height: number, colour: string): void
  plain(text: string, y: number, style?: Style): void
  across(text: string): void
  /** A new page unless so much is left; true where it made one. */
  room(height: number): boolean
  /** Draws on each page, once it is known how many there are; then the file. */
  finish(onPage: (page: number, pages: number) => void): Promise<Buffer>
}
export type Rectangle = (x: number, y: number, width: number, height: number) => void

interface PaperAsk {
  title: string
  author: string
  wide: boolean
  margins: { top: number; left: number; right: number; bottom: number }
}

function open({ title, author, wide, margins }: PaperAsk): PDFKit.PDFDocument {
  const doc = new PDFDocument({
    size: 'LETTER',
    layout: wide ? 'landscape' : 'portrait',
    margins,
    pdfVersion: '1.7',
    // The face of the library's own choice would not be embedded.
    font: null as never,
    ...{ tagged: true, lang: 'es-MX', displayTitle: true, bufferPages: true },
    subset: 'PDF/UA' as never,
    info: { Title: drawable(title), Author: drawable(author), Creator: 'Mi correo institucional' },
  })
  for (const [name, file] of fonts) doc.registerFont(name, file)
  return doc
}

/** A letter that the face lacks is drawn without what it wears; what remains unknown as a dot. */
function lettered(doc: PDFKit.PDFDocument, text: string): string {
  const { font } = (doc as unknown as { _font: { font: { hasGlyphForCodePoint(at: number): boolean } } })
    ._font
  const has = (sign: string) => sign === '\n' || font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0)
  const near = (sign: string) => [...sign.normalize('NFD')].find(has) ?? '•'
  return [...text].map(sign => (has(sign) ? sign : near(sign))).join('')
}

export function openPaper(ask: PaperAsk): Pen {
  const doc = open(ask)
  const root = doc.struct('Document')
  doc.addStructure(root)
  const { left, right, bottom } = ask.margins
  const width = doc.page.width - left - right
  const set = ({ face = 'text', size = 10.5 }: Style) => doc.font(face).fontSize(size)
  const options = (style: Style) => ({
    width: style.width ?? width - (style.x ?? 0),
    align: style.align ?? 'left',
    lineGap: (style.size ?? 10.5) * 0.16,
    characterSpacing: style.spacing ?? 0,
  })
  const put = (text: string, y: number, style: Style) => {
    set(style).fillColor(style.colour ?? '#1B1F23')
    doc.text(lettered(doc, drawable(text, style.lines)), left + (style.x ?? 0), y, options(style))
  }
  const ornament = (run: () => void) => {
    doc.markContent('Artifact', { type: 'Layout' })
    run()
    doc.endMarkedContent()
  }
  const group: Pen['group'] = (kind, within, alt) => {
    const made = doc.struct(kind, alt === undefined ? {} : { alt })
    within.add(made)
    return made
  }
  const marked = (kind: string, within: Element, run: () => void, alt?: string) => {
    const made = group(kind, within, alt)
    const content = doc.markStructureContent(kind)
    run()
    doc.endMarkedContent()
    made.add(content)
    made.end()
  }
  return {
    get y() {
      return doc.y
    },
    set y(at) {
      doc.y = at
    },
    width,
    bottom: doc.page.height - bottom,
    root,
    group,
    write: (kind, within, text, style = {}) => marked(kind, within, () => put(text, doc.y, style)),
    figure(within, alt, shape, colour) {
      const run = () => {
        shape((x, y, wide, high) => doc.rect(left + x, y, wide, high))
        doc.fill(colour)
      }
      marked('Figure', within, run, alt)
    },
    heightOf(text, style = {}) {
      set(style)
      return doc.heightOfString(lettered(doc, drawable(text, style.lines)), options(style))
    },
    rule: (y, colour, weight, from = 0, to = width) =>
      ornament(() => {
        doc
          .moveTo(left + from, y)
          .lineTo(left + to, y)
          .lineWidth(weight)
          .stroke(colour)
      }),
    fill: (x, y, wide, high, colour) =>
      ornament(() => {
        doc.rect(left + x, y, wide, high).fill(colour)
      }),
    plain(text, y, style = {}) {
      const { x, y: before } = doc
      ornament(() => put(text, y, style))
      Object.assign(doc, { x, y: before })
    },
    across: text =>
      ornament(() => {
        const { width: wide, height: high } = doc.page
        doc.save().rotate(-32, { origin: [wide / 2, high / 2] })
        doc.font('bold').fontSize(84).fillColor('#A3221B', 0.16)
        doc.text(text, 0, high / 2 - 50, { width: wide, align: 'center', lineBreak: false })
        doc.restore()
      }),
    room(height) {
      if (doc.y + height <= doc.page.height - bottom) return false
      doc.addPage()
      return true
    },
    async finish(onPage) {
      const { count } = doc.bufferedPageRange()
      for (let page = 0; page < count; page++) {
        doc.switchToPage(page)
        // What stands below the margin is no reason for another page.
        const { margins } = doc.page
        margins.bottom = 0
        onPage(page, count)
        margins.bottom = bottom
      }
      root.end()
      const parts: Buffer[] = []
      doc.on('data', (part: Buffer) => parts.push(part))
      const ended = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject))
      doc.end()
      await ended
      return Buffer.concat(parts)
    },
  }
}
