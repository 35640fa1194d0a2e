import { Refusal } from '../refusal.ts'
import { assertDrawable } from './points.ts'

const damaged = () => new Refusal('file-damaged', 400)

/** Sizes stand in one of these; arithmetic coding and lossless are nobody's scan. */
const frames = new Set([0xc0, 0xc1, 0xc2])
/** Tables, frames, scans, restart intervals, the density and the colour transform: all that a picture is drawn from. */
const drawn = (marker: number) => frames.has(marker) || [0xc4, 0xda, 0xdb, 0xdd, 0xe0, 0xee].includes(marker)

/** An Exif of one entry: which way is up. */
const upright = (orientation: number) =>
  Buffer.from([
    ...[0xff, 0xe1, 0, 34, ...Buffer.from('Exif\0\0MM\0*'), 0, 0, 0, 8, 0, 1],
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ])

/** The orientation of an Exif segment, 1 where it says none. */
function orientationOf(segment: Buffer): number {
  if (segment.toString('latin1', 4, 8) !== 'Exif') return 1
  const tiff = segment.subarray(10)
  if (tiff.length < 14) return 1
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const short = (at: number) =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  for (let entry = 0; entry < Math.min(short(first), 64); entry++) {
    const at = first + 2 + entry * 12
    if (short(at) === 0x0112) return Math.min(8, Math.max(1, short(at + 8)))
  }
  return 1
}

/** Where the coded points of a scan end: the next marker that is neither stuffing nor a restart. */
function afterScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1] as number
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
    at = bytes.indexOf(0xff, next === 0xff ? at + 1 : at + 2)
  }
  throw damaged()
}

/**
 * The picture alone, point by point as it was: where and with what it was taken, and whatever is hung on behind its
 * end, is left out. Refusals: `file-damaged`, `file-too-many-points`.
 */
export async function judgeJpeg(bytes: Buffer): Promise<Buffer> {
  const kept: Buffer[] = []
  let [at, orientation, sized, scans] = [2, 1, false, 0]
  for (;;) {
    if (at + 4 > bytes.length && bytes[at + 1] !== 0xd9) throw damaged()
    if (bytes[at] !== 0xff) throw damaged()
    const marker = bytes[at + 1] as number
    if (marker === 0xd9) break
    if (marker === 0xff) {
      at++
      continue
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    const segment = bytes.subarray(at, end)
    if (end > bytes.length || segment.length < 4) throw damaged()
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (!frames.has(marker) || sized || segment.length < 10) throw damaged()
      assertDrawable(segment.readUInt16BE(7), segment.readUInt16BE(5))
      sized = true
    }
    if (marker === 0xe1 && orientation === 1) orientation = orientationOf(segment)
    if (drawn(marker)) kept.push(segment)
    at = end
    if (marker === 0xda) {
      scans++
      at = afterScan(bytes, end)
      kept.push(bytes.subarray(end, at))
    }
  }
  if (!sized || scans === 0) throw damaged()
  const turned = orientation === 1 ? [] : [upright(orientation)]
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...turned, ...kept, Buffer.from([0xff, 0xd9])])
}
