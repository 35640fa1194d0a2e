import { type Answer, refusalOf } from './graph-answer.ts'
import type { Asking, Call, Send } from './graph-connection.ts'
import type { openNewcomers } from './graph-pace.ts'
import {
  anyOf,
  equal,
  type Found,
  found,
  listed,
  type Noted,
  properties,
  type Shape,
  selectListed,
  selectOf,
  stateOf,
} from './graph-shape.ts'
import { type Listed, ProviderRefusal, type StrongKeys } from './provider.ts'

/** One tenant, as one act sees it. */
export interface Tenant {
  shape: Shape
  send: Send
  asking: Asking
  newcomers: ReturnType<typeof openNewcomers>
  /** Licence by its part number. */
  skus: Map<string, string>
}

/** A call that must succeed. `what` names it for staff. */
export async function done(to: Tenant, what: string, call: Call): Promise<Answer> {
  const answer = await to.send(to.asking, call)
  if (!answer.ok) throw refusalOf(answer, what)
  return answer
}

/** The same about one account: nobody there may mean that it is too new to be known everywhere. */
export async function about(to: Tenant, id: string, what: string, call: Call): Promise<Answer> {
  const answer = await to.send(to.asking, call)
  if (answer.status === 404) throw to.newcomers.missing(id)
  if (!answer.ok) throw refusalOf(answer, what)
  return answer
}

export const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`

/** By id or by UPN; undefined where Graph knows nobody of that name now. */
export async function accountAt(to: Tenant, name: string): Promise<(Found & { seen: number }) | undefined> {
  const answer = await to.send(to.asking, {
    method: 'get',
    path: pathOf(name),
    query: { $select: selectOf(to.shape) },
  })
  if (answer.status === 404) return undefined
  if (!answer.ok) throw refusalOf(answer, 'GET user')
  return { ...found(to.shape, answer.body), seen: answer.at }
}

const eventual = { $count: 'true', $top: '20' }

/** The account that was made for one of ours, whatever it is called today; and the other side's clock. */
export async function accountOf(
  to: Tenant,
  marker: string,
): Promise<{ here: Found | undefined; at: number }> {
  const { shape } = to
  const query = { $filter: equal(shape.marker, marker), $select: selectOf(shape), ...eventual }
  const { body, at } = await done(to, 'GET users', { method: 'get', path: '/users', query })
  return { here: body.value.map((raw: object) => found(shape, raw))[0], at }
}

/** Accounts that we did not make and that hold one of her keys, in the attributes that the institution names. */
export async function byKeys(to: Tenant, keys: StrongKeys): Promise<Listed[]> {
  const { shape } = to
  const filter = anyOf(shape, keys)
  if (filter === '') return []
  const query = { $filter: filter, $select: selectListed(shape), ...eventual }
  const { body } = await done(to, 'GET users', { method: 'get', path: '/users', query })
  return body.value
    .map((raw: object) => listed(shape, raw))
    .filter(({ marker }: Listed) => marker === undefined)
}

/** Everybody but guests. */
export async function* allAccounts(to: Tenant): AsyncIterable<Listed[]> {
  let call: Call = {
    method: 'get',
    path: '/users',
    query: { $filter: "userType eq 'Member'", $select: selectListed(to.shape), $top: '500' },
  }
  for (;;) {
    const { body } = await done(to, 'GET users', call)
    yield body.value.map((raw: object) => listed(to.shape, raw))
    if (!body['@odata.nextLink']) return
    call = { method: 'get', path: body['@odata.nextLink'] }
  }
}

/** What a change makes of the account; undefined where there is nothing to do. */
export type Step = { noted: Partial<Noted>; held?: Record<string, unknown> } | undefined

/** What was read is acted upon at once or read again: Graph compares nothing itself. */
const freshMs = 5000

/** Reads the fence, then writes it with the change in one request. */
export async function change(
  to: Tenant,
  id: string,
  fence: number,
  decide: (here: Found & { seen: number }) => Step,
): Promise<Found | undefined> {
  for (;;) {
    const since = performance.now()
    const here = await accountAt(to, id)
    if (!here) throw to.newcomers.missing(id)
    if (here.synced)
      throw new ProviderRefusal('held-elsewhere', undefined, {
        detail: 'onPremisesSyncEnabled: Active Directory',
      })
    if (here.noted.fence > fence) throw new ProviderRefusal('stale')
    const step = decide(here)
    if (!step) return undefined
    if (performance.now() - since > freshMs) continue
    const noted = { ...here.noted, ...step.noted, fence }
    const body = properties({ ...step.held, ...stateOf(to.shape, noted) })
    await about(to, id, 'PATCH user', { method: 'patch', path: pathOf(id), body })
    return here
  }
}

/** Whoever is signed in somewhere is so no longer, in a few minutes. */
export const endSessions = (to: Tenant, id: string): Promise<Answer> =>
  about(to, id, 'revokeSignInSessions', { method: 'post', path: `${pathOf(id)}/revokeSignInSessions` })
