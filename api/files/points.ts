import { Refusal } from '../refusal.ts'

/** So many points nobody needs to read a page, and they would fill the memory of whoever opens it. */
const pointsAtMost = 40_000_000

export function assertDrawable(width: number, height: number): void {
  if (width === 0 || height === 0) throw new Refusal('file-damaged', 400)
  if (width * height > pointsAtMost) throw new Refusal('file-too-many-points', 400)
}
