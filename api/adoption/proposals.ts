import { sql } from 'drizzle-orm'
import { knownPeople, shownHolder } from '../accounts/holders.ts'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { personWithin } from '../staff/scope.ts'
import type { listProposals as contract } from './contract.ts'
import { decideProposal } from './decide-proposal.ts'

const most = 500

/** Entries that may be somebody's of the member's units, the oldest first. */
export async function listProposals(
  ctx: Context,
  member: Member,
  actor: Actor,
): Promise<Reply<typeof contract>> {
  const open = await rows<{
    id: number
    provider: string
    seenAs: string
    entryName: string
    evidence: string
    person: string
  }>(
    ctx.db,
    sql`select pro.id::int, pro.provider, pro.seen_as as "seenAs", pro.entry_name as "entryName", pro.evidence,
          pro.person_id as person
        from proposal pro where pro.state = 'open' and ${personWithin(member, sql`pro.person_id`)}
        order by pro.id limit ${most}`,
  )
  const known = await knownPeople(ctx.db, [...new Set(open.map(({ person }) => person))])
  await record(ctx.db, actor, { kind: 'looked-up', detail: { at: 'proposals', count: open.length } })
  return open.flatMap(({ person, seenAs, ...one }) => {
    const her = known.get(person)
    if (!her) return []
    const { id, name, centres } = shownHolder(ctx, member, her)
    const address = seenAs.includes('@') ? seenAs : ''
    return [{ ...one, seenAs, address, person: { id, name, centres } }]
  })
}

/**
 * A member says whether an entry is hers. Refusals: those of `decideProposal`; `not-found` also where it is of another
 * unit; `own-account` where it may be her own.
 */
export async function decideAtDesk(
  ctx: Context,
  member: Member,
  actor: Actor,
  ask: { id: string; hers: boolean; reason: string },
): Promise<void> {
  const id = Number(ask.id)
  const [found] = await rows<{ person: string }>(
    ctx.db,
    sql`select pro.person_id as person from proposal pro
        where pro.id = ${id} and ${personWithin(member, sql`pro.person_id`)}`,
  )
  if (!found) throw new Refusal('not-found', 404)
  if (member.persons.includes(found.person)) throw new Refusal('own-account', 403)
  await decideProposal(ctx, actor, { id, hers: ask.hers, reason: ask.reason })
}
