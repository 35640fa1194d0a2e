import { ProviderRefusal } from './provider.ts'

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
