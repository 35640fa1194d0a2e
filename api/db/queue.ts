import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { fromDrizzle, fromPglite, PgBoss } from 'pg-boss'
import type { Db } from './open.ts'

/** What the queue runs on: the embedded database, or a server by its URL. */
export type QueueEngine = { lite: PGlite } | { url: string }

const day = 86_400

/** One that comes round by itself is not repeated; a notice follows its mail server for about a day. */
const timed = { retryLimit: 0, deleteAfterSeconds: day }
const queues = {
  movement: { retryLimit: 5, retryBackoff: true, retryDelayMax: 60, deleteAfterSeconds: day },
  'late-mail': { retryLimit: 20, retryBackoff: true, retryDelayMax: 300, deleteAfterSeconds: day },
  notice: {
    retryLimit: 30,
    retryBackoff: true,
    retryDelay: 15,
    retryDelayMax: 3600,
    deleteAfterSeconds: day,
  },
  tell: { retryLimit: 30, retryBackoff: true, retryDelay: 15, retryDelayMax: 3600, deleteAfterSeconds: day },
  'contact-notice': {
    retryLimit: 30,
    retryBackoff: true,
    retryDelay: 15,
    retryDelayMax: 3600,
    deleteAfterSeconds: day,
  },
  'member-notice': {
    retryLimit: 30,
    retryBackoff: true,
    retryDelay: 15,
    retryDelayMax: 3600,
    deleteAfterSeconds: day,
  },
  sweep: timed,
  'end-blocks': timed,
  overdue: timed,
  'expire-passwords': timed,
  seal: timed,
  prune: timed,
  'sweep-files': timed,
  watch: timed,
  reconcile: timed,
}
type QueueName = keyof typeof queues

/** The payload is an id and nothing else: no secret can be queued. */
interface Job {
  id: string
}

interface Many {
  workers: number
  batch: number
}

export interface Queue {
  /** Within the transaction that commits the reason for it, or at once. */
  send(tx: Db | undefined, name: QueueName, job: Job, afterSeconds: number): Promise<void>
  /** Up to `workers` times `batch` jobs at once on this node; those of a batch succeed or are repeated together. */
  work(name: QueueName, run: (job: Job) => Promise<void>, many?: Many): Promise<void>
  every(name: QueueName, cron: string): Promise<void>
  stop(): Promise<void>
}

const quiet = { monitorVacuum: false, reindex: false } as const
const engineOf = (engine: QueueEngine) =>
  'lite' in engine
    ? { db: fromPglite(engine.lite), backend: 'pglite' as const }
    : { connectionString: engine.url }

/** Creates pg-boss's own tables and our queues as the owner; the service later works without those rights. */
export async function prepareQueue(engine: QueueEngine): Promise<void> {
  const boss = new PgBoss({ ...engineOf(engine), ...quiet, supervise: false, schedule: false, max: 2 })
  boss.on('error', () => {})
  await boss.start()
  for (const [name, options] of Object.entries(queues)) {
    if (await boss.getQueue(name)) await boss.updateQueue(name, options)
    else await boss.createQueue(name, options)
  }
  await boss.stop({ graceful: false })
}

export async function openQueue(
  engine: QueueEngine,
  works: boolean,
  onError: (error: Error) => void,
): Promise<Queue> {
  const boss = new PgBoss({
    ...engineOf(engine),
    ...quiet,
    migrate: false,
    createSchema: false,
    supervise: works,
    schedule: works,
    max: 4,
    ...('url' in engine ? { options: '-c role=mci_app', application_name: 'mci-queue' } : {}),
  })
  boss.on('error', onError)
  await boss.start()
  return {
    async send(tx, name, job, afterSeconds) {
      await boss.send(name, job, {
        ...(tx ? { db: fromDrizzle(tx as never, sql as never) } : {}),
        ...(afterSeconds > 0 ? { startAfter: afterSeconds } : {}),
      })
    },
    async work(name, run, { workers, batch } = { workers: 1, batch: 1 }) {
      // A full batch means that there is more: the next one follows without a pause.
      const pace = { pollingIntervalSeconds: 1, burstWhenBatchFull: true }
      await boss.work<Job>(name, { ...pace, localConcurrency: workers, batchSize: batch }, async jobs => {
        const ends = await Promise.allSettled(jobs.map(job => run(job.data)))
        const failed = ends.find(end => end.status === 'rejected')
        if (failed) throw failed.reason
      })
    },
    async every(name, cron) {
      await boss.schedule(name, cron, { id: '' })
    },
    stop: () => boss.stop({ graceful: true, timeout: 8000 }),
  }
}
