import { ProviderRefusal } from './provider.ts'

const later = (seconds: number) =>
  new ProviderRefusal('unavailable', undefined, { retryAfter: Math.max(seconds, 0.1) })

/** Of one act: refused at a closed gate before it began, waiting there once it did. */
export interface Patience {
  begun: boolean
  leftMs: number
}

export const patienceOf = {
  /** Longer, and its worker is free for others. */
  change: (): Patience => ({ begun: false, leftMs: 15_000 }),
  /** Somebody stands at the kiosk and has only asked: for a moment she waits. */
  question: (): Patience => ({ begun: true, leftMs: 3000 }),
}

/**
 * Where the other side names a time, nobody asks before it: not who heard it, and nobody else either. Acts that are half
 * done wait for it, or with many throttled calls none would ever come to its end.
 */
export function openGate() {
  let until = 0
  const leftMs = () => until - performance.now()
  return {
    isOpen: () => leftMs() <= 0,
    hold(seconds: number) {
      until = Math.max(until, performance.now() + seconds * 1000)
    },
    async pass(patience: Patience) {
      for (let left = leftMs(); left > 0; left = leftMs()) {
        if (!patience.begun || left > patience.leftMs) throw later(left / 1000)
        patience.leftMs -= left
        await new Promise(done => setTimeout(done, left + 10 + Math.random() * 50))
      }
    },
  }
}

/**
 * So many writes in any such time, by the second. What nobody waits for leaves the last third alone: it belongs to the
 * people at the kiosk.
 */
export function openBudget(most: number, seconds = 150) {
  const spent = new Map<number, number>()
  let total = 0
  return function spend(bulk: boolean) {
    const now = Math.floor(performance.now() / 1000)
    for (const [second, count] of spent) {
      if (second > now - seconds) break
      spent.delete(second)
      total -= count
    }
    if (total >= (bulk ? Math.floor((most * 2) / 3) : most)) {
      const [oldest = now] = spent.keys()
      throw later(oldest + seconds - now)
    }
    spent.set(now, (spent.get(now) ?? 0) + 1)
    total++
  }
}

/** An object that was just made may be unknown to the other side's replicas for so long. */
const settlingMs = 300_000

/** What this process has just made there, and for which of our accounts. */
export function openNewcomers() {
  const made = new Map<string, { marker: string; at: number }>()
  return {
    note(id: string, marker: string) {
      for (const [known, { at }] of made) if (performance.now() - at > settlingMs) made.delete(known)
      made.set(id, { marker, at: performance.now() })
    },
    forget: (id: string) => void made.delete(id),
    idOf: (marker: string) => [...made].find(([, one]) => one.marker === marker)?.[0],
    /** Nobody of that name: of one that was just made it may be untrue; asked again after as long as it has been. */
    missing(id: string): ProviderRefusal {
      const age = performance.now() - (made.get(id)?.at ?? Number.NEGATIVE_INFINITY)
      return age > settlingMs ? new ProviderRefusal('gone') : later(Math.min(Math.max(age / 1000, 1), 30))
    },
  }
}
