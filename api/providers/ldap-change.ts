import {
  AndFilter,
  Attribute,
  Change,
  type Client,
  EqualityFilter,
  type Filter,
  OrFilter,
  ResultCodeError,
} from 'ldapts'
import { type Connections, nameOf, type Tell } from './ldap-connection.ts'
import {
  type Found,
  found,
  listed,
  listedAttributes,
  type Noted,
  readAttributes,
  type Shape,
  written,
} from './ldap-shape.ts'
import { type Listed, ProviderRefusal, type StrongKeys } from './provider.ts'

export const codes = { noSuchAttribute: 16, valueExists: 20, noSuchObject: 32, entryExists: 68 }
export const codeOf = (error: unknown) => (error instanceof ResultCodeError ? error.code : undefined)
/** Somebody changed or moved the entry between our look and our change. */
const moved = new Set<number | undefined>([codes.noSuchAttribute, codes.valueExists, codes.noSuchObject])
const tries = 5

export const equal = (attribute: string, value: string) => new EqualityFilter({ attribute, value })
export const put = (type: string, ...values: string[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) })
export const add = (type: string, value: string) =>
  new Change({ operation: 'add', modification: new Attribute({ type, values: [value] }) })
export const take = (type: string, ...values: string[]) =>
  new Change({ operation: 'delete', modification: new Attribute({ type, values }) })

/** What a change makes of the entry; undefined where there is nothing to do. */
export type Step = { noted: Partial<Noted>; changes?: Change[] } | undefined

export interface Directory extends Connections {
  shape: Shape
  tell: Tell
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
  to: Directory,
  what: string,
  work: (client: Client) => Promise<T>,
  expected: ReadonlySet<number | undefined> = new Set(),
): Promise<T> =>
  to.run(work).catch((error: unknown) => {
    if (error instanceof ProviderRefusal || expected.has(codeOf(error))) throw error
    to.tell(`${what}: ${nameOf(error)}`)
    throw new ProviderRefusal('unavailable')
  })

export async function search(to: Directory, filter: Filter): Promise<Found[]> {
  const ask = { scope: 'sub' as const, filter, attributes: readAttributes(to.shape), sizeLimit: 20 }
  const { searchEntries } = await run(to, 'search', client => client.search(to.shape.baseDn, ask))
  return searchEntries.map(one => found(to.shape, one))
}

export const byId = async (to: Directory, id: string): Promise<Found | undefined> =>
  (await search(to, equal(to.shape.id, id)))[0]

/** Entries that we did not make and that hold one of her keys, in the attributes that the institution names. */
export async function byKeys(to: Directory, keys: StrongKeys): Promise<Listed[]> {
  const { shape } = to
  const filters = Object.entries(keys).flatMap(([kind, value]) => {
    const attribute = shape.attributes[kind]
    return attribute && value ? [equal(attribute, value)] : []
  })
  if (filters.length === 0) return []
  const ask = {
    scope: 'sub' as const,
    filter: new OrFilter({ filters }),
    attributes: listedAttributes(shape),
    sizeLimit: 20,
  }
  const { searchEntries } = await run(to, 'search', client => client.search(shape.baseDn, ask))
  return searchEntries
    .filter(raw => !isClosed(to, raw))
    .map(raw => listed(shape, raw))
    .filter(isNotOurs)
}

const isClosed = ({ shape }: Directory, raw: Parameters<typeof found>[1]) => found(shape, raw).noted.closed
const isNotOurs = ({ marker }: Listed) => marker === undefined

/** Every entry of the classes that new ones are made of, but those that are closed. */
export async function* allEntries(to: Directory): AsyncIterable<Listed[]> {
  const { shape } = to
  const filter = new AndFilter({ filters: shape.classes.map(name => equal('objectClass', name)) })
  const ask = {
    scope: 'sub' as const,
    filter,
    attributes: listedAttributes(shape),
    paged: { pageSize: 500 },
  }
  for await (const page of to.pages(shape.baseDn, ask))
    yield page.filter(raw => !isClosed(to, raw)).map(raw => listed(shape, raw))
}

/**
 * One modify that takes away the state it saw and writes the next: whoever comes late finds nothing to take away. An entry
 * that was never ours gets the marker's class in the same modify, which only one can add.
 */
export async function change(
  to: Directory,
  id: string,
  fence: number,
  decide: (here: Found) => Step,
  closedToo = false,
): Promise<Found | undefined> {
  const { marker, markerClass } = to.shape
  for (let attempt = 1; ; attempt++) {
    const here = await byId(to, id)
    if (!here || (here.noted.closed && !closedToo)) throw new ProviderRefusal('gone')
    if (here.noted.fence > fence) throw new ProviderRefusal('stale')
    const step = decide(here)
    if (!step) return undefined
    const changes = [
      ...(here.marked || !markerClass ? [] : [add('objectClass', markerClass)]),
      ...(here.state === undefined ? [] : [take(marker, here.state)]),
      add(marker, written({ ...here.noted, ...step.noted, fence })),
      ...(step.changes ?? []),
    ]
    try {
      await run(to, 'modify', client => client.modify(here.dn, changes), moved)
      return here
    } catch (error) {
      if (!moved.has(codeOf(error))) throw error
      if (attempt < tries) continue
      to.tell(`modify: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    }
  }
}
