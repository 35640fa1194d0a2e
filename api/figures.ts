import { sql } from 'drizzle-orm'
import client from 'prom-client'
import type { Context } from './context.ts'
import { rows } from './db/open.ts'
import type { Watch } from './doctor/watch.ts'
import { overdueMinutes } from './movements/overdue.ts'
import { stillLive } from './movements/state.ts'

export interface Figures {
  /** All figures in Prometheus' text format. Those of the database are left out while it is away. */
  text(): Promise<string>
  /** A reply went out: by the route's pattern, never by what stood in the path. */
  answered(reply: { method: string; route: string; status: number; seconds: number }): void
}

/** What is counted; no name, folio or address stands in any label. */
export function openFigures(ctx: Context, watch: Watch): Figures {
  const register = new client.Registry()
  client.collectDefaultMetrics({ register })
  const replies = new client.Histogram({
    name: 'mci_http_segundos',
    help: 'Seconds to a reply, by method, pattern of the route and status.',
    labelNames: ['metodo', 'ruta', 'estado'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [register],
  })
  const movements = new client.Gauge({
    name: 'mci_movimientos_total',
    help: 'Movements by kind and state.',
    labelNames: ['tipo', 'resultado'],
    registers: [register],
  })
  const mails = new client.Gauge({
    name: 'mci_correo_en_cola',
    help: 'Movements whose mail was not accepted yet.',
    registers: [register],
  })
  const overdue = new client.Gauge({
    name: 'mci_movimientos_vencidos',
    help: 'Movements that are not over after fifteen minutes.',
    registers: [register],
  })
  new client.Gauge({
    name: 'mci_proveedor_listo',
    help: '1 while a directory, another system or the mail server is well, by its name in the settings.',
    labelNames: ['proveedor'],
    registers: [register],
    collect() {
      for (const [subject, fault] of watch.faults()) this.set({ proveedor: subject }, fault ? 0 : 1)
    },
  })
  return {
    async text() {
      await Promise.all([count(ctx, movements, mails), countOverdue(ctx, overdue)]).catch(() => {
        for (const gauge of [movements, mails, overdue]) gauge.reset()
      })
      return register.metrics()
    },
    answered: ({ method, route, status, seconds }) =>
      replies.observe({ metodo: method, ruta: route, estado: status }, seconds),
  }
}

type Gauge = client.Gauge

async function count(ctx: Context, movements: Gauge, mails: Gauge): Promise<void> {
  const found = await rows<{ kind: string; state: string; n: number }>(
    ctx.db,
    sql`select kind, state, count(*)::int as n from movement group by kind, state`,
  )
  movements.reset()
  for (const { kind, state, n } of found) movements.set({ tipo: kind, resultado: state }, n)
  mails.set(found.filter(({ state }) => state === 'delivering').reduce((sum, { n }) => sum + n, 0))
}

async function countOverdue(ctx: Context, overdue: Gauge): Promise<void> {
  const [late] = await rows<{ n: number }>(
    ctx.db,
    sql`select count(*)::int as n from movement where ${stillLive()}
          and intended_at < now() - make_interval(mins => ${overdueMinutes})`,
  )
  overdue.set(late?.n ?? 0)
}
