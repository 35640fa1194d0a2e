/** A thread of its own: drawing a letter takes as long as a hundred requests. */
import { parentPort } from 'node:worker_threads'
import { draw } from './draw.ts'
import type { Sheet } from './sheet.ts'

/** What it is asked. */
export interface Job {
  id: number
  sheet: Sheet
}
/** What it answers. */
export type Drawn = { id: number; pdf: Uint8Array } | { id: number; problem: string }

parentPort?.on('message', async ({ id, sheet }: Job) => {
  const said: Drawn = await draw(sheet).then(
    pdf => ({ id, pdf }),
    (error: Error) => ({ id, problem: error.stack ?? String(error) }),
  )
  parentPort?.postMessage(said)
})
