import { typed, type Voice } from '../command.ts'
import type { Context } from '../context.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import { type Adoption, adopt } from './adopt.ts'
import { adoptText, reportOf } from './report.ts'

type Exit = 0 | 1 | 2 | 3
/** What every visit would come to after this adoption; it stands above the accounts, so it is handed in. */
type Rehearse = (
  ctx: Context,
  adoptions: readonly Adoption[],
  progress: (people: number) => void,
) => Promise<{ person: string; name: string; expect: string }[]>

const USAGE = `uso: mci accounts adopt [--simulate] [--json]
por ejemplo: mci accounts adopt --simulate
`
const system = { as: 'system', channel: 'system' } as const

/** `mci accounts adopt …`, called with what follows. Exit code: 0 done, 1 failed, 2 wrong use, 3 staff have to decide something. */
export async function accountsAdopt(
  argv: string[],
  io: Voice,
  open: (work: (ctx: Context) => Promise<Exit>) => Promise<Exit>,
  rehearse: Rehearse,
): Promise<Exit> {
  const wish = read(argv)
  if (!wish) {
    io.stderr.write(USAGE)
    return 2
  }
  const { simulate, json } = wish
  return open(async ctx => {
    try {
      const told = tellOn(io.stderr)
      const adoptions = await adopt(ctx, system, {
        simulate,
        progress: (what, count) => told(what === 'read' ? 'leídas' : 'enlazadas', count),
      })
      const visits = simulate ? await rehearse(ctx, adoptions, count => told('personas', count)) : undefined
      const report = reportOf(adoptions, simulate, visits)
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : adoptText(report))
      return report.ambiguous + report.proposed > 0 ? 3 : 0
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) throw error
      io.stderr.write(
        `El directorio no respondió (${error.code}). Lo enlazado hasta aquí queda; repita la orden.\n`,
      )
      return 1
    }
  })
}

const read = (argv: string[]) =>
  typed({
    args: argv,
    options: {
      simulate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })?.values

/** A line each five seconds. */
function tellOn(stderr: NodeJS.WritableStream): (what: string, count: number) => void {
  let last = performance.now()
  return (what, count) => {
    if (performance.now() - last < 5000) return
    last = performance.now()
    stderr.write(`${count.toLocaleString('es-MX')} ${what}\n`)
  }
}
