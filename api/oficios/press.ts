import { Worker } from 'node:worker_threads'
import { Refusal } from '../refusal.ts'
import type { Sheet } from './sheet.ts'
import type { Drawn } from './thread.ts'

/** Where sheets become PDFs, off the main thread, one after the other. */
export interface Press {
  draw(sheet: Sheet): Promise<Buffer>
  close(): Promise<void>
}

interface Waiting {
  sheet: Sheet
  done(pdf: Buffer): void
  failed(error: Error): void
}

const waitAtMost = 100
const megabytes = 192

/** `seconds`: what no letter takes; its thread is ended then, and the next letter gets another. */
export function openPress(seconds = 15): Press {
  let thread: Worker | undefined
  let at = 0
  let working: (Waiting & { id: number; clock: NodeJS.Timeout }) | undefined
  const queue: Waiting[] = []

  const next = () => {
    const job = working ? undefined : queue.shift()
    if (!job) return
    thread ??= started()
    const id = ++at
    const clock = setTimeout(() => broken(new Refusal('not-available', 503, {}, 30)), seconds * 1000)
    working = { ...job, id, clock }
    thread.ref()
    thread.postMessage({ id, sheet: job.sheet })
  }
  const over = () => {
    const job = working
    working = undefined
    clearTimeout(job?.clock)
    thread?.unref()
    return job
  }
  const broken = (error: Error) => {
    const ended = thread
    const job = over()
    thread = undefined
    void ended?.terminate()
    job?.failed(error)
    next()
  }
  const started = () => {
    const made = new Worker(new URL('./thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    })
    made.unref()
    made.on('message', (said: Drawn) => {
      if (said.id !== working?.id) return
      const job = over()
      if ('pdf' in said) job?.done(Buffer.from(said.pdf))
      else job?.failed(new Error(said.problem))
      next()
    })
    made.on('error', error => thread === made && broken(error as Error))
    return made
  }
  return {
    draw: sheet =>
      new Promise((done, failed) => {
        if (queue.length >= waitAtMost) return failed(new Refusal('not-available', 503, {}, 30))
        queue.push({ sheet, done, failed })
        next()
      }),
    async close() {
      for (const { failed } of queue.splice(0)) failed(new Refusal('not-available', 503, {}, 30))
      await thread?.terminate()
      over()?.failed(new Refusal('not-available', 503, {}, 30))
      thread = undefined
    },
  }
}
