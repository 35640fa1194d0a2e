import { ProviderRefusal } from './provider.ts'

/** What Graph said, read whole. */
export interface Answer {
  status: number
  ok: boolean
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows what it asked for
  body: any
  /** The other side's clock, in milliseconds. */
  at: number
  /** Seconds, where it named a time. */
  retryAfter: number | undefined
  /** What both sides call this answer. */
  reference: string
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const header = (name: string) => response.headers.get(name) ?? ''
  const at = Date.parse(header('date'))
  return {
    status: response.status,
    ok: response.ok,
    body: text === '' ? undefined : parsed(text),
    at: Number.isNaN(at) ? Date.now() : at,
    retryAfter: secondsOf(header('retry-after'), at),
    reference: [header('request-id'), header('client-request-id')].filter(Boolean).join(' '),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a page of some proxy in between
  }
}

/** Seconds, or a moment by the clock that stands beside it. */
function secondsOf(text: string, now: number): number | undefined {
  if (text === '') return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(seconds, 0) : undefined
}

interface Fault {
  code?: string
  target?: string
  details?: Fault[]
  innerError?: Fault
  innererror?: Fault
}

/** The error and all that stand inside it. */
const faultsIn = (fault: Fault | undefined): Fault[] =>
  fault ? [fault, ...[fault.details ?? [], fault.innerError, fault.innererror].flat().flatMap(faultsIn)] : []

/** Of an answer that is no success, by its codes and never by its message. `what` names the call, for staff. */
export function refusalOf(answer: Answer, what: string): ProviderRefusal {
  const faults = faultsIn(answer.body?.error)
  const code = answer.body?.error?.code ?? `HTTP ${answer.status}`
  const conflict = faults.find(one => one.code === 'ObjectConflict')
  if (conflict?.target === 'userPrincipalName') return new ProviderRefusal('address-taken')
  if (conflict) return new ProviderRefusal('conflict', undefined, { detail: conflict.target ?? code })
  if (faults.some(({ target }) => /^password/i.test(target ?? '')))
    return new ProviderRefusal('password-refused')
  const detail = `${what}: ${code}`
  if (answer.status === 403) return new ProviderRefusal('not-permitted', undefined, { detail })
  if (answer.status === 404) return new ProviderRefusal('gone')
  if (answer.status === 400) return new ProviderRefusal('conflict', undefined, { detail })
  return new ProviderRefusal('unavailable')
}
