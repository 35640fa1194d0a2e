import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import type { LETTER_FACTS } from '../institution/schema-letters.ts'
import { when } from '../mail/when.ts'
import { Refusal } from '../refusal.ts'
import type { OficioRef } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'
import { longDay, written } from './dates.ts'
import type { Fact } from './sheet.ts'

/** What a letter is written from: an act that was done, of an account that this member may see. */
export interface Facts {
  movement: string
  folio: string
  kind: string
  at: Date
  reason: string
  oficio: OficioRef | null
  account: string
  address: string
  label: string
  unit: string
  blockedUntil: Date | null
  holder: string
  holderPost: string
  previousHolder: string
}

type Row = Omit<Facts, 'at' | 'blockedUntil' | 'label' | 'address'> & {
  at: string
  blockedUntil: string | null
  accountKind: string
  address: string | null
}

const nameOf = (alias: string) =>
  sql.raw(`nullif(concat_ws(' ', ${alias}.given, ${alias}.surname1, nullif(${alias}.surname2, '')), '')`)

/** Refusals: `not-found`, also where it is another unit's; `movement-unfinished` while nothing has changed outside. */
export async function factsOf(ctx: Context, db: Db, member: Member, folio: string): Promise<Facts> {
  const [found] = await rows<Row>(
    db,
    sql`select m.id as movement, m.folio, m.kind, m.applied_at::text as at, coalesce(m.reason, '') as reason, m.oficio,
          a.id as account, a.kind as "accountKind", d.local || '@' || d.domain as address,
          coalesce((select c.name from centre c where c.cct = a.unit), a.unit) as unit,
          a.blocked_until::text as "blockedUntil",
          coalesce(${nameOf('p')}, '') as holder,
          coalesce((select f.post from affiliation f where f.person_id = p.id
                    order by f."to" is null desc, f.id desc limit 1), '') as "holderPost",
          coalesce((select ${nameOf('q')} from holding h join person q on q.id = h.person_id
                    where h.account_id = a.id and h."to" is not null and h.person_id is distinct from p.id
                    order by h."to" desc limit 1), '') as "previousHolder"
        from movement m join account a on a.id = m.account_id
        left join lateral (select * from address d where d.account_id = a.id
                           order by d.role = 'primary' desc, d.id desc limit 1) d on true
        left join person p on p.id = coalesce(m.person_id,
          (select h.person_id from holding h where h.account_id = a.id order by h."to" is null desc, h.id desc limit 1))
        where m.folio = ${folio} and ${accountWithin(member, sql`m.account_id`)}`,
  )
  if (!found) throw new Refusal('not-found', 404)
  if (!found.at) throw new Refusal('movement-unfinished', 409)
  const { accountKind, address, at, blockedUntil, ...facts } = found
  const rule = ctx.institution.accounts.find(({ kind }) => kind === accountKind)
  return {
    ...facts,
    at: new Date(at),
    blockedUntil: blockedUntil ? new Date(blockedUntil) : null,
    address: address ?? '',
    label: rule?.label ?? accountKind,
  }
}

/** What stands between braces in a letter's words. */
export function fillings(ctx: Context, facts: Facts): Record<(typeof LETTER_FACTS)[number], string> {
  const { timeZone } = ctx.institution
  return {
    account: facts.address,
    kind: facts.label,
    holder: facts.holder,
    previousHolder: facts.previousHolder,
    unit: facts.unit,
    oficio: facts.oficio?.number ?? '',
    oficioDate: facts.oficio ? written(facts.oficio.date) : '',
    sender: facts.oficio?.sender ?? '',
    date: longDay(facts.at, timeZone),
    folio: facts.folio,
    reason: facts.reason,
    until: facts.blockedUntil ? longDay(facts.blockedUntil, timeZone) : '',
  }
}

export const fill = (words: string, told: Record<string, string>): string =>
  words.replaceAll(/\{(\w+)\}/g, (hole, name) => told[name] ?? hole)

/** Of the account and of the act, as two columns; what is not known has no row. */
export function told(ctx: Context, facts: Facts, more: Fact[] = []): Fact[] {
  const all: Fact[] = [
    { name: 'Cuenta', value: facts.address, key: true },
    { name: 'Tipo de cuenta', value: facts.label },
    { name: 'Centro o unidad', value: facts.unit },
    { name: 'Persona responsable', value: facts.holder },
    ...more,
    { name: 'Fecha del movimiento', value: when(facts.at, ctx.institution.timeZone) },
    { name: 'Folio', value: facts.folio, key: true },
  ]
  return all.filter(({ value }) => value !== '')
}
