import { crc32, createInflate } from 'node:zlib'
import { Refusal } from '../refusal.ts'
import { assertDrawable } from './points.ts'

const damaged = () => new Refusal('file-damaged', 400)
const kept = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'sRGB', 'pHYs', 'IDAT', 'IEND'])
/** Values of a point, by colour type. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depths: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** Passes of an interlaced picture: first column and row, and the steps between them. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Bytes that its points take once unpacked. */
function unpacked(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(8), header.readUInt32BE(12)]
  const [depth, colour, interlaced] = [header[16] ?? 0, header[17] ?? 1, header[20]]
  assertDrawable(width, height)
  if (!depths[colour]?.includes(depth) || (interlaced !== 0 && interlaced !== 1)) throw damaged()
  const area = (wide: number, high: number) =>
    wide === 0 ? 0 : high * (1 + Math.ceil((wide * depth * (channels[colour] ?? 1)) / 8))
  if (interlaced === 0) return area(width, height)
  const sizes = passes.map(([x, y, across, down]) =>
    area(Math.max(0, Math.ceil((width - x) / across)), Math.max(0, Math.ceil((height - y) / down))),
  )
  return sizes.reduce((all, one) => all + one, 0)
}

/** Unpacks without keeping: there must be exactly as many bytes as its size says. */
async function assertWhole(packed: Buffer[], expected: number): Promise<void> {
  const inflate = createInflate()
  let counted = 0
  const reading = (async () => {
    for await (const part of inflate as AsyncIterable<Buffer>) {
      counted += part.length
      if (counted > expected) throw damaged()
    }
  })().catch(() => {
    throw damaged()
  })
  for (const part of packed) inflate.write(part)
  inflate.end()
  await reading
  if (counted !== expected) throw damaged()
}

/**
 * The picture alone: its words, its place and whatever is hung on behind its end are left out. Refusals:
 * `file-damaged`, `file-too-many-points`.
 */
export async function judgePng(bytes: Buffer): Promise<Buffer> {
  const chunks: { name: string; whole: Buffer }[] = []
  for (let at = 8; chunks.at(-1)?.name !== 'IEND'; ) {
    if (at + 12 > bytes.length) throw damaged()
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw damaged()
    const whole = bytes.subarray(at, end)
    if (crc32(whole.subarray(4, -4)) !== whole.readUInt32BE(whole.length - 4)) throw damaged()
    chunks.push({ name: whole.toString('latin1', 4, 8), whole })
    at = end
  }
  const [header] = chunks
  const alone = chunks.filter(({ name }) => name === 'IHDR').length === 1
  if (header?.name !== 'IHDR' || header.whole.length !== 25 || !alone) throw damaged()
  const packed = chunks.filter(({ name }) => name === 'IDAT').map(({ whole }) => whole.subarray(8, -4))
  await assertWhole(packed, unpacked(header.whole))
  return Buffer.concat([
    bytes.subarray(0, 8),
    ...chunks.filter(({ name }) => kept.has(name)).map(({ whole }) => whole),
  ])
}
