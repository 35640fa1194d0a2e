import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { ConfigProblem } from './config.ts'
import type { Context } from './context.ts'
import type { Watch } from './doctor/watch.ts'
import type { Figures } from './figures.ts'

export interface Management {
  port: number
  /** From now on `/readyz` says yes while the database and what the service leans on are well. */
  enter(): void
  /** From now on `/readyz` says no. */
  leave(): void
  close(): Promise<void>
}

const yes = { status: 200, body: 'ok\n' }
const no = { status: 503, body: 'fail\n' }
/** A probe that asks is told before it gives up. */
const patience = 1000

/** Probes and figures on a port of their own. */
export async function openManagement(ctx: Context, figures: Figures, watch: Watch): Promise<Management> {
  let ready = false
  const server = createServer(async (request, response) => {
    const { status, body } = await reply(request.url ?? '', ctx, figures, watch, () => ready).catch(() => no)
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    response.end(body)
  })
  await listen(server, ctx)
  const { port } = server.address() as { port: number }
  return {
    port,
    enter() {
      ready = true
    },
    leave() {
      ready = false
    },
    async close() {
      const closed = new Promise(done => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

async function reply(path: string, ctx: Context, figures: Figures, watch: Watch, isReady: () => boolean) {
  if (path === '/healthz') return yes
  if (path === '/metrics') return { status: 200, body: await figures.text() }
  if (path !== '/readyz') return { status: 404, body: 'not found\n' }
  if (!isReady()) return no
  const away = { ...no, body: 'fail\nDATABASE_URL: no contesta\n' }
  const asked = ctx.db.execute(sql`select 1`).then(
    () => leaningOn(watch),
    () => away,
  )
  return Promise.race([asked, sleep(patience, away, { ref: false })])
}

/** What the service leans on: everything well, or each subject that is not, a line each. */
function leaningOn(watch: Watch) {
  const faults = [...watch.faults()].flatMap(([subject, fault]) =>
    fault ? [`${subject}: ${fault.says}\n`] : [],
  )
  return faults.length === 0 ? yes : { ...no, body: `fail\n${faults.join('')}` }
}

/** The demo takes a free port where the usual one is in use; production says so and stops. */
function listen(server: Server, ctx: Context): Promise<void> {
  const { managementPort: port, host, mode } = ctx.config
  return new Promise((done, fail) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && mode === 'demo' && port !== 0) server.listen(0, host)
      else fail(new ConfigProblem(`MANAGEMENT_PORT: ${port} cannot be used on ${host} (${error.code})`))
    })
    server.once('listening', () => done())
    server.listen(port, host)
  })
}
