import closeWithGrace from 'close-with-grace'
import { ConfigProblem, loadConfig } from './config.ts'
import { createContext } from './context.ts'
import { DatabaseProblem } from './db/open.ts'
import { demoFolder } from './demo/folder.ts'
import { seedDemo } from './demo/seed.ts'
import { InstitutionError } from './institution/problem.ts'
import { startJobs } from './jobs.ts'
import { openLog } from './log.ts'
import { openManagement } from './management.ts'
import { createServer } from './server.ts'

const demo = process.argv.includes('--demo')

async function main() {
  const config = loadConfig(process.env, demo ? 'demo' : 'start')
  const log = openLog(config)
  const folder = demo && !config.databaseUrl ? demoFolder(config.dataDir) : undefined
  const ctx = await createContext(config, log, folder ? { folder: folder.path } : {})
  if (demo) await seedDemo(ctx)
  const management = await openManagement(ctx)
  const app = config.work === 'only' ? undefined : await createServer(ctx)
  const url = await app?.listen({ port: config.port, host: config.host })
  if (url && !config.publicUrl) ctx.publicUrl = url.replace('127.0.0.1', 'localhost')
  await startJobs(ctx)
  closeWithGrace({ delay: 10_000, logger: { error: () => {} } }, async ({ err }) => {
    if (err) log.fatal({ err }, 'stopped by an error')
    management.leave()
    await app?.close()
    await ctx.close()
    await management.close()
    folder?.remove()
  })
  log.info({ managementPort: management.port }, 'management')
  process.stdout.write(
    `ready ${config.work === 'only' ? `http://localhost:${management.port}/readyz` : ctx.publicUrl}\n`,
  )
}

main().catch((error: unknown) => {
  const expected = [ConfigProblem, DatabaseProblem, InstitutionError].some(kind => error instanceof kind)
  process.stderr.write(`${expected ? (error as Error).message : ((error as Error).stack ?? error)}\n`)
  process.exit(1)
})
