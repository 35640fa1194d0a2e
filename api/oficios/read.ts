import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { day } from '../mail/when.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { OficioRef } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { accountWithin } from '../staff/scope.ts'
import { type Content, sheetOf } from './compose.ts'
import type { Oficio } from './contract.ts'

interface Row {
  id: string
  folio: string
  letter: string
  title: string
  state: 'issued' | 'sent' | 'acknowledged' | 'void'
  area: string
  number: string
  content: Content
  accountId: string | null
  address: string | null
  movementId: string | null
  movement: string | null
  answers: OficioRef | null
  version: string
  by: string
  at: string
  sentAt: string | null
  receivedBy: string | null
  receivedOn: string | null
  file: string | null
}

/** Letters that this member may see, as rows; `more` says which. */
export const oficiosWithin = (db: Db, member: Member, more: SQL, limit: number): Promise<Row[]> =>
  rows<Row>(
    db,
    sql`select o.id, o.folio, o.letter, t.words ->> 'title' as title, o.state, o.area, o.number, o.content,
          o.account_id as "accountId", o.movement_id as "movementId", m.folio as movement, m.oficio as answers,
          t.version, b.name as by, o.at::text as at, o.sent_at::text as "sentAt",
          o.acknowledged_by as "receivedBy", o.acknowledged_on::text as "receivedOn", o.file_id as file,
          (select d.local || '@' || d.domain from address d where d.account_id = o.account_id
           order by d.role = 'primary' desc, d.id desc limit 1) as address
        from oficio o join letter_template t on t.id = o.template_id join member b on b.id = o.member_id
        left join movement m on m.id = o.movement_id
        where ${accountWithin(member, sql`o.account_id`)} and ${more}
        order by o.at desc, o.id desc limit ${limit}`,
  )

const iso = (at: string | null) => (at === null ? null : new Date(at).toISOString())

/** As the desk sees it. */
export const shown = (row: Row): Static<typeof Oficio> => ({
  id: row.id,
  folio: row.folio,
  letter: row.letter,
  title: row.title,
  state: row.state,
  area: row.area,
  number: row.number,
  words: row.content.words,
  account: row.accountId ? { id: row.accountId, address: row.address ?? '' } : null,
  movement: row.movement,
  answers: row.answers,
  documentCode: row.content.documentCode,
  templateVersion: row.version,
  by: row.by,
  at: iso(row.at) ?? '',
  sentAt: iso(row.sentAt),
  acknowledgement: row.receivedBy ? { by: row.receivedBy, on: row.receivedOn ?? '', file: row.file } : null,
})

/** One of them; another unit's is none. Refusal: `not-found`. */
export async function oficioOf(db: Db, member: Member, id: string): Promise<Row> {
  const [found] = await oficiosWithin(db, member, sql`o.id = ${id}`, 1)
  if (!found) throw new Refusal('not-found', 404)
  return found
}

const seen = (ctx: Context, actor: Actor, row: Row, kind: string) =>
  record(ctx.db, actor, { kind, movementId: row.movementId ?? undefined, detail: { oficio: row.folio } })

/** A letter; who looked at it is written down. */
export async function readOficio(ctx: Context, actor: Actor, member: Member, id: string) {
  const row = await oficioOf(ctx.db, member, id)
  await seen(ctx, actor, row, 'oficio-viewed')
  return shown(row)
}

/** The letter as it was issued, drawn from its own row. */
export async function drawOficio(
  ctx: Context,
  actor: Actor,
  member: Member,
  id: string,
): Promise<{ name: string; pdf: Buffer }> {
  const row = await oficioOf(ctx.db, member, id)
  const on = day(new Date(row.at), ctx.institution.timeZone)
  const sheet = sheetOf(row.content, { ...row, on, isVoid: row.state === 'void' })
  const pdf = await ctx.press.draw(sheet)
  await seen(ctx, actor, row, 'oficio-drawn')
  return { name: `Oficio ${row.number.replaceAll(/[\\/]/g, '-')}.pdf`, pdf }
}
