import type { Context } from '../context.ts'
import type { Role as StaffRole } from '../roles.ts'
import { addMember } from '../staff/members.ts'
import type { Cast, Role } from './cast.ts'

interface Shown {
  login: string
  password: string
  totpSecret: string
  roles: string[]
}

const system = { as: 'system', channel: 'system' } as const
const headers = 'cct,nombre,nivel,turno,municipio,curp_director,correo,telefono,estatus'

/** Who vouches in person, and the centre whose staff has somebody to be vouched for. */
function directed(cast: readonly Cast[]): { director: Role; centre: Role } | undefined {
  const workers = cast.filter(({ roles: [{ profile }] }) => profile === 'worker')
  const among = workers.length > 1 ? workers : cast
  const centre = among.find(({ expect }) => expect === 'no-alternate-email')?.roles[0]
  const director = among.find(
    ({ expect, roles: [{ who }] }) => expect === 'reset' && who.cct !== centre?.who.cct,
  )
  return centre && director ? { director: director.roles[0], centre } : undefined
}

/** The catalogue: every centre where somebody works or studies; one of them has its director among the people. */
export function centresOf(cast: readonly Cast[]): string {
  const led = directed(cast)
  const codes = [...new Set(cast.flatMap(({ roles }) => roles.map(({ who }) => who.cct)))].sort()
  const lines = codes.map((cct, n) => {
    const school = cct.slice(2, 5) === 'DPR'
    const director = led && led.centre.who.cct === cct ? led.director.who.curp : ''
    const name = school ? `Escuela Primaria ${n + 1}` : `Oficina ${n + 1}`
    const level = school ? 'Primaria' : 'Administración'
    return [
      cct,
      name,
      level,
      'MATUTINO',
      'Colima',
      director,
      `centro${n + 1}@buzon-alterno.example`,
      '',
      'activo',
    ].join(',')
  })
  return [headers, ...lines].join('\n')
}

const staff: [login: string, name: string, role: StaffRole][] = [
  ['mesa', 'Marcela Ayala', 'helpdesk'],
  ['operacion', 'Óscar Peralta', 'operator'],
  ['jefatura', 'Julia Jiménez', 'supervisor'],
  ['auditoria', 'Aurelio Duarte', 'auditor'],
  ['administracion', 'Amalia Medina', 'admin'],
  ['enlace', 'Elías Lara', 'liaison'],
  ['recepcion', 'Rebeca Cepeda', 'intake'],
  ['direccion', 'Diana Rentería', 'director'],
]

/** Somebody of the staff for every role, as `mci members add` makes them. */
export async function seedStaff(ctx: Context, cast: readonly Cast[]): Promise<Shown[]> {
  const led = directed(cast)
  const units: Partial<Record<StaffRole, string[]>> = {
    liaison: ['level:Primaria'],
    director: led ? [`centre:${led.centre.who.cct}`] : [],
  }
  const shown: Shown[] = []
  for (const [login, name, role] of staff) {
    const leads = role === 'director'
    if (leads && !led) continue
    const { password, totpSecret, ...made } = await addMember(ctx, system, {
      ...{
        login: `${login}@demostracion.example`,
        roles: [role],
        units: units[role] ?? [],
        enrolled: true,
        own: true,
      },
      ...(leads && led ? { curp: led.director.who.curp } : {}),
      name: leads && led ? `${led.director.who.given} ${led.director.who.surname1}` : name,
    })
    shown.push({ login: made.login, password: password ?? '', totpSecret: totpSecret ?? '', roles: [role] })
  }
  return shown
}
