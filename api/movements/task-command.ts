import { text } from 'node:stream/consumers'
import { type Io, typed } from '../command.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import type { Definition } from './movement.ts'
import { endTask, openTasks, type Task } from './task.ts'

const USAGE = `uso: mci tasks list [--json]
     mci tasks done|not-done FOLIO [--provider NOMBRE] [--note TEXTO]
por ejemplo: mci tasks done M-2026-7KQ2XF --note "hecho en la consola"
Si el trámite entrega una contraseña temporal, escríbala en la entrada estándar:
     mci tasks done M-2026-7KQ2XF < contrasena.txt
`
const system = { as: 'system', channel: 'system' } as const

const sentences: Record<string, string> = {
  'not-found': 'Ese folio no tiene una tarea abierta. Las hay en: mci tasks list',
  'password-needed':
    'Este trámite entrega una contraseña temporal: escriba en la entrada estándar la que usted puso.',
  'password-short': 'La contraseña temporal lleva ocho caracteres o más.',
  'smtp-needed': 'La contraseña se envía desde aquí mismo: faltan SMTP_URL y MAIL_FROM, como en el servicio.',
  'mail-unreachable': 'El servidor de correo no contesta: la contraseña no llegaría. Intente más tarde.',
}

interface Wish {
  act: 'list' | 'done' | 'not-done'
  folio: string
  provider?: string
  note?: string
  json: boolean
}

/** `mci tasks …`, called with what follows. Exit code: 0 done, 1 failed, 2 wrong use. */
export async function tasks(
  argv: string[],
  io: Io,
  definitions: readonly Definition[],
  open: (work: (ctx: Context) => Promise<0 | 1>) => Promise<0 | 1 | 2 | 3>,
): Promise<0 | 1 | 2 | 3> {
  const wish = read(argv)
  if (!wish) {
    io.stderr.write(USAGE)
    return 2
  }
  return open(async ctx => {
    try {
      io.stdout.write(await done(ctx, io, definitions, wish))
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      io.stderr.write(`${sentences[error.code] ?? error.code}\n`)
      return 1
    }
  })
}

function read(argv: string[]): Wish | undefined {
  const given = typed({
    args: argv,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      provider: { type: 'string' },
      note: { type: 'string' },
    },
  })
  if (!given) return undefined
  const [act = '', folio = '', ...more] = given.positionals
  const right = ['list', 'done', 'not-done'].includes(act) && more.length === 0
  return right && (act === 'list') === (folio === '') ? ({ ...given.values, act, folio } as Wish) : undefined
}

async function done(ctx: Context, io: Io, definitions: readonly Definition[], wish: Wish): Promise<string> {
  const { act, folio, provider, note, json } = wish
  const open = await openTasks(ctx, definitions)
  if (act === 'list')
    return json ? `${JSON.stringify(open)}\n` : open.map(shown).join('\n') || 'No hay tareas abiertas.\n'
  const needed = open.some(one => one.folio === folio && one.needsPassword) && act === 'done'
  if (needed && !ctx.config.smtpUrl) throw new Refusal('smtp-needed', 409)
  const password = needed ? (await text(io.stdin)).replace(/\r?\n$/, '') : ''
  await endTask(ctx, system, definitions, {
    folio,
    how: act,
    ...(provider ? { provider } : {}),
    ...(note ? { note } : {}),
    ...(password ? { password } : {}),
  })
  return `El trámite ${folio} sigue su curso.\n`
}

const shown = ({ folio, provider, since, text, needsPassword }: Task) =>
  `${folio}  ${provider}  desde ${since}${needsPassword ? '  (entrega una contraseña temporal)' : ''}\n${text.replace(/^/gm, '    ')}\n`
