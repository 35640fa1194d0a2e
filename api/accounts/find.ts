import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { personsByKey, personsByName, type Sought, saysAll, soughtIn } from '../roster/search.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { centreInScope, personWithin, type Reach, reachOf } from '../staff/scope.ts'
import type { findAccounts as contract } from './desk-contract.ts'
import { knownPeople, shownHolder } from './holders.ts'
import { shownAccounts } from './shown.ts'

/** Rows of a look-up: who finds more must be more exact. */
const most = 20

interface Aim {
  /** What was looked for; the only thing that the bitácora keeps of it. */
  by: 'curp' | 'curt' | 'controlNumber' | 'cct' | 'folio' | 'address' | 'words'
  /** It names one thing alone. */
  exact: boolean
  /** Which accounts: a statement that gives their ids. */
  accounts: SQL
  persons: string[]
}

/** One box for everything: a key, an address or its beginning, a folio, or words of a name. */
export async function findAccounts(
  ctx: Context,
  member: Member,
  actor: Actor,
  q: string,
): Promise<Reply<typeof contract>> {
  const sought = soughtIn(q)
  const aim = await aimOf(ctx.db, member, sought)
  const found = await accountsOf(ctx, member, aim)
  const without = await holdingNone(ctx.db, aim.persons)
  const known = await knownPeople(ctx.db, without.slice(0, most))
  const [only] = aim.persons
  await record(ctx.db, actor, {
    kind: 'looked-up',
    personId: aim.exact && aim.persons.length === 1 ? only : undefined,
    detail: { by: aim.by, accounts: Math.min(found.length, most), people: known.size },
  })
  return {
    exact: aim.exact && found.length === 1 && without.length === 0 ? (found[0]?.id ?? null) : null,
    accounts: found.slice(0, most),
    persons: without.slice(0, most).flatMap(id => {
      const one = known.get(id)
      return one ? [shownHolder(ctx, member, one)] : []
    }),
    more: found.length > most || aim.persons.length > most,
  }
}

/** The few that are meant first: told one by one they are read by their ids, whatever the planner thinks of the rest. */
async function accountsOf(ctx: Context, member: Member, aim: Aim) {
  const meant = await rows<{ id: string }>(ctx.db, sql`select id from (${aim.accounts}) as meant (id)`)
  if (meant.length === 0) return []
  const ids = sql.join(
    meant.map(({ id }) => sql`${id}`),
    sql`, `,
  )
  return shownAccounts(ctx, member, sql`acc.id in (${ids})`, most + 1)
}

async function aimOf(db: Db, member: Member, sought: Sought): Promise<Aim> {
  const { text, key } = sought
  if (/^M\d{4}[A-HJ-NP-Z2-9]{6}$/.test(key.replaceAll('-', ''))) return ofFolio(db, member, key)
  if (text.includes('@')) return ofAddress(db, member, text.toLowerCase())
  const keyed = await personsByKey(db, member, sought)
  if (keyed) return { ...keyed, exact: true, accounts: heldBy(keyed.persons) }
  if (/^\d{2}[A-Z]{3}\d{4}[A-Z]$/.test(key)) return ofCentre(db, member, key)
  return ofWords(db, member, sought)
}

/** Of an act about a person alone, whatever she holds. `soughtIn` took the hyphens out. */
async function ofFolio(db: Db, member: Member, key: string): Promise<Aim> {
  const folio = `M-${key.slice(1, 5)}-${key.slice(5)}`
  const [act] = await rows<{ account: string | null; person: string | null }>(
    db,
    sql`select mov.account_id as account, mov.person_id as person from movement mov where mov.folio = ${folio}
          and (mov.account_id is not null or ${personWithin(member, sql`mov.person_id`)})`,
  )
  if (act?.account)
    return { by: 'folio', exact: true, accounts: sql`select ${act.account}::uuid`, persons: [] }
  const persons = act?.person ? [act.person] : []
  return { by: 'folio', exact: true, accounts: heldBy(persons), persons }
}

