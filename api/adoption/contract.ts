import * as Type from 'typebox'
import { closed, Line, route, Uuid } from '../route.ts'

const Proposal = Type.Object({
  id: Type.Integer(),
  provider: Type.String(),
  /** Entry as its directory names it. */
  seenAs: Type.String(),
  /** Masked, as it stands in the entry. */
  entryName: Type.String(),
  address: Type.String(),
  /** Which keys speak for it. */
  evidence: Type.String(),
  person: Type.Object({ id: Uuid, name: Type.String(), centres: Type.Array(Type.String()) }),
})

export const listProposals = route({
  method: 'GET',
  path: '/api/proposals',
  may: 'proposal.decide',
  about: 'Entradas del directorio que quizá son de alguien: una persona decide.',
  reply: Type.Array(Proposal),
})

export const decideProposal = route({
  method: 'POST',
  path: '/api/proposals/:id/decision',
  may: 'proposal.decide',
  about: 'Decide si una entrada del directorio es de esa persona.',
  params: Type.Object({ id: Type.String({ pattern: '^\\d{1,15}$' }) }),
  body: Type.Object({ hers: Type.Boolean(), reason: Line }, closed),
  reply: Type.Null(),
  status: 204,
})
