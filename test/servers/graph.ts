import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import tls from 'node:tls'
import type { Organization, SubscribedSku } from '@microsoft/microsoft-graph-types'
import { type Fault, openPace } from './graph-pace.ts'
import { list } from './graph-query.ts'
import { type App, discovery, tokenFor } from './graph-token.ts'
import {
  type Asked,
  about,
  binned,
  create,
  type Held,
  holding,
  type Reply,
  refused,
  restore,
  type Tenancy,
} from './graph-users.ts'
import { makeCertificate } from './tls.ts'

interface Call extends Asked {
  headers: IncomingMessage['headers']
  status: number
  requestId: string
}

export interface Graph extends Tenancy {
  /** Both are one server here. */
  url: string
  ca: string
  app: App
  calls: Call[]
  /** Calls that were told a time and came again before it, or any that came long after somebody was told. */
  early: () => number
  /** Without an argument all goes well. */
  faults(how?: (call: Asked) => Fault | undefined): void
  /** Milliseconds until a new object is known; of each new one. */
  replicates(after?: () => number): void
  /** So many writes in so many seconds; then 429. */
  throttle(writes: number, seconds: number): void
  passes(seconds: number): void
  /** Somebody who was there before us. */
  plant(user: Partial<Held> & { userPrincipalName: string }): Held
  signsIn(address: string, password: string): Promise<boolean>
  stop(): Promise<void>
}

const skus = [
  {
    skuId: '94763226-9b3c-4e75-a931-5c89701abe66',
    skuPartNumber: 'STANDARDWOFFPACK_FACULTY',
    enabled: 100_000,
  },
  {
    skuId: '314c4481-f395-4525-be8b-2ec4bb1e9d91',
    skuPartNumber: 'STANDARDWOFFPACK_STUDENT',
    enabled: 100_000,
  },
]

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
}

/** Microsoft Graph and its sign-in as they are documented, on loopback. Whoever asks for anything else is noted as strange. */
export async function startGraph(): Promise<Graph> {
  const certificate = makeCertificate('DNS:localhost', 'IP:127.0.0.1')
  const client = makeCertificate('DNS:mci')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.ca])
  const server = createServer({ key: certificate.key, cert: certificate.cert })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `https://localhost:${(server.address() as { port: number }).port}`
  const app: App = {
    tenant: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomUUID(),
    pem: `${client.key}\n${client.cert}`,
  }
  let clock = 0
  let lag = () => 0
  const tenancy: Tenancy = {
    users: new Map(),
    skus: skus.map(sku => ({ ...sku })),
    strange: [],
    origin,
    now: () => Date.now() + clock,
    lag: () => lag(),
  }
  const pace = openPace()
  const tokens = new Set<string>()
  const calls: Call[] = []
  let faultOf: (call: Asked) => Fault | undefined = () => undefined
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', origin)
    const text = await bodyOf(request)
    const sends = (status: number, body: object | undefined, headers = {}) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        date: new Date(tenancy.now()).toUTCString(),
        ...headers,
      })
      response.end(body && JSON.stringify(body))
    }
    if (url.pathname.endsWith('/.well-known/openid-configuration'))
      return sends(200, discovery(origin, app.tenant))
    if (url.pathname.endsWith('/oauth2/v2.0/token')) {
      const { status, body } = tokenFor(new URLSearchParams(text), app, origin, tokens)
      return sends(status, body)
    }
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname.split('/').slice(2).map(decodeURIComponent),
      query: url.searchParams,
      body: text === '' ? undefined : JSON.parse(text),
      bulk: request.headers['x-ms-throttle-priority'] === 'low',
    }
    const call: Call = { ...asked, headers: request.headers, status: 0, requestId: randomUUID() }
    calls.push(call)
    pace.comes(asked)
    const fault = pace.over(asked) ?? faultOf(asked)
    if (fault === 'cut') return void response.destroy()
    if (typeof fault === 'object' && 'until' in fault) await fault.until
    const known = tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''))
    const reply = known
      ? (answerTo(fault) ?? dispatch(tenancy, asked))
      : refused(401, 'InvalidAuthenticationToken', 'Access token is empty.')
    call.status = reply.status
    if (fault === 'lost') return void response.destroy()
    const told = typeof fault === 'object' && 'status' in fault ? fault.retryAfter : undefined
    if (told !== undefined) pace.tell(asked, told)
    const clientRequestId = String(request.headers['client-request-id'] ?? call.requestId)
    sends(reply.status, withIds(reply, call.requestId, clientRequestId, tenancy.now()), {
      'request-id': call.requestId,
      'client-request-id': clientRequestId,
      ...(told === undefined ? {} : { 'retry-after': String(told) }),
    })
  }

  return Object.assign(tenancy, {
    url: origin,
    ca: certificate.ca,
    app,
    calls,
    early: pace.early,
    faults: (how = () => undefined) => {
      faultOf = how
    },
    replicates: (after = () => 0) => {
      lag = after
    },
    throttle: pace.throttle,
    passes: (seconds: number) => {
      clock += seconds * 1000
    },
    plant: (user: Partial<Held> & { userPrincipalName: string }) => plant(tenancy, user),
    signsIn: async (address: string, password: string) => {
      const user = [...tenancy.users.values()].find(
        one => one.userPrincipalName === address && !one.deletedAt,
      )
      return user?.accountEnabled === true && user.password === password && password !== ''
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  } satisfies Omit<Graph, keyof Tenancy>)
}

