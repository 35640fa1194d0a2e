import { randomUUID } from 'node:crypto'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { asJson, type Db, rows } from '../db/open.ts'
import { account, accountLink, holding, person, proposal } from '../db/schema.ts'
import { maskWords } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { recordAll } from '../movements/record.ts'
import { domainOf, localOf } from './entry-keys.ts'
import type { Linkable, Verdict } from './verdict.ts'

/** An account just adopted, as its holder has it. */
export interface Adopted {
  id: string
  kind: string
  state: 'active' | 'blocked'
  version: number
  address: string
}

/** Somebody else was there between our look and our change. */
class Overtaken extends Error {}

/**
 * Accounts for these entries, all or none, under the locks of the people: whoever confirms a creation at this moment
 * comes before or after. Undefined where somebody was faster with one of them.
 */
export async function linkEntries(
  db: Db,
  actor: Actor,
  provider: string,
  found: readonly Linkable[],
): Promise<Map<Linkable, Adopted> | undefined> {
  try {
    return await db.transaction(outer => link(outer as Db, actor, provider, found))
  } catch (error) {
    const code = (error as { cause?: { code?: string } }).cause?.code
    if (error instanceof Overtaken || code === '23505') return undefined
    throw error
  }
}

async function link(tx: Db, actor: Actor, provider: string, found: readonly Linkable[]) {
  const ids = found.map(one => one.person)
  await tx
    .select({ id: person.id })
    .from(person)
    .where(inArray(person.id, ids))
    .orderBy(person.id)
    .for('update')
  const held = await tx
    .select({ person: holding.personId, kind: holding.kind })
    .from(holding)
    .where(and(inArray(holding.personId, ids), eq(holding.as, 'holder'), isNull(holding.to)))
  const isHeld = (one: Linkable) => held.some(has => has.person === one.person && has.kind === one.kind)
  if (found.some(isHeld)) throw new Overtaken()
  const made = found.map(one => ({ one, id: randomUUID(), state: stateOf(one) }))
  await tx.insert(account).values(made.map(({ one, id, state }) => ({ id, kind: one.kind, state })))
  await takeAddresses(tx, made)
  await tx.insert(holding).values(
    made.map(({ one, id }) => ({
      accountId: id,
      personId: one.person,
      as: 'holder' as const,
      kind: one.kind,
      reason: 'adopted',
    })),
  )
  await tx.insert(accountLink).values(
    made.map(({ one: { entry, evidence }, id }) => ({
      accountId: id,
      provider,
      externalId: entry.externalId,
      seenAs: entry.seenAs,
      authority: true,
      origin: 'adopted' as const,
      evidence,
      standsAt: entry.at,
      passwordAt: entry.passwordAt,
    })),
  )
  await recordAll(
    tx,
    actor,
    made.map(({ one: { person: personId, kind, evidence }, id, state }) => ({
      kind: 'account-adopted',
      personId,
      detail: { account: id, provider, kind, state, evidence },
    })),
  )
  return new Map<Linkable, Adopted>(
    made.map(({ one, id, state }) => [
      one,
      { id, kind: one.kind, state, version: 0, address: one.entry.address },
    ]),
  )
}

const stateOf = ({ entry }: Linkable): Adopted['state'] => (entry.active ? 'active' : 'blocked')

/** An address that was marked as foreign is hers now. One that became somebody's meanwhile stops it all. */
async function takeAddresses(tx: Db, made: readonly { one: Linkable; id: string }[]): Promise<void> {
  const wanted = made.map(({ one: { entry }, id }) => ({
    local: localOf(entry.address),
    domain: domainOf(entry.address),
    account: id,
  }))
  const taken = await rows<{ id: number }>(
    tx,
    sql`insert into address (local, domain, account_id, role)
        select w.local, w.domain, w.account, 'primary'
        from jsonb_to_recordset(${asJson(wanted)}) as w(local text, domain text, account uuid)
        on conflict (local, domain) do update set account_id = excluded.account_id, role = 'primary', at = now()
          where address.role = 'foreign'
        returning id::int`,
  )
  if (taken.length !== wanted.length) throw new Overtaken()
}

/** Nobody else is given these addresses. Answers how many were not known before. */
export async function markAllForeign(
  db: Db,
  domains: readonly string[],
  addresses: readonly string[],
): Promise<number> {
  const ours = addresses
    .map(one => ({ local: localOf(one), domain: domainOf(one) }))
    .filter(({ local, domain }) => local !== '' && domains.includes(domain))
  if (ours.length === 0) return 0
  const marked = await rows<{ id: number }>(
    db,
    sql`insert into address (local, domain, role)
        select distinct w.local, w.domain, 'foreign' from jsonb_to_recordset(${asJson(ours)}) as w(local text, domain text)
        on conflict (local, domain) do nothing returning id::int`,
  )
  return marked.length
}

/** For staff to decide. Answers how many are new; one that staff decided stays decided. */
export async function keepProposals(db: Db, provider: string, verdicts: readonly Verdict[]): Promise<number> {
  const open = verdicts.flatMap(one =>
    one.class === 'proposed'
      ? one.persons.map(personId => ({
          provider,
          externalId: one.entry.externalId,
          personId,
          evidence: one.evidence,
          seenAs: one.entry.address || one.entry.seenAs,
          entryName: maskWords(one.entry.name),
        }))
      : [],
  )
  let fresh = 0
  for (let from = 0; from < open.length; from += 500) {
    const kept = await db
      .insert(proposal)
      .values(open.slice(from, from + 500))
      .onConflictDoUpdate({
        target: [proposal.provider, proposal.externalId, proposal.personId],
        set: {
          state: 'open',
          evidence: sql`excluded.evidence`,
          seenAs: sql`excluded.seen_as`,
          entryName: sql`excluded.entry_name`,
        },
        setWhere: eq(proposal.state, 'withdrawn'),
      })
      .returning({ id: proposal.id })
    fresh += kept.length
  }
  return fresh
}
