import { and, inArray, isNull, sql } from 'drizzle-orm'
import type { Adoption } from '../adoption/adopt.ts'
import { type Elsewhere, isDoubt } from '../adoption/adopt-hers.ts'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { affiliation, person } from '../db/schema.ts'
import { counts } from '../institution/kind-for.ts'
import { Refusal } from '../refusal.ts'
import type { Affiliation } from '../roster/lookup.ts'
import { decide, type Match } from './decide.ts'

/** What a visit of hers would come to, were the adoption done. */
export interface Forecast {
  person: string
  name: string
  /** `create`, `reset`, or the code of the stop; of several accounts what the first one is. */
  expect: string
}

const page = 400
const atOnce = 8

/** Everybody in the padrón, judged by what decides real visits; nothing is written. */
export async function rehearse(
  ctx: Context,
  adoptions: readonly Adoption[],
  progress?: (people: number) => void,
): Promise<Forecast[]> {
  const known = knownElsewhere(adoptions)
  const told: Forecast[] = []
  for (let after = nobody; ; ) {
    const people = await pageOf(ctx, after)
    const last = people.at(-1)
    if (!last) return told
    const queue = [...people]
    const work = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) told.push(await forecast(ctx, one, known))
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    progress?.(told.length)
    after = last.person.id
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'
const nothing: Elsewhere = { held: [], inReview: new Set() }

async function forecast(
  ctx: Context,
  { person: her, affiliations }: Match,
  known: ReadonlyMap<string, Elsewhere>,
): Promise<Forecast> {
  const name = [her.given, her.surname1, her.surname2].filter(part => part !== '').join(' ')
  const said = { person: her.id, name }
  if (affiliations.length === 0) return { ...said, expect: 'not-verified' }
  try {
    const look = async () => known.get(her.id) ?? nothing
    const { options } = await decide(ctx, { person: her, affiliations }, look)
    return { ...said, expect: options[0]?.act ?? '' }
  } catch (error) {
    if (error instanceof Refusal) return { ...said, expect: error.code }
    throw error
  }
}

/** The accounts that an adoption would make, and where it would leave somebody to staff. */
function knownElsewhere(adoptions: readonly Adoption[]): Map<string, Elsewhere> {
  const known = new Map<string, { held: Elsewhere['held']; inReview: Set<string> }>()
  const of = (id: string) => {
    const one = known.get(id) ?? { held: [], inReview: new Set<string>() }
    known.set(id, one)
    return one
  }
  for (const { provider, verdicts } of adoptions)
    for (const verdict of verdicts) {
      if (isDoubt(verdict)) for (const id of verdict.persons) of(id).inReview.add(provider)
      if (verdict.class !== 'linked') continue
      const { entry, kind } = verdict
      const state = entry.active ? 'active' : 'blocked'
      const id = crypto.randomUUID()
      of(verdict.person).held.push({ id, kind, state, version: 0, address: entry.address })
    }
  return known
}

/** The next people who have or had a post or an enrolment, with those that count, as a claim finds them. */
async function pageOf(ctx: Context, after: string): Promise<Match[]> {
  const ids = await rows<{ id: string }>(
    ctx.db,
    sql`select p.id from person p where p.id > ${after}
        and exists (select 1 from affiliation a where a.person_id = p.id)
        order by p.id limit ${page}`,
  )
  const some = ids.map(({ id }) => id)
  if (some.length === 0) return []
  const people = await ctx.db.select().from(person).where(inArray(person.id, some)).orderBy(person.id)
  const posts = await ctx.db
    .select()
    .from(affiliation)
    .where(and(inArray(affiliation.personId, some), isNull(affiliation.to)))
    .orderBy(affiliation.id)
  const byPerson = new Map<string, Affiliation[]>()
  for (const post of posts) byPerson.set(post.personId, [...(byPerson.get(post.personId) ?? []), post])
  return people.map(one => ({ person: one, affiliations: asClaimed(ctx, byPerson.get(one.id) ?? []) }))
}

/** Those of one profile first: that is the door she comes by. */
function asClaimed(ctx: Context, posts: readonly Affiliation[]): Affiliation[] {
  const counted = posts.filter(post => counts(ctx.institution, post))
  const door = counted[0]?.profile
  return [
    ...counted.filter(({ profile }) => profile === door),
    ...counted.filter(one => one.profile !== door),
  ]
}
