import { ProviderRefusal } from './provider.ts'

const mayWait = 400
/** So many faults in a row, and for so long nobody else waits for a directory that is down. */
const faults = 3
const restMs = 2000

/** Three faults in a row: nobody waits for a while, then one may try. */
export function openBreaker() {
  let inARow = 0
  let restUntil = 0
  let probing = false
  const rests = () => inARow >= faults && (probing || performance.now() < restUntil)
  const look = () => {
    if (rests()) throw new ProviderRefusal('unavailable')
  }
  return {
    look,
    pass() {
      look()
      probing = inARow >= faults
    },
    worked() {
      inARow = 0
      probing = false
    },
    failed() {
      inARow++
      probing = false
      restUntil = performance.now() + restMs
    },
  }
}

export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** So many at once; so many more may wait; whoever comes then hears `unavailable`. */
export function openTurns(most: number): Turns {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= most) {
      if (waiting.length >= mayWait) throw new ProviderRefusal('unavailable')
      await new Promise<void>(go => waiting.push(go))
    } else running++
    try {
      return await work()
    } finally {
      const following = waiting.shift()
      if (following) following()
      else running--
    }
  }
}
