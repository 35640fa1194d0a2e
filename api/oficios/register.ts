import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { when } from '../mail/when.ts'
import { maskAccount, maskName } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'
import { documentLine, headOf } from './compose.ts'
import { written } from './dates.ts'

interface Line {
  folio: string
  kind: string
  at: string
  address: string | null
  given: string | null
  surname1: string | null
  surname2: string | null
  oficio: string | null
}

const said: Record<string, string> = {
  'account-creation': 'Creación',
  'password-reset': 'Restablecimiento',
  'activation-key-issue': 'Clave de activación',
  'account-reassignment': 'Reasignación',
  'account-blocked': 'Bloqueo',
  'account-unblocked': 'Desbloqueo',
  'account-closure': 'Baja',
  'account-reopening': 'Reapertura',
}

const daysAtMost = 93
const linesAtMost = 1000

const columns = [
  { name: 'Núm.', share: 0.05 },
  { name: 'Fecha y hora', share: 0.13 },
  { name: 'Cuenta', share: 0.22, keys: true as const },
  { name: 'Persona', share: 0.18 },
  { name: 'Movimiento', share: 0.14 },
  { name: 'Oficio', share: 0.12 },
  { name: 'Firma', share: 0.16 },
]

interface Ask {
  code: string
  /** Days of the institution's calendar, both included. */
  from: string
  to: string
}

function assertStretch({ from, to }: Ask): void {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
  const refused = (name: string, code: string) => new Refusal('malformed', 400, { fields: [{ name, code }] })
  if (!(days >= 1)) throw refused('to', 'before-from')
  if (days > daysAtMost) throw refused('to', 'too-long')
}

const linesOf = (ctx: Context, member: Member, kinds: readonly string[], { from, to }: Ask) => {
  const { timeZone } = ctx.institution
  const listed = sql.join(
    kinds.map(kind => sql`${kind}`),
    sql`, `,
  )
  return rows<Line>(
    ctx.db,
    sql`select m.folio, m.kind, m.applied_at::text as at, m.oficio ->> 'number' as oficio, p.given, p.surname1, p.surname2,
          (select d.local || '@' || d.domain from address d where d.account_id = m.account_id
           order by d.role = 'primary' desc, d.id desc limit 1) as address
        from movement m left join person p on p.id = m.person_id
        where m.applied_at >= (${from}::date)::timestamp at time zone ${timeZone}
          and m.applied_at < (${to}::date + 1)::timestamp at time zone ${timeZone}
          and m.kind in (${listed}) and ${accountWithin(member, sql`m.account_id`)}
        order by m.applied_at, m.seq limit ${linesAtMost + 1}`,
  )
}

/**
 * A register to be printed and signed, a line a movement. Whoever may not unmask prints no whole name. Refusals:
 * `not-found`, `malformed`, `too-many-lines`.
 */
export async function drawRegister(ctx: Context, actor: Actor, member: Member, ask: Ask) {
  const { institution } = ctx
  const register = institution.letters.registers.find(({ code }) => code === ask.code)
  if (!register) throw new Refusal('not-found', 404)
  assertStretch(ask)
  const lines = await linesOf(ctx, member, register.kinds, ask)
  if (lines.length > linesAtMost) throw new Refusal('too-many-lines', 400)
  const whole = member.deeds.has('person.unmask')
  const nameOf = ({ given, surname1, surname2 }: Line) => {
    const name = { given: given ?? '', surname1: surname1 ?? '', surname2: surname2 ?? '' }
    return whole ? [name.given, name.surname1, name.surname2].filter(Boolean).join(' ') : maskName(name)
  }
  const accountOf = ({ address }: Line) => (!address || whole ? (address ?? '') : maskAccount(address))
  const table = lines.map((line, at) => [
    String(at + 1),
    when(new Date(line.at), institution.timeZone),
    accountOf(line),
    nameOf(line),
    `${said[line.kind] ?? line.kind}\n${line.folio}`,
    line.oficio ?? '',
    '',
  ])
  const stretch = `Del ${written(ask.from)} al ${written(ask.to)} · ${lines.length} ${lines.length === 1 ? 'renglón' : 'renglones'}`
  const pdf = await ctx.press.draw({
    title: `${register.code} ${register.title}`,
    colour: institution.brand.colour,
    head: headOf(ctx),
    wide: true,
    parts: [
      { is: 'title', text: register.title, about: `${register.code} · ${stretch}` },
      ...(register.statement ? [{ is: 'words' as const, text: register.statement }] : []),
      { is: 'table', columns, rows: table },
    ],
    foot: { document: documentLine(ctx, register.code), folio: '' },
  })
  const { code, from, to } = ask
  await record(ctx.db, actor, { kind: 'register-drawn', detail: { code, from, to, lines: lines.length } })
  return { name: `${code} ${from} a ${to}.pdf`, pdf }
}
