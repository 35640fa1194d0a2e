import type { Reply } from '@mci/api/route'
import type { getChallenge, identify } from '@mci/api/visits/contract'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { call, Refused } from '../api.ts'

interface Ask {
  profile: string
  claim: Record<string, string>
}

/**
 * Does the work that the service asks for, and asks again with it; the browser computes beside the page, which stays
 * alive. Once more where the proof was not accepted, for a phone may have changed its network meanwhile.
 */
export async function identifyWithProof(ask: Ask): Promise<Reply<typeof identify>> {
  try {
    return await call<typeof identify>('POST /api/visits', { ...ask, proof: await prove() })
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== 'proof-required') throw error
    return call<typeof identify>('POST /api/visits', { ...ask, proof: await prove() })
  }
}

async function prove(): Promise<string> {
  const challenge = await call<typeof getChallenge>('GET /api/challenges', {})
  const solution = await solveChallenge({ challenge, deriveKey })
  return btoa(JSON.stringify({ challenge, solution }))
}
