import { Refusal } from '../refusal.ts'
import { judgeJpeg } from './jpeg.ts'
import { promised } from './name.ts'
import { judgePdf } from './pdf.ts'
import { judgePng } from './png.ts'

/** What a file is by its content, and what of it is kept. */
export interface Judged {
  type: string
  bytes: Buffer
}

const signs: { type: string; begins: Buffer; judge(bytes: Buffer): Promise<Buffer> }[] = [
  { type: 'application/pdf', begins: Buffer.from('%PDF-'), judge: judgePdf },
  { type: 'image/jpeg', begins: Buffer.from([0xff, 0xd8, 0xff]), judge: judgeJpeg },
  { type: 'image/png', begins: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), judge: judgePng },
]

/**
 * Only what is whole, of one of three types, and named as what it is. Refusals: `file-empty`, `file-type`,
 * `file-damaged`, and those of each type.
 */
export async function judge(name: string, bytes: Buffer): Promise<Judged> {
  if (bytes.length === 0) throw new Refusal('file-empty', 400)
  const is = signs.find(({ begins }) => bytes.subarray(0, begins.length).equals(begins))
  if (!is || promised(name) !== is.type || endsAsArchive(bytes)) throw new Refusal('file-type', 400)
  return { type: is.type, bytes: await is.judge(bytes) }
}

/** An archive is read from its end: one that hides behind a document has its directory there. */
const endsAsArchive = (bytes: Buffer): boolean =>
  bytes.subarray(-65_600).includes(Buffer.from('PK\x05\x06', 'latin1'))
