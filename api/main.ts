import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { ConfigProblem, loadConfig } from './config.ts'
import { type Context, createContext } from './context.ts'
import { DatabaseProblem } from './db/open.ts'
import { demoFolder } from './demo/folder.ts'
import { seedDemo } from './demo/seed.ts'
import { openWatch } from './doctor/watch.ts'
import { openFigures } from './figures.ts'
import { InstitutionError } from './institution/problem.ts'
import { startJobs } from './jobs.ts'
import { openLog } from './log.ts'
import { mailKeys } from './mail/es-mx/words.ts'
import { openManagement } from './management.ts'
import { pageKeys } from './pages.ts'
import { createServer } from './server.ts'

const demo = process.argv.includes('--demo')
/** Whoever stops us waits ten seconds; an act that is unfinished then is taken up by its lease. */
const leaveWithin = 9000

async function main() {
  const config = loadConfig(process.env, demo ? 'demo' : 'start')
  const log = openLog(config)
  const folder = demo && !config.databaseUrl ? demoFolder(config.dataDir) : undefined
  const knownTexts = [...(await pageKeys()), ...mailKeys]
  const ctx = await createContext(config, log, { knownTexts, ...(folder ? { folder: folder.path } : {}) })
  if (demo) await seedDemo(ctx)
  const watch = await openWatch(ctx)
  const figures = openFigures(ctx, watch)
  const management = await openManagement(ctx, figures, watch)
  const app = config.work === 'only' ? undefined : await createServer(ctx, figures)
  if (app) await listen(app, ctx)
  await startJobs(ctx)
  closeWithGrace({ delay: 10_000, logger: { error: () => {} } }, async ({ err }) => {
    if (err) log.fatal({ err }, 'stopped by an error')
    management.leave()
    watch.stop()
    const left = (async () => {
      await app?.close()
      await ctx.close()
      await management.close()
    })()
    await Promise.race([left, sleep(leaveWithin)])
    folder?.remove()
  })
  management.enter()
  log.info({ managementPort: management.port }, 'management')
  const url = app ? ctx.publicUrl : `http://localhost:${management.port}/readyz`
  process.stdout.write(`ready ${url}\n`)
}

async function listen(app: Awaited<ReturnType<typeof createServer>>, ctx: Context): Promise<void> {
  const { port, host, publicUrl } = ctx.config
  await app.ready()
  const url = await app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigProblem(`PORT: ${port} cannot be used on ${host} (${error.code})`)
  })
  if (!publicUrl) ctx.publicUrl = url.replace('127.0.0.1', 'localhost')
}

/** One line for an operator, with the setting that is to mend; whatever nobody foresaw keeps its stack. */
function told(error: unknown): string {
  if (error instanceof InstitutionError) return error.message.replace(/^/gm, 'INSTITUTION: ')
  const foreseen = error instanceof ConfigProblem || error instanceof DatabaseProblem
  return foreseen ? error.message : ((error as Error).stack ?? String(error))
}

main().catch((error: unknown) => {
  process.stderr.write(`${told(error)}\n`)
  process.exit(1)
})
