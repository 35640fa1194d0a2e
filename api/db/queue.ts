import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { fromDrizzle, fromPglite, PgBoss } from 'pg-boss'
import type { Db } from './open.ts'

/** What the queue runs on: the embedded database, or a server by its URL. */
export type QueueEngine = { lite: PGlite } | { url: string }

export const queues = ['movement', 'notice', 'sweep', 'expire-passwords', 'seal', 'prune'] as const
export type QueueName = (typeof queues)[number]

/** The payload is an id and nothing else: no secret can be queued. */
export interface Job {
  id: string
}

export interface Queue {
  /** Within the transaction that commits the reason for it, or at once. */
  send(tx: Db | undefined, name: QueueName, job: Job, afterSeconds: number): Promise<void>
  work(name: QueueName, run: (job: Job) => Promise<void>): Promise<void>
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
  for (const name of queues) {
    if (!(await boss.getQueue(name))) await boss.createQueue(name, { retryLimit: 5, retryBackoff: true })
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
    async work(name, run) {
      await boss.work<Job>(name, { batchSize: 1, pollingIntervalSeconds: 1 }, async ([job]) => {
        if (job) await run(job.data)
      })
    },
    async every(name, cron) {
      await boss.schedule(name, cron, { id: '' })
    },
    stop: () => boss.stop({ graceful: true, timeout: 8000 }),
  }
}
