import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import type { Io } from '../command.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../refusal.ts'
import type { RosterKind } from './columns.ts'
import { loadRoster, type RosterAsk, type RosterInstitution, type RosterReport } from './load.ts'
import { progressOn, reportText } from './report.ts'

interface CommandContext {
  db: Db
  institution: RosterInstitution & { readonly timeZone: string }
}

const USAGE = `uso: mci roster import workers|students|centres ARCHIVO [--source NOMBRE] [--as-of AAAA-MM-DD] [--replace]
       [--confirm N] [--simulate] [--json]
por ejemplo: mci roster import workers padron.xlsx --simulate
`
const KINDS = new Set(['workers', 'students', 'centres'])

/** `mci roster import …`, called with what follows. Exit code: 0 done, 1 failed, 2 wrong use, 3 some rows refused. */
export async function rosterImport(argv: string[], io: Io, ctx: CommandContext): Promise<0 | 1 | 2 | 3> {
  let wish: { ask: RosterAsk; json: boolean }
  try {
    wish = read(argv, today(ctx.institution.timeZone))
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n${USAGE}`)
    return 2
  }
  const progress = progressOn(io.stderr)
  const ask = { ...wish.ask, progress: progress.show }
  try {
    const report = await loadConfirmed(ctx, ask, io, progress.end)
    progress.end()
    io.stdout.write(wish.json ? `${JSON.stringify(report)}\n` : reportText(report, ask))
    return report.refusedTotal > 0 ? 3 : 0
  } catch (error) {
    progress.end()
    io.stderr.write(`${sentence(error)}\n`)
    return 1
  }
}

function read(argv: string[], today: string): { ask: RosterAsk; json: boolean } {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      source: { type: 'string', default: 'principal' },
      'as-of': { type: 'string', default: today },
      confirm: { type: 'string' },
      replace: { type: 'boolean', default: false },
      simulate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [kind = '', file, more] = positionals
  const { 'as-of': asOf, confirm, replace, simulate, json } = values
  const source = values.source.trim()
  if (!KINDS.has(kind))
    throw new Error(`El padrón es workers, students o centres${kind && `, no «${kind}»`}.`)
  if (file === undefined || more !== undefined) throw new Error('Indique un archivo.')
  if (!/^[^\p{C}]{1,60}$/u.test(source)) throw new Error('--source: un nombre de 1 a 60 letras.')
  if (!isDay(asOf) || asOf > today) throw new Error('--as-of: un día como 2026-11-20, no posterior a hoy.')
  if (confirm !== undefined && !/^\d{1,9}$/.test(confirm))
    throw new Error('--confirm: cuántas personas deja inactivas la carga.')
  const number = confirm === undefined ? undefined : Number(confirm)
  const ask = { kind: kind as RosterKind, file, source, asOf, replace, simulate, confirm: number }
  return { ask: { ...ask, actor: 'system', channel: 'system' }, json }
}

const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text

/** The institution's day, `YYYY-MM-DD`. */
const today = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date())

/** A load that ends many asks a person at a terminal for the number, and runs again with it. */
async function loadConfirmed(
  ctx: CommandContext,
  ask: RosterAsk,
  io: Io,
  hush: () => void,
): Promise<RosterReport> {
  try {
    return await loadRoster(ctx, ask)
  } catch (error) {
    const mayAsk = io.stdin.isTTY && io.stderr.isTTY && ask.confirm === undefined
    if (!mayAsk || !(error instanceof Refusal) || error.code !== 'confirm-required') throw error
    hush()
    const terminal = createInterface({ input: io.stdin, output: io.stderr, terminal: false })
    const typed = await terminal.question(`${ending(error)} Escriba ese número para seguir: `)
    terminal.close()
    if (!/^\d+$/.test(typed.trim())) throw error
    return loadRoster(ctx, { ...ask, confirm: Number(typed) })
  }
}

const ending = ({ more }: Refusal) =>
  `Esta carga termina ${more.people} de los ${more.of} registros activos de la fuente, más de 5 %.`

function sentence(error: unknown): string {
  if (!(error instanceof Refusal)) return `No se pudo cargar: ${(error as Error).message}`
  if (error.code !== 'confirm-required') return String(error.more.reason ?? error.code)
  return `${ending(error)} No se cargó nada. Si es correcto, repita con --confirm ${error.more.people}`
}
