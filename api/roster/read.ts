import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { unreadable } from './columns.ts'
import { readXlsx } from './xlsx.ts'

export interface SourceRow {
  /** Of the file, from 1; the header stands on the first. */
  line: number
  cells: string[]
}
export interface RosterFile {
  /** SHA-256 of the bytes, in hexadecimal. */
  digest: string
  /** Blank lines are left out; the first row is the header. */
  rows: AsyncIterable<SourceRow>
  /** How much was read so far, from 0 to 1. */
  share(): number
}

interface Survey {
  digest: string
  size: number
  encoding: 'utf-8' | 'windows-1252'
  start: Buffer
}

/** Opens a CSV (UTF-8 or Windows-1252; comma, semicolon or tab) or an XLSX. CSV is streamed, whatever its size. */
export async function openRosterFile(path: string): Promise<RosterFile> {
  const { digest, size, encoding, start } = await survey(path)
  if (size === 0) throw unreadable('El archivo está vacío.')
  if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) {
    const rows = await readXlsx(path)
    return { digest, rows: each(rows), share: () => 1 }
  }
  if (start.includes(0) || start.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) {
    throw unreadable('El archivo no es CSV ni XLSX. En Excel guárdelo como «CSV UTF-8» o como libro XLSX.')
  }
  const progress = { read: 0 }
  const rows = csvRows(decoded(path, encoding, progress), separator(start))
  return { digest, rows, share: () => progress.read / size }
}

/** The first pass: one byte that is not UTF-8 makes the whole file Windows-1252. */
async function survey(path: string): Promise<Survey> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`No se puede abrir el archivo ${path} (${error.code}).`)
  })
  try {
    if (!(await file.stat()).isFile()) throw unreadable(`${path} no es un archivo.`)
    return await look(file)
  } finally {
    await file.close()
  }
}

async function look(file: FileHandle): Promise<Survey> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const buffer = Buffer.alloc(1 << 18)
  let start = Buffer.alloc(0)
  let size = 0
  let valid = true
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size)
    const chunk = buffer.subarray(0, bytesRead)
    if (size === 0) start = Buffer.from(chunk)
    hash.update(chunk)
    valid &&= isText(decoder, chunk)
    if (bytesRead === 0) break
    size += bytesRead
  }
  return { digest: hash.digest('hex'), size, encoding: valid ? 'utf-8' : 'windows-1252', start }
}

function isText(decoder: TextDecoder, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk.length > 0 })
    return true
  } catch {
    return false
  }
}

/** Whichever stands most often in the header, outside quotes. */
function separator(start: Buffer): string {
  const header =
    start
      .toString('latin1')
      .trimStart()
      .split(/[\r\n]/)[0] ?? ''
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map(mark => ({ mark, times: bare.split(mark).length }))
  return counts.reduce((most, next) => (next.times > most.times ? next : most)).mark
}

async function* decoded(path: string, encoding: string, progress: { read: number }): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    progress.read += chunk.length
    yield decoder.decode(chunk, { stream: true })
  }
  yield decoder.decode()
}

async function* csvRows(text: AsyncGenerator<string>, delimiter: string): AsyncGenerator<SourceRow> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 1 << 16,
    info: true,
  })
  // Errors of the file come out of the parser, where the loop below sees them.
  pipeline(text, parser, () => {})
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      if (record.some(cell => cell.trim() !== ''))
        yield { line: info.lines - lineBreaks(record), cells: record }
    }
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('CSV_')) throw error
    const { records, empty_lines } = parser.info
    throw unreadable(
      `No se puede leer después del renglón ${records + empty_lines}: quizá unas comillas no se cierran.`,
    )
  }
}

const lineBreaks = (cells: string[]) =>
  cells.reduce((sum, cell) => (cell.includes('\n') ? sum + cell.split('\n').length - 1 : sum), 0)

async function* each(rows: SourceRow[]): AsyncGenerator<SourceRow> {
  yield* rows
}