/** The whole of it, or else its beginning. */
async function ofAddress(db: Db, member: Member, text: string): Promise<Aim> {
  const [local = '', ...rest] = text.split('@')
  const domain = rest.join('@')
  const [whole] = await rows<{ account: string }>(
    db,
    sql`select adr.account_id as account from address adr
        where adr.local = ${local} and adr.domain = ${domain} and adr.account_id is not null`,
  )
  if (whole) return { by: 'address', exact: true, accounts: sql`select ${whole.account}::uuid`, persons: [] }
  const beginning = sql`adr.local = ${local} and ${beginsWith(sql`adr.domain`, domain)}`
  return {
    by: 'address',
    exact: false,
    accounts: withAddress(await reachOf(db, member), beginning),
    persons: [],
  }
}

/** In the order of the index, byte by byte: nothing that was typed means more than itself. */
const beginsWith = (column: SQL, start: string): SQL =>
  sql`${column} ~>=~ ${start} and ${column} ~<~ ${`${start}\u{10FFFF}`}`

const withAddress = (reach: Reach, condition: SQL): SQL =>
  sql`(select adr.account_id from address adr
       where ${condition} and adr.account_id is not null and ${reach.account(sql`adr.account_id`)}
       order by adr.local using ~<~ limit ${most + 1})`

/** The centre's own account; where it has none, whoever works there. */
async function ofCentre(db: Db, member: Member, cct: string): Promise<Aim> {
  const accounts = sql`select uni.id from account uni where uni.unit = ${cct} and uni.unit <> ''`
  const [own] = await rows<{ id: string }>(db, sql`${accounts} limit 1`)
  if (own) return { by: 'cct', exact: true, accounts, persons: [] }
  const people = await rows<{ id: string }>(
    db,
    sql`select distinct pos.person_id as id from affiliation pos
        where pos.centre = ${cct} and pos."to" is null and ${centreInScope(member, sql`pos.centre`)}
        order by 1 limit ${most + 1}`,
  )
  const persons = people.map(({ id }) => id)
  return { by: 'cct', exact: false, accounts: heldBy(persons), persons }
}

/** Names of people, of centres, of programmes and appointments, and the beginning of an address. */
async function ofWords(db: Db, member: Member, sought: Sought): Promise<Aim> {
  const { text, words } = sought
  const reach = await reachOf(db, member)
  const persons = await personsByName(db, reach, sought, most + 1)
  const local = text.toLowerCase()
  const units = (from: SQL) =>
    sql`(select uni.id from ${from} and uni.unit <> '' and ${reach.account(sql`uni.id`)} limit ${most + 1})`
  const parts = [
    heldBy(persons),
    ...(/^[a-z0-9._-]{2,64}$/.test(local) ? [withAddress(reach, beginsWith(sql`adr.local`, local))] : []),
    ...(words
      ? [
          units(sql`account uni where ${saysAll(sql`uni.unit`, words)}`),
          units(
            sql`centre cen join account uni on uni.unit = cen.cct where ${saysAll(sql`cen.name`, words)}`,
          ),
        ]
      : []),
  ]
  return { by: 'words', exact: false, accounts: sql.join(parts, sql` union `), persons }
}

/** What they hold now, and what was closed while they held it. */
const heldBy = (persons: readonly string[]): SQL =>
  persons.length === 0
    ? sql`select null::uuid where false`
    : sql`select hol.account_id from holding hol join account own on own.id = hol.account_id
          where hol.person_id in (${sql.join(
            persons.map(id => sql`${id}`),
            sql`, `,
          )}) and (hol."to" is null or own.state = 'closed')`

/** Of these, in their order, the ones who hold nothing. */
async function holdingNone(db: Db, persons: readonly string[]): Promise<string[]> {
  if (persons.length === 0) return []
  const holding = await rows<{ id: string }>(
    db,
    sql`select distinct hol.person_id as id from holding hol where hol."to" is null and hol.person_id in (${sql.join(
      persons.map(id => sql`${id}`),
      sql`, `,
    )})`,
  )
  return persons.filter(id => !holding.some(one => one.id === id))
}