const answerTo = (fault: Fault | undefined): Reply | undefined =>
  typeof fault === 'object' && 'status' in fault
    ? refused(fault.status, fault.status === 429 ? 'TooManyRequests' : 'UnknownError', '')
    : undefined

function withIds(
  { body }: Reply,
  requestId: string,
  clientRequestId: string,
  now: number,
): object | undefined {
  if (!body || !('error' in body)) return body
  const date = new Date(now).toISOString().slice(0, 19)
  const innerError = { date, 'request-id': requestId, 'client-request-id': clientRequestId }
  return { error: { ...(body.error as object), innerError } }
}

function dispatch(at: Tenancy, asked: Asked): Reply {
  const { method, path, query } = asked
  const options = [...query.keys()].filter(
    name => !['$select', '$filter', '$top', '$count', '$skiptoken'].includes(name),
  )
  for (const name of options) at.strange.push(`query: ${name}`)
  if (options.length > 0) return refused(400, 'Request_BadRequest', 'Unsupported query option.')
  const [root, , third] = path
  if (root === 'users' && path.length === 1) return method === 'POST' ? create(at, asked) : list(at, asked)
  if (root === 'users') return about(at, asked)
  if (root === 'directory' && path[1] === 'deletedItems' && third) return inBin(at, asked, third)
  if (root === 'subscribedSkus' && method === 'GET') {
    const value: SubscribedSku[] = at.skus.map(({ skuId, skuPartNumber, enabled }) => ({
      skuId,
      skuPartNumber,
      consumedUnits: holding(at, skuId),
      prepaidUnits: { enabled },
      capabilityStatus: 'Enabled',
    }))
    return { status: 200, body: { value } }
  }
  if (root === 'organization' && method === 'GET') {
    const value: Organization[] = [{ displayName: 'Colima', countryLetterCode: 'MX', verifiedDomains: [] }]
    return { status: 200, body: { value } }
  }
  at.strange.push(`${method} ${path.join('/')}`)
  return refused(400, 'BadRequest', 'Resource not found for the segment.')
}

function inBin(at: Tenancy, { method, path, body }: Asked, id: string): Reply {
  if (body !== undefined) at.strange.push('deletedItems: a body')
  if (path[3] === 'restore' && method === 'POST') return restore(at, id)
  const user = binned(at, id)
  return user ? { status: 200, body: { id } } : refused(404, 'Request_ResourceNotFound', id)
}

function plant(at: Tenancy, user: Partial<Held> & { userPrincipalName: string }): Held {
  const held: Held = {
    id: randomUUID(),
    password: randomUUID(),
    sessions: 0,
    privileged: false,
    knownFrom: 0,
    userType: 'Member',
    accountEnabled: true,
    displayName: 'Antes',
    assignedLicenses: [],
    ...user,
  }
  at.users.set(held.id, held)
  return held
}
