import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import * as Type from 'typebox'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { filters } from './contract.ts'
import type { Group } from './group.ts'
import type { Look } from './newest.ts'
import { groupWithin } from './scope.ts'

const Filters = Type.Object(filters)
export type Filters = Static<typeof Filters>
export type FilterName = keyof Filters
export const filterNames = Object.keys(filters) as FilterName[]

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const states = ['intended', 'applying', 'delivering', 'done', 'failed', 'undone', 'needs-attention']
const nothing = sql`false`

const malformed = (name: string) => new Refusal('malformed', 400, { fields: [{ name, code: 'type' }] })
const upper = (text: string) => text.replace(/[a-z]+/g, letters => letters.toUpperCase())

/** What was really asked: without blanks around it, and without the filters that are empty. */
export function asked(ask: Filters): Filters {
  const given: Filters = {}
  for (const name of filterNames) {
    const value = ask[name]?.trim()
    if (value?.includes('\0')) throw malformed(name)
    if (value) given[name] = value
  }
  for (const name of ['from', 'to'] as const)
    if (given[name] && !/^(19|2\d)\d\d-/.test(given[name])) throw malformed(name)
  return given
}

/** The one condition of list and export: the filters, and the units of whoever asks. */
export async function lookFor(ctx: Context, member: Member, given: Filters): Promise<Look> {
  const { person, account, centre, member: by } = given
  return {
    conditions: [...plain(ctx, given), ...(by ? [await actedBy(ctx, by)] : [])],
    groups: [
      ...(person ? [named(person)] : []),
      ...(account ? [addressed(account)] : []),
      ...(centre ? [ofCentre(upper(centre))] : []),
      ...groupWithin(member),
    ],
  }
}

function plain(ctx: Context, { folio, oficio, kind, state, channel, from, to }: Filters): SQL[] {
  return [
    ...(folio ? [sql`${movement.folio} = ${upper(folio)}`] : []),
    ...(oficio
      ? [sql`${movement.oficio} is not null and lower(${movement.oficio} ->> 'number') = lower(${oficio})`]
      : []),
    ...(kind ? [sql`${movement.kind} = ${kind}`] : []),
    ...(state ? [inState(state)] : []),
    ...(channel ? [sql`${movement.channel} = ${channel}`] : []),
    ...(from ? [since(dayOf(ctx, from, 0))] : []),
    ...(to ? [until(dayOf(ctx, to, 1))] : []),
  ]
}

const dayOf = ({ institution }: Context, said: string, more: number) =>
  sql`(${said}::date + ${more}::int)::timestamp at time zone ${institution.timeZone}`

/**
 * They are written nearly in the order of their time: none of before comes long after the last ones. So a time is a place in
 * their order, where every other index begins or ends; only the few beside it are compared, by no index.
 */
const at = sql`${movement.intendedAt} + interval '0'`
const since = (moment: SQL) =>
  sql`${at} >= ${moment} and seq >= (select min(early.seq) from
      (select seq from movement where intended_at >= ${moment} order by intended_at limit 1000) early)`
const until = (moment: SQL) =>
  sql`${at} < ${moment} and seq <= (select max(late.seq) from
      (select seq from movement where intended_at < ${moment} order by intended_at desc limit 1000) late)`

/** In its own words, so that a plan that is kept finds the index of the unusual ones. */
const inState = (state: string): SQL =>
  states.includes(state) ? sql`${movement.state} = ${sql.raw(`'${state}'`)}` : nothing

async function actedBy({ db }: Context, who: string): Promise<SQL> {
  if (who === 'visitor') return sql`${movement.actor} = 'visitor'`
  const by = (actor: string) => sql`${movement.actor} <> 'visitor' and ${movement.actor} = ${actor}`
  if (who === 'system') return by(who)
  if (uuid.test(who)) return by(`member:${who.toLowerCase()}`)
  const [found] = await rows<{ id: string }>(
    db,
    sql`select id from member where login = ${who.toLowerCase()}`,
  )
  return found ? by(`member:${found.id}`) : nothing
}

const ofPersons = (persons: SQL): Group => ({
  persons: [persons],
  // What the service does by itself names the account alone.
  accounts: [sql`select h.account_id as id from holding h where h.person_id in (${persons})`],
  unnamed: true,
})

/** By id, by a key of hers, or by words of her name and their beginnings. */
function named(text: string): Group {
  if (uuid.test(text)) return ofPersons(sql`select ${text}::uuid as id`)
  if (/\d/.test(text))
    return ofPersons(
      sql`select i.person_id as id from person_identifier i
          where i.kind in ('curp', 'curt', 'controlNumber') and i.value = ${upper(text)}`,
    )
  const words = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  if (!words) return { persons: [], accounts: [], unnamed: false }
  const query = words.map(word => `${word}:*`).join(' & ')
  return ofPersons(sql`select p.id from person p where p.words @@ ${query}::tsquery`)
}

const last = '\u{10ffff}'

/** By id, or by how an address begins; a whole one begins like itself. */
function addressed(text: string): Group {
  const accounts = (condition: SQL): Group => ({
    persons: [],
    accounts: [sql`select a.account_id as id from address a where a.account_id is not null and ${condition}`],
    unnamed: false,
  })
  if (uuid.test(text)) return { persons: [], accounts: [sql`select ${text}::uuid as id`], unnamed: false }
  const [local = '', domain] = text.toLowerCase().split('@', 2)
  const begins = (column: SQL, said: string) => sql`${column} ~>=~ ${said} and ${column} ~<~ ${said + last}`
  return domain === undefined
    ? accounts(begins(sql`a.local`, local))
    : accounts(sql`a.local = ${local} and ${begins(sql`a.domain`, domain)}`)
}

/** Who works or studies there now, and what stands for it. */
const ofCentre = (cct: string): Group => ({
  persons: [sql`select f.person_id as id from affiliation f where f."to" is null and f.centre = ${cct}`],
  accounts: [sql`select u.id from account u where u.unit <> '' and u.unit = ${cct}`],
  unnamed: false,
})
