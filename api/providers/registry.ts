import { createHmac, randomUUID } from 'node:crypto'
import { openOutside } from '../db/open.ts'
import type { ProviderSettings } from '../institution/institution.ts'
import type { Opened } from './open.ts'
import { type Followed, type Follower, ProviderRefusal } from './provider.ts'

type State = Followed['state']

export interface RegistrySettings {
  url: string
  /** Of a webhook: what both sides sign with. */
  secret?: string
  table?: string
  /** Fact → column. */
  columns?: Partial<Record<Fact, string>>
  /** State → what the other system calls it. */
  states?: Partial<Record<State, string>>
  /** Of a webhook: GET tells what it holds. */
  report?: boolean
}

type Fact = 'address' | 'name' | 'kind' | 'state' | 'folio' | 'fence' | 'account'

const timeoutMs = 8000

/** What another system may know of an account; never a secret. */
const factsOf = (settings: RegistrySettings, account: Followed): Record<Fact, string | number> => ({
  address: account.address,
  name: account.displayName,
  kind: account.kind,
  state: settings.states?.[account.state] ?? account.state,
  folio: account.folio,
  fence: account.fence,
  account: account.marker,
})

const ours = (settings: RegistrySettings, said: unknown): State => {
  const known = Object.entries(settings.states ?? {}).find(([, word]) => word === said)
  return (known?.[0] ?? said) as State
}

const link = ({ address, marker }: Followed) => ({ externalId: marker, seenAs: address })

/** A registry of addresses that another system reads: a table in PostgreSQL, or a signed webhook. */
export function openRegistry(ask: ProviderSettings, _: unknown, tell: (problem: string) => void): Opened {
  const settings = ask as unknown as RegistrySettings
  return /^postgres(ql)?:/.test(settings.url)
    ? openTable(settings, tell)
    : { follower: openWebhook(settings, tell) }
}

/** Where it is written, and which fact goes into which column. */
export const tableOf = (settings: RegistrySettings) => ({
  table: settings.table ?? 'correos',
  columns: { address: 'correo', state: 'estado', ...settings.columns },
})

function openTable(settings: RegistrySettings, tell: (problem: string) => void): Opened {
  const { table, columns } = tableOf(settings)
  const outside = openOutside(settings.url)
  const safely = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const { code = 'connection lost' } = error as { code?: string }
      tell(`table: ${code}`)
      // 42501: no right to it; 42P01 and 42703: not the table that we were told of.
      if (/^42/.test(code))
        throw new ProviderRefusal('not-permitted', undefined, { detail: `SQLSTATE ${code}` })
      throw new ProviderRefusal('unavailable')
    }
  }
  const follower: Follower = {
    async follow(account) {
      const facts = factsOf(settings, account)
      const row = Object.fromEntries(
        Object.entries(columns).map(([fact, column]) => [column, facts[fact as Fact]]),
      )
      const fence = columns.fence
      await safely(() => outside.put(table, columns.address, row, fence))
      return { outcome: account.state, link: link(account) }
    },
    holds: () =>
      safely(async () => {
        const rows = await outside.all(table, [columns.address, columns.state])
        return rows.map(row => ({
          address: String(row[columns.address]).toLowerCase(),
          state: ours(settings, row[columns.state]),
        }))
      }),
  }
  return { follower, stop: outside.end }
}

/** Signed as the Standard Webhooks specification says: `v1,` and the HMAC-SHA256 of id, time and body. */
function signed(secret: string, body: string) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const id = randomUUID()
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` }
}

function openWebhook(settings: RegistrySettings, tell: (problem: string) => void): Follower {
  const { url, secret = '', report } = settings
  const call = async (method: 'POST' | 'GET', body: string): Promise<Response> => {
    const answer = await fetch(url, {
      method,
      headers: { ...signed(secret, body), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      tell(`webhook: ${(error as Error).name}`)
      throw new ProviderRefusal('unavailable')
    })
    if (answer.ok) return answer
    tell(`webhook: ${answer.status}`)
    const wait = Number(answer.headers.get('retry-after'))
    const later = answer.status === 408 || answer.status === 429 || answer.status >= 500
    if (later) throw new ProviderRefusal('unavailable', undefined, wait > 0 ? { retryAfter: wait } : {})
    throw new ProviderRefusal('not-permitted', undefined, { detail: `HTTP ${answer.status}` })
  }
  return {
    async follow(account) {
      await call('POST', JSON.stringify(factsOf(settings, account)))
      return { outcome: account.state, link: link(account) }
    },
    ...(report
      ? {
          holds: async () => {
            const held = (await (await call('GET', '')).json()) as { address: string; state: string }[]
            return held.map(({ address, state }) => ({
              address: address.toLowerCase(),
              state: ours(settings, state),
            }))
          },
        }
      : {}),
  }
}
