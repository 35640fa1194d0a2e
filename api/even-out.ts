import { setTimeout as sleep } from 'node:timers/promises'

/** Every «no» leaves at the same age, in milliseconds, and a little chance; on top of the same work, not instead of it. */
export const evenOut = (since: number, age: number): Promise<void> =>
  sleep(Math.max(0, since + age - performance.now()) + Math.random() * 20)
