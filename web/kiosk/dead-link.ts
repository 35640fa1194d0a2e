import type { Problem } from '../api.ts'

const DEAD = ['used', 'expired', 'superseded']

/** A link that opens nothing has a page of its own; every other refusal is a stop. */
export const isDead = ({ code }: Problem) => DEAD.includes(code)
