import type { Ask, Reply, Route } from '@mci/api/route'

/** A refusal of the service: `application/problem+json`. What stands beside `code` depends on it. */
export interface Problem {
  code: string
  status: number
  reference?: string
  fields?: { name: string; code: string; at?: number }[]
  reasons?: { code: string; missing?: number }[]
  directions?: string
  at?: string
  againAt?: string
  until?: string
  folio?: string
  alternateEmail?: string
  /** Tries of a code that remain; absent where there was nothing to compare it with. */
  left?: number
  /** Seconds, from `Retry-After`. */
  retryAfter?: number
}

/** The expected «no»; screens branch on `problem.code`. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

/** The line broke, for a request as for a part of the program that comes later. */
export const noConnection = (): never => {
  throw new Refused({ code: 'no-connection', status: 0 })
}

let ahead = 0
/** The server's clock as far as we know it; a phone's own may be wrong by hours. */
export const serverNow = () => Date.now() + ahead

let asking = new AbortController()
/** Gives up whatever is being asked. */
export function giveUp() {
  asking.abort()
  asking = new AbortController()
}

/**
 * The only fetch. `line` is the route's method and path, checked against its type; the route objects themselves stay
 * on the server, for they would bring the schema library along.
 */
export const call = <R extends Route>(
  line: `${R['method']} ${R['path']}`,
  ask: Ask<R>,
): Promise<Reply<R>> => {
  const [method, path] = line.split(' ') as [string, string]
  return send(method, path, method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(ask))
}

export async function send<T>(method: string, path: string, body?: string | FormData): Promise<T> {
  const reply = await reach(method, path, body)
  return (reply.status === 204 ? null : await reply.json()) as T
}

/** A file that is drawn for this one request, kept in this window's memory alone. */
export const sendForFile = async (method: string, path: string, body?: string): Promise<Blob> =>
  (await reach(method, path, body)).blob()

/** A request as it goes out; without a body it is answered soon, or not at all. */
async function reach(method: string, path: string, body?: string | FormData): Promise<Response> {
  const json = typeof body === 'string'
  const reply = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(json && { 'content-type': 'application/json' }) },
    body,
    // The end of a visit is told also by a page that is going.
    keepalive: method === 'DELETE',
    signal: AbortSignal.any([asking.signal, AbortSignal.timeout(body ? 60_000 : 15_000)]),
  }).catch(noConnection)
  const date = Date.parse(reply.headers.get('date') ?? '')
  if (date) ahead = date - Date.now()
  if (!reply.ok) throw new Refused(await problemOf(reply))
  return reply
}

async function problemOf(reply: Response): Promise<Problem> {
  const told = (await reply.json().catch(() => ({}))) as Partial<Problem>
  const retryAfter = told.retryAfter ?? secondsOf(reply.headers.get('retry-after'))
  const code = told.code ?? (reply.status >= 500 ? 'not-available' : 'other')
  return { ...told, code, status: reply.status, ...(retryAfter !== undefined && { retryAfter }) }
}

const secondsOf = (header: string | null) => (header && /^\d+$/.test(header) ? Number(header) : undefined)
