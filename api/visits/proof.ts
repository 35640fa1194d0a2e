import { createChallenge, randomInt, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge, Solution } from 'altcha-lib/types'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import { assertRoom, attemptKeys, count, isHalfUsed, limiterKey, type Source, sourceOf } from '../limits.ts'
import { Refusal } from '../refusal.ts'

/** A challenge is solved, sent and forgotten within so many seconds. */
const term = 300

/**
 * The work is 50 to 100 keys of 5,000 rounds, never more, so that no phone is unlucky.
 * Measured in Chromium, one core with SHA instructions: the most takes 0.15 to 0.22 s; slowed six times, as cheap phones
 * are, 0.65 to 1.0 s. Without those instructions hashing took three times as long.
 */
const rounds = 5000
const [fewest, most] = [50, 100]

/** The challenge is signed together with where it was asked for: solved elsewhere it is worth nothing. */
const placeOf = (ctx: Context, { address, browser }: Source) =>
  limiterKey(ctx, 'proof', sourceOf(address), browser)
const secretsOf = (ctx: Context) => ctx.keysFor('proof').map(key => key.toString('base64'))

async function clock(ctx: Context): Promise<number> {
  const [now] = await rows<{ now: number }>(ctx.db, sql`select extract(epoch from now())::float8 as now`)
  return now?.now ?? Number.POSITIVE_INFINITY
}

/** Work for one claim from this very place, until a few minutes from now by the database's clock. */
export async function newChallenge(ctx: Context, source: Source) {
  const until = Math.floor(await clock(ctx)) + term
  const { parameters, signature } = await createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: rounds,
    counter: randomInt(most, fewest),
    deriveKey,
    data: { for: placeOf(ctx, source), until },
    hmacSignatureSecret: secretsOf(ctx)[0] as string,
  })
  const { algorithm, cost, keyLength, keyPrefix, nonce, salt } = parameters
  const data = { for: placeOf(ctx, source), until }
  return {
    parameters: { algorithm, cost, data, keyLength, keyPrefix, nonce, salt },
    signature: signature as string,
  }
}

/**
 * Once half of what a limit allows is used up, by a place, a browser or about a person, a claim costs work before it is
 * looked at: whoever mistypes never meets it, whoever guesses soon does. It hangs on counted attempts alone, so known
 * and unknown people meet it alike. Refusals: `too-many-attempts` where the work would be for nothing, `proof-required`.
 */
export async function assertProven(
  ctx: Context,
  names: readonly string[],
  source: Source,
  proof: string | undefined,
): Promise<void> {
  const keys = attemptKeys(ctx, names, source)
  if (!(await isHalfUsed(ctx.db, keys))) return
  await assertRoom(ctx.db, keys)
  if (!(proof && (await isSolved(ctx, source, proof)))) throw new Refusal('proof-required', 403)
}

/** Solved, for this place, in time, and for the first time: the last is counted before it is believed. */
async function isSolved(ctx: Context, source: Source, proof: string): Promise<boolean> {
  const said = read(proof)
  if (!said || said.challenge.parameters.data?.for !== placeOf(ctx, source)) return false
  const { nonce, data } = said.challenge.parameters
  if (!(await isSigned(ctx, said)) || !(Number(data?.until) > (await clock(ctx)))) return false
  const once = { key: limiterKey(ctx, 'proof', nonce), limits: [{ count: 1, seconds: term }] }
  try {
    await count(ctx.db, [once])
    return true
  } catch (error) {
    if (error instanceof Refusal && error.status === 429) return false
    throw error
  }
}

interface Solved {
  challenge: Challenge
  solution: Solution
}

function read(proof: string): Solved | undefined {
  try {
    const said = JSON.parse(Buffer.from(proof, 'base64').toString())
    return typeof said.challenge.parameters.nonce === 'string' && said.solution ? said : undefined
  } catch {
    return undefined
  }
}

/** The library throws at what is not even a challenge of ours. */
async function isSigned(ctx: Context, said: Solved): Promise<boolean> {
  for (const hmacSignatureSecret of secretsOf(ctx)) {
    const { verified } = await verifySolution({ ...said, deriveKey, hmacSignatureSecret }).catch(() => ({
      verified: false,
    }))
    if (verified) return true
  }
  return false
}
