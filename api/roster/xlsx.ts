import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { type CellValue, readSheet } from 'read-excel-file/node'
import { unreadable } from './columns.ts'
import type { SourceRow } from './read.ts'

const MOST_ROWS = 100_000
/** A padrón of 100,000 rows unpacks to 40-120 MB of XML, so the usual 50 MB for uploads would refuse real ones. */
const MOST_BYTES = 200 * 2 ** 20
const MOST_ENTRIES = 1_000
const MOST_RATIO = 100
// A DTD can swell or read files; a far row or column makes the reader fill the gap with empty cells.
const HOSTILE = /<!DOCTYPE|<!ENTITY| r="(?:[A-Z]*\d{8,}|[A-Z]{4,}\d+)"/

interface Entry {
  name: string
  method: number
  packed: number
  unpacked: number
  /** Where its local header starts. */
  at: number
}

/** All rows of the first sheet, as text, after proving that unpacking it is safe. */
export async function readXlsx(path: string): Promise<SourceRow[]> {
  await proveSafe(path)
  const parseNumber = (digits: string) => (/^\d+$/.test(digits) ? digits : String(Number(digits)))
  const sheet = await readSheet(createReadStream(path), { parseNumber }).catch(() => {
    throw unreadable('El archivo XLSX está dañado o no es un libro de Excel.')
  })
  if (sheet.length > MOST_ROWS + 1) {
    throw unreadable(
      `El libro trae más de ${MOST_ROWS.toLocaleString('es-MX')} renglones; guárdelo como CSV.`,
    )
  }
  const rows = sheet.map((cells, index) => ({ line: index + 1, cells: cells.map(cellText) }))
  return rows.filter(row => row.cells.some(cell => cell !== ''))
}

function cellText(value: CellValue<string> | null): string {
  const cell: unknown = value
  if (cell === null) return ''
  return cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)
}

/** Sizes as declared and as they really are, no entry hidden between others, nothing hostile in the XML. */
async function proveSafe(path: string): Promise<void> {
  const refused = unreadable('El archivo XLSX está dañado o es demasiado grande al desempacarse.')
  const { entries, size, listAt } = await directory(path)
  const total = entries.reduce((sum, entry) => sum + entry.unpacked, 0)
  if (entries.length === 0 || entries.length > MOST_ENTRIES || total > MOST_BYTES) throw refused
  if (total > 2 ** 20 && total > size * MOST_RATIO) throw refused
  for (const [index, entry] of entries.entries()) {
    const end = entries[index + 1]?.at ?? listAt
    const start = await dataStart(path, entry)
    // After the data only a descriptor of 24 bytes at most may stand before the next entry.
    const gap = end - start - entry.packed
    if (gap < 0 || gap > 24) throw refused
    if (/\.(xml|rels)$/.test(entry.name) && !(await isHarmless(path, entry, start))) throw refused
  }
}

async function isHarmless(path: string, entry: Entry, start: number): Promise<boolean> {
  if (entry.packed === 0) return entry.unpacked === 0
  const file = createReadStream(path, { start, end: start + entry.packed - 1 })
  const data: Readable = entry.method === 8 ? pipeline(file, createInflateRaw(), () => {}) : file
  let size = 0
  let tail = ''
  try {
    for await (const chunk of data as AsyncIterable<Buffer>) {
      size += chunk.length
      const text = tail + chunk.toString('latin1')
      if (size > entry.unpacked || HOSTILE.test(text)) return false
      tail = text.slice(-32)
    }
  } catch {
    return false
  }
  return size === entry.unpacked
}

/** The central directory, in the order of the data. ZIP64 and encryption are not what Excel writes for a padrón. */
async function directory(path: string): Promise<{ entries: Entry[]; size: number; listAt: number }> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, 22 + 0xffff))
    await file.read(tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1')
    if (end < 0 || end + 22 > tail.length) return { entries: [], size, listAt: 0 }
    const listAt = tail.readUInt32LE(end + 16)
    const list = Buffer.alloc(Math.min(tail.readUInt32LE(end + 12), 2 ** 20))
    await file.read(list, 0, list.length, listAt)
    return { entries: entriesOf(list).sort((a, b) => a.at - b.at), size, listAt }
  } finally {
    await file.close()
  }
}

function entriesOf(list: Buffer): Entry[] {
  const entries: Entry[] = []
  let at = 0
  while (at + 46 <= list.length && list.readUInt32LE(at) === 0x02014b50) {
    const nameLength = list.readUInt16LE(at + 28)
    const method = list.readUInt16LE(at + 10)
    if (list.readUInt16LE(at + 8) & 1 || (method !== 0 && method !== 8)) return []
    entries.push({
      name: list.toString('utf8', at + 46, at + 46 + nameLength),
      method,
      packed: list.readUInt32LE(at + 20),
      unpacked: list.readUInt32LE(at + 24),
      at: list.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
  }
  return entries
}

async function dataStart(path: string, entry: Entry): Promise<number> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(30)
    await file.read(header, 0, 30, entry.at)
    return entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  } finally {
    await file.close()
  }
}
