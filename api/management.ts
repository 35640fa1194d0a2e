import { createServer, type Server } from 'node:http'
import { sql } from 'drizzle-orm'
import client from 'prom-client'
import type { Context } from './context.ts'
import { rows } from './db/open.ts'

export interface Management {
  port: number
  /** From now on `/readyz` says no. */
  leave(): void
  close(): Promise<void>
}

/** Probes and figures on a port of their own; no name, folio or address stands in any label. */
export async function openManagement(ctx: Context): Promise<Management> {
  let ready = true
  const register = figures(ctx)
  const server = createServer(async (request, response) => {
    const answer = await reply(request.url ?? '', ctx, register, () => ready).catch(() => ({
      status: 503,
      body: 'fail\n',
    }))
    response.writeHead(answer.status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    })
    response.end(answer.body)
  })
  await listen(server, ctx)
  const { port } = server.address() as { port: number }
  return {
    port,
    leave() {
      ready = false
    },
    close: () => new Promise(done => void server.close(() => done())),
  }
}

async function reply(path: string, ctx: Context, register: client.Registry, isReady: () => boolean) {
  if (path === '/healthz') return { status: 200, body: 'ok\n' }
  if (path === '/metrics') return { status: 200, body: await register.metrics() }
  if (path !== '/readyz') return { status: 404, body: 'not found\n' }
  if (!isReady()) return { status: 503, body: 'fail\n' }
  await ctx.db.execute(sql`select 1`)
  return { status: 200, body: 'ok\n' }
}

function figures(ctx: Context): client.Registry {
  const register = new client.Registry()
  client.collectDefaultMetrics({ register })
  new client.Gauge({
    name: 'mci_movimientos_total',
    help: 'Movements by kind and state.',
    labelNames: ['tipo', 'resultado'],
    registers: [register],
    async collect() {
      this.reset()
      const found = await rows<{ kind: string; state: string; n: number }>(
        ctx.db,
        sql`select kind, state, count(*)::int as n from movement group by kind, state`,
      )
      for (const { kind, state, n } of found) this.set({ tipo: kind, resultado: state }, n)
    },
  })
  return register
}

/** The demo takes a free port where the usual one is in use; production says so and stops. */
function listen(server: Server, ctx: Context): Promise<void> {
  const { managementPort: port, host, mode } = ctx.config
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && mode === 'demo') server.listen(0, host)
      else fail(new Error(`MANAGEMENT_PORT: ${port} cannot be used (${error.code})`))
    })
    server.once('listening', () => done())
    server.listen(port, host)
  })
}
