import { type SQL, sql } from 'drizzle-orm'
import { idsOf, isOne } from '../db/ids.ts'
import type { Db } from '../db/open.ts'
import type { Member } from './member.ts'

type Scoped = Pick<Member, 'units'>

const valuesOf = ({ units }: Scoped, kind: string) =>
  units.filter(unit => unit.startsWith(`${kind}:`)).map(unit => unit.slice(kind.length + 1))

const oneOf = (column: SQL, values: readonly string[]): SQL[] =>
  values.length > 0
    ? [
        sql`${column} in (${sql.join(
          values.map(value => sql`${value}`),
          sql`, `,
        )})`,
      ]
    : []

/** A centre, by its CCT, lies in the member's units. */
const centreWithin = (member: Scoped, cct: SQL): SQL[] => {
  const inCatalogue = [
    ...oneOf(sql`c.level`, valuesOf(member, 'level')),
    ...oneOf(sql`c.municipality`, valuesOf(member, 'municipality')),
  ]
  return [
    ...oneOf(cct, valuesOf(member, 'centre')),
    ...(inCatalogue.length > 0
      ? [sql`exists (select 1 from centre c where c.cct = ${cct} and (${sql.join(inCatalogue, sql` or `)}))`]
      : []),
  ]
}

const anyOf = (parts: SQL[]): SQL => (parts.length > 0 ? sql`(${sql.join(parts, sql` or `)})` : sql`false`)

/** Asked of one row after another until enough are found, instead of gathering all that lies within first. */
const oneByOne = sql` offset 0`
const atOnce = sql``

/**
 * The condition that a person is of the member's units: by where she works or studies now. `id` is a column or a value;
 * `few`: the first rows that fit are all that is wanted.
 */
export function personWithin(member: Scoped, id: SQL, few = false): SQL {
  if (member.units.length === 0) return sql`true`
  const byCentre = centreWithin(member, sql`f.centre`)
  return anyOf([
    ...(byCentre.length > 0
      ? [
          sql`exists (select 1 from affiliation f where f.person_id = ${id} and f."to" is null and ${anyOf(byCentre)}${few ? oneByOne : atOnce})`,
        ]
      : []),
    ...domainOfPerson(member, id, few),
  ])
}

function domainOfPerson(member: Scoped, id: SQL, few: boolean): SQL[] {
  const domains = oneOf(sql`a.domain`, valuesOf(member, 'domain'))
  return domains.length > 0
    ? [
        sql`exists (select 1 from holding h join address a on a.account_id = h.account_id
            where h.person_id = ${id} and h."to" is null and ${anyOf(domains)}${few ? oneByOne : atOnce})`,
      ]
    : []
}

/** Likewise an account: by its domain, by the centre that it stands for, or by who holds it. */
export function accountWithin(member: Scoped, id: SQL, few = false): SQL {
  if (member.units.length === 0) return sql`true`
  const how = few ? oneByOne : atOnce
  const domains = oneOf(sql`a.domain`, valuesOf(member, 'domain'))
  const byUnit = centreWithin(member, sql`u.unit`)
  const byPost = centreWithin(member, sql`f.centre`)
  return anyOf([
    ...(domains.length > 0
      ? [sql`exists (select 1 from address a where a.account_id = ${id} and ${anyOf(domains)}${how})`]
      : []),
    ...(byUnit.length > 0
      ? [sql`exists (select 1 from account u where u.id = ${id} and ${anyOf(byUnit)}${how})`]
      : []),
    ...(byPost.length > 0
      ? [
          sql`exists (select 1 from holding w join affiliation f on f.person_id = w.person_id and f."to" is null
              where w.account_id = ${id} and w."to" is null and ${anyOf(byPost)}${how})`,
        ]
      : []),
  ])
}

/** Likewise a centre of the catalogue. */
export const centreInScope = (member: Scoped, cct: SQL): SQL =>
  member.units.length === 0 ? sql`true` : anyOf(centreWithin(member, cct))

const select = (parts: (SQL | undefined)[]): SQL[] => parts.filter(part => part !== undefined)
const where = (parts: SQL[]): SQL | undefined => (parts.length > 0 ? anyOf(parts) : undefined)

/** The same people as statements, each yielding `id`: for look-ups that begin at the units. */
export function personsWithin(member: Scoped): SQL[] {
  const centre = where(centreWithin(member, sql`f.centre`))
  const domain = where(oneOf(sql`a.domain`, valuesOf(member, 'domain')))
  return select([
    centre && sql`select f.person_id as id from affiliation f where f."to" is null and ${centre}`,
    domain &&
      sql`select h.person_id as id from holding h join address a on a.account_id = h.account_id
          where h."to" is null and ${domain}`,
  ])
}

/** Likewise the accounts. */
export function accountsWithin(member: Scoped): SQL[] {
  const domain = where(oneOf(sql`a.domain`, valuesOf(member, 'domain')))
  const unit = where(centreWithin(member, sql`u.unit`))
  const post = where(centreWithin(member, sql`f.centre`))
  return select([
    domain && sql`select a.account_id as id from address a where a.account_id is not null and ${domain}`,
    unit && sql`select u.id from account u where u.unit <> '' and ${unit}`,
    post &&
      sql`select w.account_id as id from affiliation f join holding w on w.person_id = f.person_id and w."to" is null
          where f."to" is null and ${post}`,
  ])
}

/** The conditions that a person, or an account, is of a member's units, for a search that wants the first few. */
export interface Reach {
  /** So few that a search begins at them. */
  small: boolean
  person(id: SQL): SQL
  account(id: SQL): SQL
}

/** Units of so many are begun at; in larger ones whoever is looked for comes soon. */
const small = 1000

/** Of a small unit the ids themselves: whoever else bears a frequent name is not gone through. */
export async function reachOf(db: Db, member: Scoped, most = small): Promise<Reach> {
  const lists =
    member.units.length > 0 ? await idsOf(db, personsWithin(member), accountsWithin(member), most) : undefined
  if (!lists)
    return {
      small: false,
      person: id => personWithin(member, id, true),
      account: id => accountWithin(member, id, true),
    }
  return { small: true, person: id => isOne(id, lists.persons), account: id => isOne(id, lists.accounts) }
}
