import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { affiliation, person, proposal } from '../db/schema.ts'
import type { Institution } from '../institution/institution.ts'
import type { Actor } from '../movements/movement.ts'
import type { ProviderReader } from '../providers/provider.ts'
import { isUnexplained, judge, placeKey, placeOf, proposeByName } from './judge-entries.ts'
import { type Books, learn, learnPeople, openBooks } from './known-people.ts'
import { keepProposals, linkEntries, markAllForeign } from './link-entries.ts'
import { ambiguous, type Linkable, type Verdict } from './verdict.ts'

/** What one directory turned out to hold. */
export interface Adoption {
  provider: string
  verdicts: Verdict[]
  /** What was not so before; all 0 where a run found nothing new, or only looked. */
  changed: { linked: number; proposed: number; withdrawn: number; foreign: number }
}

interface Ask {
  simulate: boolean
  /** Told after each page and each batch: what is done, and how many. */
  progress?(what: 'read' | 'linked', count: number): void
}

/** Entries in one transaction: a run that is ended loses this much, and the next one goes on after it. */
const batch = 200

/** Directories in which accounts are born, each named once. */
export const authorities = ({ accounts }: Pick<Institution, 'accounts'>): string[] => [
  ...new Set(accounts.flatMap(({ provider }) => provider.slice(0, 1))),
]

/** Reads every directory that holds passwords and links its entries to their people. With `simulate` nothing is written. */
export async function adopt(ctx: Context, actor: Actor, ask: Ask): Promise<Adoption[]> {
  const done: Adoption[] = []
  for (const provider of authorities(ctx.institution)) {
    const reader = ctx.providers.get(provider)
    // Where a person does it by hand nobody can look.
    if (!reader) continue
    const verdicts = await judgeAll(ctx, provider, reader, ask)
    const changed = ask.simulate
      ? { linked: 0, proposed: 0, withdrawn: 0, foreign: 0 }
      : await write(ctx, actor, provider, verdicts, ask)
    done.push({ provider, verdicts, changed })
  }
  return done
}

async function judgeAll(
  ctx: Context,
  provider: string,
  reader: ProviderReader,
  { progress }: Ask,
): Promise<Verdict[]> {
  const books = openBooks(provider)
  const entries = []
  for await (const page of reader.list()) {
    if (page.length > 0) await learn(ctx.db, ctx.institution, books, page)
    entries.push(...page)
    progress?.('read', entries.length)
  }
  const verdicts = judge(ctx.institution, books, entries)
  return proposeByName(ctx.institution, books, verdicts, await peopleByPlace(ctx.db, books, verdicts))
}

/** Who works or studies where the unexplained entries say, under the same name. */
async function peopleByPlace(
  db: Db,
  books: Books,
  verdicts: readonly Verdict[],
): Promise<Map<string, string[]>> {
  const wanted = new Set(verdicts.filter(isUnexplained).map(({ entry }) => placeOf(entry)))
  const centres = [...new Set([...wanted].map(place => place.split(' ')[0] ?? ''))]
  const people = new Map<string, string[]>()
  for (let from = 0; from < centres.length; from += 100) {
    const there = await db
      .selectDistinct({ person, centre: affiliation.centre })
      .from(affiliation)
      .innerJoin(person, eq(person.id, affiliation.personId))
      .where(and(isNull(affiliation.to), inArray(affiliation.centre, centres.slice(from, from + 100))))
    for (const { person: one, centre } of there) {
      const place = placeKey(centre, `${one.given} ${one.surname1} ${one.surname2}`)
      if (wanted.has(place)) people.set(place, [...(people.get(place) ?? []), one.id])
    }
  }
  await learnPeople(db, books, [...people.values()].flat())
  return people
}

/** Batch by batch; a batch in which somebody else was faster is gone through one by one. */
async function write(
  ctx: Context,
  actor: Actor,
  provider: string,
  verdicts: Verdict[],
  { progress }: Ask,
): Promise<Adoption['changed']> {
  const found = verdicts.filter(one => one.class === 'linked')
  let linked = 0
  for (let from = 0; from < found.length; from += batch) {
    const some = found.slice(from, from + batch)
    const missed = (await linkEntries(ctx.db, actor, provider, some))
      ? []
      : await oneByOne(ctx, actor, provider, some)
    for (const one of missed)
      verdicts[verdicts.indexOf(one)] = ambiguous(one.entry, one.persons, 'changed-meanwhile')
    linked += some.length - missed.length
    progress?.('linked', linked)
  }
  const unlinked = verdicts.filter(({ class: is }) => is !== 'linked' && is !== 'already')
  let foreign = 0
  for (let from = 0; from < unlinked.length; from += 1000) {
    const addresses = unlinked.slice(from, from + 1000).map(({ entry }) => entry.address)
    foreign += await markAllForeign(ctx.db, ctx.institution.domains, addresses)
  }
  const proposed = await keepProposals(ctx.db, provider, verdicts)
  return { linked, proposed, foreign, withdrawn: await withdrawOthers(ctx.db, provider, verdicts) }
}

async function oneByOne(ctx: Context, actor: Actor, provider: string, found: readonly Linkable[]) {
  const missed: Linkable[] = []
  for (const one of found) if (!(await linkEntries(ctx.db, actor, provider, [one]))) missed.push(one)
  return missed
}

/** What was proposed before and is not any more: its entry is gone, linked, or says something else. */
async function withdrawOthers(db: Db, provider: string, verdicts: readonly Verdict[]): Promise<number> {
  const stands = new Set(
    verdicts.flatMap(one =>
      one.class === 'proposed' ? one.persons.map(id => `${one.entry.externalId} ${id}`) : [],
    ),
  )
  const open = await db
    .select()
    .from(proposal)
    .where(and(eq(proposal.provider, provider), eq(proposal.state, 'open')))
  const gone = open.filter(({ externalId, personId }) => !stands.has(`${externalId} ${personId}`))
  for (let from = 0; from < gone.length; from += 1000)
    await db
      .update(proposal)
      .set({ state: 'withdrawn' })
      .where(
        inArray(
          proposal.id,
          gone.slice(from, from + 1000).map(({ id }) => id),
        ),
      )
  return gone.length
}
