import { flushCompileCache } from 'node:module'
import { loadConfig } from '../../api/config.ts'
import { createContext } from '../../api/context.ts'
import { startJobs } from '../../api/jobs.ts'
import { openLog } from '../../api/log.ts'
import { createServer } from '../../api/server.ts'

/** One whole node for fault runs: the settings of production, a free port, and the hurry of `PACE` (JSON). */
const config = loadConfig(process.env, 'start')
const ctx = await createContext(config, openLog(config), { pace: JSON.parse(process.env.PACE ?? '{}') })
const app = await createServer(ctx)
const url = await app.listen({ port: 0, host: '127.0.0.1' })
await startJobs(ctx)
process.once('SIGTERM', async () => {
  await app.close()
  await ctx.close()
  process.exit(0)
})
process.stdout.write(`ready ${url}\n`)
flushCompileCache() // the next start is quicker; one that is killed keeps nothing by itself
