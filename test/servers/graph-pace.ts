import type { Asked } from './graph-users.ts'

/** How one call goes wrong. `lost`: done, and the answer never comes; `cut`: not even done. */
export type Fault =
  | { status: 403 | 429 | 500 | 503 | 504; retryAfter?: number }
  | 'lost'
  | 'cut'
  /** Not done until then. */
  | { until: Promise<unknown> }

/** About one account: two people may ask for the same list at once. */
const ownOf = ({ path, query, body }: Asked) =>
  path.length > 1 || query.has('$filter') || body?.userPrincipalName !== undefined

/** Who was told to wait, and who did not. */
export function openPace() {
  const told: { key: string; from: number; until: number }[] = []
  const writes: number[] = []
  let most = 3000
  let windowMs = 150_000
  let early = 0
  const keyOf = ({ method, path, query, body }: Asked) =>
    `${method} ${path.join('/')}?${query} ${body?.userPrincipalName ?? ''}`
  return {
    early: () => early,
    throttle(writes: number, seconds: number) {
      most = writes
      windowMs = seconds * 1000
    },
    tell: (asked: Asked, seconds: number) => {
      const from = performance.now()
      told.push({ key: keyOf(asked), from, until: from + seconds * 1000 })
    },
    /** The same call again is early to the millisecond; others may have been under way for a second. */
    comes(asked: Asked) {
      const now = performance.now()
      const key = keyOf(asked)
      if (
        told.some(one => now < one.until - 1 && ((one.key === key && ownOf(asked)) || now > one.from + 1000))
      )
        early++
    },
    over({ method }: Asked): Fault | undefined {
      if (method === 'GET') return undefined
      const now = performance.now()
      while ((writes[0] ?? now) < now - windowMs) writes.shift()
      if (writes.length >= most)
        return { status: 429, retryAfter: Math.ceil(((writes[0] ?? now) + windowMs - now) / 1000) }
      writes.push(now)
      return undefined
    },
  }
}
