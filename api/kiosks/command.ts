import { typed, type Voice } from '../command.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { addKiosk } from './add.ts'
import { type KioskListed, listKiosks } from './list.ts'
import { setKiosk } from './set.ts'

interface Wish {
  act: 'add' | 'off' | 'on' | 'list'
  name: string
  json: boolean
}

const USAGE = `uso: mci kiosks add|off|on NOMBRE [--json]
     mci kiosks list [--json]
por ejemplo: mci kiosks add "Entrada principal"
`
const ACTS = ['add', 'off', 'on', 'list']
const system = { as: 'system', channel: 'system' } as const

/** `mci kiosks …`, called with what follows. Exit code: 0 done, 1 failed, 2 wrong use. */
export async function kiosks(
  argv: string[],
  io: Voice,
  open: (work: (ctx: Context) => Promise<0 | 1>) => Promise<0 | 1 | 2 | 3>,
): Promise<0 | 1 | 2 | 3> {
  const wish = read(argv)
  if (!wish) {
    io.stderr.write(USAGE)
    return 2
  }
  return open(async ctx => {
    try {
      const { told, text } = await done(ctx, wish)
      io.stdout.write(wish.json ? `${JSON.stringify(told)}\n` : text)
      if (wish.act === 'add' && !ctx.config.publicUrl)
        io.stderr.write(
          `Falta PUBLIC_URL: la dirección dice ${ctx.publicUrl}; cámbiela por la de su servicio.\n`,
        )
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      io.stderr.write(`${sentence(error, wish.name)}\n`)
      return 1
    }
  })
}

function read(argv: string[]): Wish | undefined {
  const options = { json: { type: 'boolean', default: false } } as const
  const given = typed({ args: argv, allowPositionals: true, options })
  if (!given) return undefined
  const [act = '', name = '', ...more] = given.positionals
  const right = ACTS.includes(act) && more.length === 0 && (act === 'list') === (name === '')
  return right ? { act: act as Wish['act'], name, json: given.values.json } : undefined
}

async function done(ctx: Context, { act, name }: Wish): Promise<{ told: unknown; text: string }> {
  if (act === 'list') {
    const told = await listKiosks(ctx)
    return { told, text: told.map(line).join('') || 'No hay quioscos.\n' }
  }
  if (act === 'add') {
    const { address } = await addKiosk(ctx, system, name)
    const text = `Abra esta dirección en el quiosco «${name}»; no se vuelve a mostrar:\n${address}\n`
    return { told: { name, address }, text }
  }
  await setKiosk(ctx, system, name, act)
  return {
    told: { name, state: act },
    text: `El quiosco «${name}» está ${act === 'off' ? 'apagado' : 'encendido'}.\n`,
  }
}

const line = ({ name, state, seenAt }: KioskListed) =>
  `${state === 'off' ? 'apagado  ' : 'encendido'}  ${seenAt ?? 'sin estrenar            '}  ${name}\n`

function sentence({ code }: Refusal, name: string): string {
  if (code === 'kiosk-exists')
    return `El quiosco «${name}» ya existe y está encendido. Para darle otra dirección, apáguelo antes.`
  if (code === 'not-found') return `No hay ningún quiosco «${name}». Los hay en: mci kiosks list`
  return 'El nombre lleva 60 letras, números, espacios, puntos o guiones a lo más.'
}
