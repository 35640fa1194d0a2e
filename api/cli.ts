import { accountsAdopt } from './adoption/command.ts'
import type { Io } from './command.ts'
import { ConfigProblem, loadConfig, settings, shownConfig } from './config.ts'
import { type Context, createContext } from './context.ts'
import { DatabaseProblem } from './db/open.ts'
import { doctor } from './doctor/command.ts'
import { InstitutionError } from './institution/problem.ts'
import { definitions } from './jobs.ts'
import { kiosks } from './kiosks/command.ts'
import { openLog } from './log.ts'
import { verifyMovements } from './movements/seal.ts'
import { tasks } from './movements/task-command.ts'
import { rosterImport } from './roster/command.ts'
import { members } from './staff/command.ts'
import { rehearse } from './visits/rehearse.ts'

/** 0 done, 1 failed, 2 wrong use, 3 done in part. */
type Exit = 0 | 1 | 2 | 3

interface Verb {
  words: string[]
  about: string
  example: string
  run(args: string[], io: Io): Promise<Exit>
}

/** The operator's verbs, with an example each. */
const verbs: Verb[] = [
  {
    words: ['roster', 'import'],
    about: 'carga un padrón de personas trabajadoras, estudiantes o centros',
    example: 'mci roster import workers padron.xlsx --simulate',
    run: (args, io) =>
      withContext(ctx => {
        const institution = { ...ctx.institution, allowReserved: false }
        return rosterImport(args, io, { db: ctx.db, institution })
      }),
  },
  {
    words: ['accounts', 'adopt'],
    about: 'enlaza lo que ya hay en los directorios; con --simulate solo ensaya y predice cada visita',
    example: 'mci accounts adopt --simulate',
    run: (args, io) => accountsAdopt(args, io, withContext, rehearse),
  },
  {
    words: ['kiosks'],
    about: 'da nombre a un quiosco, lo apaga, lo enciende (add, off, on NOMBRE) o los lista (list)',
    example: 'mci kiosks add "Entrada principal"',
    run: (args, io) => kiosks(args, io, withContext),
  },
  {
    words: ['members'],
    about:
      'da acceso al personal y muestra una sola vez con qué entra (add), lo quita, lo devuelve (off, on) o lo lista (list)',
    example: 'mci members add lidia@ejemplo.mx --name "Lidia Pérez" --role operator --unit level:Primaria',
    run: (args, io) =>
      members(args, io, withContext, () => needKey('the second factor of the staff is sealed')),
  },
  {
    words: ['tasks'],
    about:
      'muestra lo que una persona debe hacer a mano (list), y recibe que se hizo o no se pudo (done, not-done)',
    example: 'mci tasks done M-2026-7KQ2XF --note "hecho en la consola"',
    run: (args, io) => tasks(args, { ...io, stdin: process.stdin }, definitions, withContext),
  },
  {
    words: ['doctor'],
    about:
      'prueba todo lo que la configuración necesita de fuera, con una cuenta que vuelve a quitar, y dice qué falta',
    example: 'mci doctor --test-recipient yo@example.mx',
    run: (args, io) => doctor(args, io, process.env),
  },
  {
    words: ['movements', 'verify'],
    about: 'recorre la cadena de la bitácora y nombra cada renglón alterado o faltante',
    example: 'mci movements verify',
    run: verify,
  },
  {
    words: ['config'],
    about: 'muestra los ajustes en vigor, sin los secretos',
    example: 'mci config',
    run: showConfig,
  },
]

async function withContext(work: (ctx: Context) => Promise<Exit>): Promise<Exit> {
  const config = loadConfig(process.env, 'command')
  const ctx = await createContext(config, openLog({ ...config, logLevel: 'silent' }))
  try {
    return await work(ctx)
  } finally {
    await ctx.close()
  }
}

function needKey(why: string): void {
  if (!process.env.SECRET_KEY && !process.env.SECRET_KEY_FILE)
    throw new ConfigProblem(`SECRET_KEY: is missing: ${why} with it`)
}

/** Without the key of the seals nothing can be verified: that is a wrong use, not a broken chain. */
function verify(args: string[], io: Io): Promise<Exit> {
  needKey('the seals of the bitácora are verified')
  return withContext(async ctx => {
    const { sealed, broken } = await verifyMovements(ctx)
    if (args.includes('--json')) io.stdout.write(`${JSON.stringify({ sealed, broken })}\n`)
    else
      io.stdout.write(
        `${sealed} sucesos sellados, ${broken.length} con problema\n${broken.map(told).join('')}`,
      )
    return broken.length === 0 ? 0 : 1
  })
}

const told = ({ event, what }: { event: number; what: string }) =>
  `suceso ${event}: ${what === 'missing' ? 'ya no está' : 'no es el que se selló'}\n`

async function showConfig(args: string[], io: Io): Promise<Exit> {
  const shown = shownConfig(loadConfig(process.env, 'command'))
  if (args.includes('--json')) io.stdout.write(`${JSON.stringify(shown)}\n`)
  else io.stdout.write(settings.map(({ name }) => `${name}=${shown[name]}\n`).join(''))
  return 0
}

const help = () =>
  verbs.map(({ words, about, example }) => `mci ${words.join(' ')}: ${about}\n    ${example}\n`).join('')

async function main(argv: string[], io: Io): Promise<Exit> {
  const verb = verbs.find(({ words }) => words.every((word, at) => argv[at] === word))
  if (verb) return verb.run(argv.slice(verb.words.length), io)
  if (argv[0] === '--help' || argv[0] === 'help') {
    io.stdout.write(help())
    return 0
  }
  io.stderr.write(
    `${argv.length === 0 ? 'Falta el verbo.' : `mci no conoce «${argv.join(' ')}».`}\n${help()}`,
  )
  return 2
}

main(process.argv.slice(2), process)
  .then(exit => {
    process.exitCode = exit
  })
  .catch((error: unknown) => {
    const expected = [ConfigProblem, DatabaseProblem, InstitutionError].some(kind => error instanceof kind)
    process.stderr.write(`${expected ? (error as Error).message : ((error as Error).stack ?? error)}\n`)
    process.exitCode = 1
  })
