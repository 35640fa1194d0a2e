import { hash, verify } from '@node-rs/argon2'
import { openTurns } from './turns.ts'

/** argon2id, 19 MiB, two passes: about 20 ms of one core, on libuv's threads. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Two at once in front of the threads; past the queue a caller hears `unavailable` instead of everybody waiting. */
const inTurn = openTurns(2)

/** `{ARGON2ID}` and the PHC string, as Dovecot reads it. */
export const hashPassword = (password: string) =>
  inTurn(async () => `{ARGON2ID}${await hash(password, cost)}`)

/** Of a password nobody has: what is compared when there is no entry, at the same cost. */
const nobody = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

export const passwordMatches = (stored: string | null | undefined, password: string) =>
  inTurn(async () => {
    const same = await verify(stored?.replace(/^\{ARGON2ID\}/, '') ?? nobody, password)
    return same && stored != null
  })
