import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { proposal } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { kindOfEntry } from './entry-kind.ts'
import { learn, openBooks } from './known-people.ts'
import { linkEntries } from './link-entries.ts'

/**
 * Staff say whether an entry is hers. Yes links it; no keeps it from being proposed again. Refusals: `not-found` where it
 * is decided or its entry is gone; `needs-review` where it cannot be an account of hers, or she has one.
 */
export async function decideProposal(
  ctx: Context,
  actor: Actor,
  ask: { id: number; hers: boolean; reason?: string },
): Promise<void> {
  const [row] = await ctx.db.select().from(proposal).where(eq(proposal.id, ask.id))
  if (row?.state !== 'open') throw new Refusal('not-found', 404)
  if (ask.hers) await linkProposed(ctx, actor, row)
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const state = ask.hers ? 'accepted' : 'rejected'
    await tx
      .update(proposal)
      .set({ state, decidedBy: actor.as, decidedAt: now() })
      .where(eq(proposal.id, ask.id))
    const { provider, evidence, personId } = row
    await record(tx, actor, {
      kind: `proposal-${state}`,
      personId,
      detail: { provider, evidence, reason: ask.reason },
    })
  })
}

async function linkProposed(ctx: Context, actor: Actor, row: typeof proposal.$inferSelect): Promise<void> {
  const { provider, externalId, personId } = row
  const seen = await ctx.providers.get(provider)?.look(externalId)
  if (!seen) throw new Refusal('not-found', 404)
  const address = seen.seenAs.toLowerCase()
  const place = { at: '', name: '', centre: '', keys: {}, marker: undefined, passwordAt: '' }
  const entry = { ...seen, ...place, address }
  const books = openBooks(provider)
  books.linked.set('', { person: personId, kind: '' })
  await learn(ctx.db, ctx.institution, books, [entry])
  const her = books.persons.get(personId)
  const found = her && kindOfEntry(ctx.institution, provider, entry, [], her)
  if (!found || !('rule' in found)) throw new Refusal('needs-review', 409)
  const evidence = `staff: ${row.evidence}`
  const { kind } = found.rule
  const one = { class: 'linked' as const, entry, persons: [personId], person: personId, kind, evidence }
  if (!(await linkEntries(ctx.db, actor, provider, [one]))) throw new Refusal('needs-review', 409)
}
