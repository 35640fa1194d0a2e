import { ProviderRefusal } from './provider.ts'

const mayWait = 400

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
