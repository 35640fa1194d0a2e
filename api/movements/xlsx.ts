import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** Rows that a sheet holds, its headers among them. */
export const sheetRows = 1_048_576
/** Characters that a cell holds. */
const cellLength = 32_767

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const parts: Record<string, string> = {
  '[Content_Types].xml': `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Movimientos" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  // Style 1: text whatever it looks like, and marked as such; 2: the same in bold, for the headers.
  'xl/styles.xml': `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`,
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML cannot hold is left out, and what Excel would take for an escape of its own is escaped. */
const told = (text: string) =>
  text
    .slice(0, cellLength)
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/_x(?=[0-9a-f]{4}_)/gi, '_x005F_x')
    .replaceAll('\r', '_x000D_')
    .replace(/[&<>"]/g, sign => signs[sign] as string)

/** `A` to `Z`; a sheet of ours has fewer columns. */
const column = (at: number) => String.fromCharCode(65 + at)

const cell = (text: string, at: string, style: number) =>
  text === ''
    ? ''
    : `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${told(text)}</t></is></c>`

const row = (cells: readonly string[], at: number, style: number) =>
  `<row r="${at}">${cells.map((text, n) => cell(text, `${column(n)}${at}`, style)).join('')}</row>`

async function* sheet(headers: readonly string[], pages: AsyncIterable<string[][]>): AsyncIterable<string> {
  yield `${xml}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${headers.length}" width="22" customWidth="1"/></cols><sheetData>${row(headers, 1, 2)}`
  let at = 1
  for await (const page of pages) yield page.map(cells => row(cells, ++at, 1)).join('')
  yield '</sheetData></worksheet>'
}

/** A workbook of one sheet, zipped while its rows come; every cell is a text in its place and none can be a formula. */
export function xlsxOf(headers: readonly string[], pages: AsyncIterable<string[][]>): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(xml + text), name)
  const rows = Readable.from(sheet(headers, pages))
  // The reply ends in the middle where a page cannot be read, and so does the reading where nobody listens any more.
  rows.once('error', error => out.destroy(error))
  out.once('close', () => rows.destroy())
  zip.addReadStream(rows, 'xl/worksheets/sheet1.xml')
  zip.end()
  return out
}
