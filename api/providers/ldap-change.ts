import {
  Attribute,
  Change,
  type Client,
  EqualityFilter,
  type Filter,
  OrFilter,
  ResultCodeError,
} from 'ldapts'
import { type Connections, nameOf, type Tell } from './ldap-connection.ts'
import { type Noted, nothing, written } from './ldap-marker.ts'
import { askedToList, listed, type Reading, type Seen } from './ldap-read.ts'
import { type Listed, ProviderRefusal, type StrongKeys } from './provider.ts'

export const codes = { noSuchAttribute: 16, valueExists: 20, noSuchObject: 32, noRight: 50, entryExists: 68 }
export const codeOf = (error: unknown) => (error instanceof ResultCodeError ? error.code : undefined)
/** Somebody changed or moved the entry between our look and our change. */
const moved = new Set<number | undefined>([codes.noSuchAttribute, codes.valueExists, codes.noSuchObject])
const tries = 5

export const equal = (attribute: string, value: string) => new EqualityFilter({ attribute, value })
export const put = (type: string, ...values: string[] | Buffer[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) })
export const add = (type: string, value: string) =>
  new Change({ operation: 'add', modification: new Attribute({ type, values: [value] }) })
export const take = (type: string, ...values: string[]) =>
  new Change({ operation: 'delete', modification: new Attribute({ type, values }) })

/** What a change makes of the entry; undefined where there is nothing to do. */
export type Step = { noted: Partial<Noted>; changes?: Change[] } | undefined

export interface Directory<F extends Seen = Seen> extends Connections {
  reads: Reading<F>
  tell: Tell
  /** What an answer means, where this directory says more than others. */
  refused?(what: string, error: unknown): ProviderRefusal | undefined
}

/** One change after another for one entry: servers with a history of passwords refuse two at once. */
export function openQueues() {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(id) ?? Promise.resolve()).then(work, work)
    last.set(id, mine)
    try {
      return await mine
    } finally {
      if (last.get(id) === mine) last.delete(id)
    }
  }
}

/** A directory's own answer becomes one of ours; its name is told, its text may hold what was sent. */
export const run = <T>(
  to: Pick<Directory, 'run' | 'tell' | 'refused'>,
  what: string,
  work: (client: Client) => Promise<T>,
  expected: ReadonlySet<number | undefined> = new Set(),
): Promise<T> =>
  to.run(work).catch((error: unknown) => {
    if (error instanceof ProviderRefusal || expected.has(codeOf(error))) throw error
    to.tell(`${what}: ${nameOf(error)}`)
    throw to.refused?.(what, error) ?? new ProviderRefusal('unavailable')
  })

export async function search<F extends Seen>(
  to: Directory<F>,
  filter: Filter,
  base = to.reads.baseDn,
): Promise<F[]> {
  const { asked, binary, found } = to.reads
  const ask = { scope: 'sub' as const, filter, ...asking(asked, binary), sizeLimit: 20 }
  const { searchEntries } = await run(to, 'search', client => client.search(base, ask))
  return searchEntries.map(found)
}

const asking = (attributes: string[], binary: string[]) => ({
  attributes,
  ...(binary.length > 0 ? { explicitBufferAttributes: binary } : {}),
})

export async function byId<F extends Seen>(to: Directory<F>, id: string): Promise<F | undefined> {
  const filter = to.reads.byId(id)
  return filter && (await search(to, filter))[0]
}

/** Entries that we did not make and that hold one of her keys, in the attributes that the institution names. */
export async function byKeys<F extends Seen>(to: Directory<F>, keys: StrongKeys): Promise<Listed[]> {
  const { reads } = to
  const filters = Object.entries(keys).flatMap(([kind, value]) => {
    const attribute = reads.attributes[kind]
    return attribute && value ? [equal(attribute, value)] : []
  })
  if (filters.length === 0) return []
  const ask = {
    scope: 'sub' as const,
    filter: new OrFilter({ filters }),
    ...asking(askedToList(reads), reads.binary),
    sizeLimit: 20,
  }
  const { searchEntries } = await run(to, 'search', client => client.search(reads.baseDn, ask))
  return searchEntries
    .filter(raw => !reads.found(raw).noted.closed)
    .map(raw => listed(reads, raw))
    .filter(({ marker }) => marker === undefined)
}

/** Every entry that could be an account, but those that are closed. */
export async function* allEntries<F extends Seen>(to: Directory<F>): AsyncIterable<Listed[]> {
  const { reads } = to
  const ask = {
    scope: 'sub' as const,
    filter: reads.everyone,
    ...asking(askedToList(reads), reads.binary),
    paged: { pageSize: 500 },
  }
  for await (const page of to.pages(reads.baseDn, ask))
    yield page.filter(raw => !reads.found(raw).noted.closed).map(raw => listed(reads, raw))
}

/**
 * One modify that takes away the state it saw and writes the next: whoever comes late finds nothing to take away. An entry
 * that was never ours gets something to take away first: the marker's class in the same modify, or else a state of its own,
 * both of which only one can add.
 */
export async function change<F extends Seen>(
  to: Directory<F>,
  id: string,
  fence: number,
  decide: (here: F) => Step,
  closedToo = false,
): Promise<F | undefined> {
  for (let attempt = 1; ; attempt++) {
    const here = await byId(to, id)
    if (!here || (here.noted.closed && !closedToo)) throw new ProviderRefusal('gone')
    if (here.noted.fence > fence) throw new ProviderRefusal('stale')
    const step = decide(here)
    if (!step) return undefined
    const first = to.reads.markerClass === undefined && here.states.length === 0
    const changes = first ? [add(to.reads.marker, written(nothing))] : changesOf(to.reads, here, fence, step)
    try {
      await run(to, 'modify', client => client.modify(here.dn, changes), moved)
      if (!first) return here
    } catch (error) {
      if (!moved.has(codeOf(error))) throw error
      if (attempt < tries) continue
      to.tell(`modify: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    }
  }
}

const changesOf = (
  { marker, markerClass }: Reading,
  here: Seen,
  fence: number,
  step: NonNullable<Step>,
): Change[] => [
  ...(here.marked || !markerClass ? [] : [add('objectClass', markerClass)]),
  ...(here.states.length === 0 ? [] : [take(marker, ...here.states)]),
  add(marker, written({ ...here.noted, ...step.noted, fence })),
  ...(step.changes ?? []),
]
