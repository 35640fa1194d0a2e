import { randomUUID } from 'node:crypto'
import type { TokenCredential } from '@azure/identity'
import {
  AuthenticationHandler,
  Client,
  type GraphRequest,
  HTTPMessageHandler,
  ResponseType,
} from '@microsoft/microsoft-graph-client'
import type { ProviderSettings } from '../institution/institution.ts'
import { type Answer, read } from './graph-answer.ts'
import { openBudget, openGate, type Patience } from './graph-pace.ts'
import { openBreaker } from './ldap-breaker.ts'
import { ProviderRefusal } from './provider.ts'
import { openTurns } from './turns.ts'

/** Tells what went wrong, for the log: a code, never a message or a value. */
export type Tell = (problem: string) => void

export interface Call {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** From the version on; or a whole address that Graph gave us. */
  path: string
  /** Not yet encoded. */
  query?: Record<string, string>
  body?: object
}

/** Who asks, and who is told what the other side calls its answer. */
export interface Asking {
  patience: Patience
  /** Nobody waits for it. */
  bulk: boolean
  note(reference: string): void
}

/** One call under the gate and the budget. Throws `unavailable` where it got no answer, or none that counts. */
export type Send = (asking: Asking, call: Call) => Promise<Answer>

interface Address {
  tenant: string
  clientId: string
  clientSecret?: string
  certificate?: string
  url?: string
  authority?: string
  timeoutSeconds?: number
  writes?: number
}

const atOnce = 16

export function openConnection(settings: ProviderSettings, tell: Tell): Send {
  const address = settings as unknown as Address
  const timeoutMs = (address.timeoutSeconds ?? 10) * 1000
  const gate = openGate()
  const spend = openBudget(address.writes ?? 3000)
  const breaker = openBreaker()
  const turn = openTurns(atOnce)
  let client = dial(address, timeoutMs, tell)

  async function once(asking: Asking, call: Call): Promise<Answer> {
    breaker.look()
    if (call.method !== 'get') spend(asking.bulk)
    breaker.pass()
    asking.patience.begun = true
    try {
      const answer = await read(await request(client, asking, call, timeoutMs))
      breaker.worked()
      return answer
    } catch (error) {
      breaker.failed()
      tell(`${call.method}: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    }
  }

  return async (asking, call) => {
    for (;;) {
      const { begun } = asking.patience
      await gate.pass(asking.patience)
      // It may have closed while others had their turn.
      const answer = await turn(async () => (gate.isOpen() ? once(asking, call) : undefined))
      if (!answer) continue
      if (answer.reference) asking.note(answer.reference)
      if (answer.status === 401) client = dial(address, timeoutMs, tell) // another token next time
      if (answer.retryAfter !== undefined && !answer.ok) {
        gate.hold(answer.retryAfter)
        asking.patience.begun = begun
        continue // who had begun waits at the gate, anybody else is refused there
      }
      if (answer.ok || (answer.status >= 400 && answer.status < 409 && answer.status !== 401)) return answer
      tell(`${call.method}: ${answer.status}`)
      throw new ProviderRefusal('unavailable')
    }
  }
}

function request(client: Client, { bulk }: Asking, call: Call, timeoutMs: number): Promise<Response> {
  const query = Object.entries(call.query ?? {}).map(([name, value]) => [name, encodeURIComponent(value)])
  const ask: GraphRequest = client
    .api(call.path)
    .query(Object.fromEntries(query))
    .header('client-request-id', randomUUID())
    .header('x-ms-throttle-priority', bulk ? 'low' : 'high')
    .option('signal', AbortSignal.timeout(timeoutMs))
    .responseType(ResponseType.RAW)
  // Filters by attributes that are kept in an index of their own.
  if (call.path.includes('$count=true') || call.query?.$count) ask.header('ConsistencyLevel', 'eventual')
  if (call.method === 'get') return ask.get()
  return call.method === 'delete' ? ask.delete() : ask[call.method](call.body)
}

/** Its own retries are left out: they know neither our gate nor that another worker may have the movement by then. */
function dial(address: Address, timeoutMs: number, tell: Tell): Client {
  const { url = 'https://graph.microsoft.com' } = address
  let credential: Promise<TokenCredential> | undefined
  const getAccessToken = async () => {
    try {
      credential ??= credentialOf(address)
      const timed = { requestOptions: { timeout: timeoutMs } }
      return (await (await credential).getToken(`${new URL(url).origin}/.default`, timed))?.token ?? ''
    } catch (error) {
      tell(`sign-in: ${nameOf(error)}`)
      throw error
    }
  }
  const middleware = new AuthenticationHandler({ getAccessToken })
  middleware.setNext(new HTTPMessageHandler())
  const customHosts = new Set([new URL(url).hostname])
  return Client.initWithMiddleware({ middleware, baseUrl: new URL(url).origin, customHosts })
}

/** What the sign-in grants to the application: its permissions, and its roles' templates. */
export async function rightsOf(settings: ProviderSettings): Promise<{ roles: string[]; wids: string[] }> {
  const address = settings as unknown as Address
  const { origin } = new URL(address.url ?? 'https://graph.microsoft.com')
  const timed = { requestOptions: { timeout: (address.timeoutSeconds ?? 10) * 1000 } }
  const token = (await (await credentialOf(address)).getToken(`${origin}/.default`, timed))?.token ?? ''
  const [, claims = ''] = token.split('.')
  const { roles = [], wids = [] } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}')
  return { roles, wids }
}

/** Loaded when it is first needed: whoever has no tenant starts without its many parts. */
async function credentialOf(address: Address): Promise<TokenCredential> {
  const { ClientCertificateCredential, ClientSecretCredential } = await import('@azure/identity')
  const { tenant, clientId, clientSecret, certificate, authority } = address
  const options = {
    retryOptions: { maxRetries: 0 },
    // The public cloud does not know every other one.
    ...(authority ? { authorityHost: authority, disableInstanceDiscovery: true } : {}),
  }
  if (certificate) return new ClientCertificateCredential(tenant, clientId, { certificate }, options)
  return new ClientSecretCredential(tenant, clientId, clientSecret ?? '', options)
}

/** What a fault calls itself: Microsoft's number of a refused sign-in, the network's code, its class. */
function nameOf(error: unknown): string {
  const { cause, code, name, message } = error as {
    cause?: { code?: string }
    code?: unknown
    name?: string
    message?: string
  }
  const [number] = /AADSTS\d{3,9}/.exec(message ?? '') ?? []
  if (number || cause?.code) return number ?? String(cause?.code)
  return typeof code === 'string' ? code : (name ?? 'connection lost')
}
