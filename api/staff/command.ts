import { eq } from 'drizzle-orm'
import { typed, type Voice } from '../command.ts'
import type { Context } from '../context.ts'
import { member } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { addMember, listed, listMembers } from './members.ts'
import { canonicalLogin } from './password.ts'
import { setMember } from './set-member.ts'

interface Wish {
  act: 'add' | 'off' | 'on' | 'list'
  login: string
  name: string
  roles: string[]
  units: string[]
  json: boolean
}

const USAGE = `uso: mci members add CORREO --name NOMBRE --role FUNCIÓN[,FUNCIÓN] [--unit UNIDAD[,UNIDAD]] [--json]
     mci members off|on CORREO [--json]
     mci members list [--json]
funciones: helpdesk, operator, supervisor, auditor, admin, liaison, intake, director
unidades: level:Primaria, municipality:Colima, domain:ejemplo.mx, centre:06DPR0104X o solo la CCT; sin ellas, todas
por ejemplo: mci members add lidia@ejemplo.mx --name "Lidia Pérez" --role operator --unit level:Primaria
`
const ACTS = ['add', 'off', 'on', 'list']
const system = { as: 'system', channel: 'system' } as const

/** `mci members …`, called with what follows. Exit code: 0 done, 1 failed, 2 wrong use. */
export async function members(
  argv: string[],
  io: Voice,
  open: (work: (ctx: Context) => Promise<0 | 1 | 2>) => Promise<0 | 1 | 2 | 3>,
  /** Throws where the service's own key is not known here: what is sealed under another is worth nothing. */
  needKey: () => void,
): Promise<0 | 1 | 2 | 3> {
  const wish = read(argv)
  if (!wish) {
    io.stderr.write(USAGE)
    return 2
  }
  if (wish.act === 'add') needKey()
  return open(async ctx => {
    try {
      const { told, text } = await done(ctx, wish)
      io.stdout.write(wish.json ? `${JSON.stringify(told)}\n` : text)
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      io.stderr.write(sentence(error, wish.login))
      return error.code === 'malformed' ? 2 : 1
    }
  })
}

const parts = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

function read(argv: string[]): Wish | undefined {
  const text = { type: 'string' } as const
  const options = { json: { type: 'boolean', default: false }, name: text, role: text, unit: text } as const
  const given = typed({ args: argv, allowPositionals: true, options })
  if (!given) return undefined
  const [act = '', login = '', ...more] = given.positionals
  const { json, name = '', role, unit } = given.values
  const adds = act === 'add'
  const named = name.trim() !== '' && name.length <= 200 && parts(role).length > 0
  const told = name !== '' || role !== undefined || unit !== undefined
  if (!ACTS.includes(act) || more.length > 0 || (act === 'list') !== (login === '')) return undefined
  if (adds ? !named : told) return undefined
  return { act: act as Wish['act'], login, name, roles: parts(role), units: parts(unit), json }
}

async function done(ctx: Context, wish: Wish): Promise<{ told: unknown; text: string }> {
  if (wish.act === 'list') {
    const told = await listMembers(ctx.db)
    return { told, text: told.map(line).join('') || 'No hay personal con acceso.\n' }
  }
  if (wish.act === 'add') return added(ctx, wish)
  const { off, ...told } = await switched(ctx, wish)
  return {
    told: { login: told.login, off },
    text: `${told.name} (${told.login}) ${off ? 'ya no tiene' : 'tiene'} acceso.\n`,
  }
}

async function added(ctx: Context, { login, name, roles, units }: Wish) {
  const made = await addMember(ctx, system, { login, name, roles, units, enrolled: true, own: true })
  const { password, totpSecret } = made
  const told = { id: made.id, login: made.login, name: made.name, roles: made.roles, units: made.units }
  const secrets = [
    ...(password === null ? [] : [`Contraseña: ${password}\n`]),
    ...(totpSecret === null ? [] : [`Clave para la aplicación de códigos: ${totpSecret}\n`]),
  ]
  const text = `${made.name} (${made.login}) tiene acceso. Esto no se vuelve a mostrar:\n${secrets.join('')}`
  return { told: { ...told, password, totpSecret }, text }
}

async function switched(ctx: Context, wish: Wish) {
  const of = eq(member.login, canonicalLogin(wish.login))
  const [found] = await ctx.db.select({ id: member.id }).from(member).where(of)
  if (!found) throw new Refusal('not-found', 404)
  const { id, name, roles, units } = await listed(ctx.db, found.id)
  return setMember(ctx, system, undefined, { id, name, roles, units, off: wish.act === 'off' })
}

const line = ({ login, name, roles, units, off }: Awaited<ReturnType<typeof listed>>) =>
  `${off ? 'sin acceso' : 'con acceso'}  ${login}  ${name}  ${roles.join(',')}  ${units.join(',') || 'todas las unidades'}\n`

function sentence({ code, more }: Refusal, login: string): string {
  if (code === 'member-exists') return `«${login}» ya tiene acceso. Lo hay en: mci members list\n`
  if (code === 'not-found') return `Nadie del personal entra con «${login}». Lo hay en: mci members list\n`
  if (code === 'last-admin') return 'Es la única persona que administra: dé antes esa función a otra.\n'
  const [field] = (more.fields ?? []) as { name: string; code: string }[]
  if (field?.code === 'centre-missing')
    return `La dirección de un centro necesita su CCT en --unit.\n${USAGE}`
  const words: Record<string, string> = { login: 'el correo', roles: 'las funciones', units: 'las unidades' }
  return `Revise ${words[field?.name ?? ''] ?? 'lo que escribió'}.\n${USAGE}`
}
