import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { asJson, type Db, rows } from '../db/open.ts'
import { account, accountLink, holding } from '../db/schema.ts'
import { recordAll } from '../movements/record.ts'
import type { Listed, ProviderReader } from '../providers/provider.ts'
import { authorities } from './adopt.ts'
import { type Act, type Difference, type Drift, differencesOf, driftOf, type Link } from './compare-link.ts'
import { compareRegistries } from './compare-registries.ts'

/** What a day's comparison of one directory came to. */
interface Reconciled {
  provider: string
  compared: number
  reported: Partial<Record<Difference, number>>
  /** Links whose entries were not to be seen, where they are too many to be believed. */
  unseen?: number
}

interface Reported {
  link: Link
  person: string | null
  difference: Difference
}

interface Row {
  link: Link
  state: string
  person: string | null
}

const system = { as: 'system', channel: 'system' } as const

/**
 * Once a day: what the directories show, against our links and what was done here. Each difference is reported once, as an
 * event; only links are brought up to date, never the directory and never an account.
 */
export async function reconcile(ctx: Context): Promise<Reconciled[]> {
  const done: Reconciled[] = []
  for (const provider of authorities(ctx.institution)) {
    const reader = ctx.providers.get(provider)
    if (!reader) continue
    const one = await reconcileOne(ctx, provider, reader).catch((error: Error) => {
      ctx.log.error({ err: error, provider }, 'not reconciled')
    })
    if (!one) continue
    ctx.log[one.unseen === undefined ? 'info' : 'error'](one, 'reconciled')
    done.push(one)
  }
  await compareRegistries(ctx)
  return done
}

async function reconcileOne(ctx: Context, provider: string, reader: ProviderReader): Promise<Reconciled> {
  const [clock] = await rows<{ now: string }>(ctx.db, sql`select now()::text as now`)
  const since = clock?.now ?? ''
  const seen = new Set<string>()
  const told: Reconciled = { provider, compared: 0, reported: {} }
  const count = (reported: readonly Reported[]) => {
    for (const { difference } of reported) told.reported[difference] = (told.reported[difference] ?? 0) + 1
  }
  for await (const page of reader.list()) {
    for (const { externalId } of page) seen.add(externalId)
    const known = await linksOf(ctx.db, provider, page)
    const still = await withoutBusy(ctx.db, known, since)
    count(await comparePage(ctx, page, still))
    told.compared += still.length
  }
  const unseen = (await openLinks(ctx.db, provider)).filter(({ link }) => !seen.has(link.externalId))
  if (unseen.length > Math.max(20, 0.05 * (told.compared + unseen.length)))
    return { ...told, unseen: unseen.length }
  count(await compareUnseen(ctx, reader, await withoutBusy(ctx.db, unseen, since)))
  return told
}

const rowsOf = (db: Db) =>
  db
    .select({ link: accountLink, state: account.state, person: holding.personId })
    .from(accountLink)
    .innerJoin(account, eq(account.id, accountLink.accountId))
    .leftJoin(holding, and(eq(holding.accountId, account.id), isNull(holding.to)))

const linksOf = (db: Db, provider: string, page: readonly Listed[]): Promise<Row[]> => {
  const ids = page.map(({ externalId }) => externalId)
  return rowsOf(db).where(and(eq(accountLink.provider, provider), inArray(accountLink.externalId, ids)))
}

/** Those whose entries should be there. */
const openLinks = (db: Db, provider: string): Promise<Row[]> =>
  rowsOf(db).where(
    and(
      eq(accountLink.provider, provider),
      accountLink.authority,
      ne(account.state, 'closed'),
      ne(accountLink.drift, 'missing'),
    ),
  )

/** What is being done to at this moment, or was since we began, is looked at tomorrow. */
async function withoutBusy(db: Db, known: readonly Row[], since: string): Promise<Row[]> {
  if (known.length === 0) return []
  const busy = await rows<{ id: string }>(
    db,
    sql`select distinct account_id as id from movement
        where account_id in ${known.map(({ link }) => link.accountId)}
          and coalesce(finished_at, 'infinity') >= ${since}::timestamptz`,
  )
  const ids = new Set(busy.map(({ id }) => id))
  return known.filter(({ link }) => !ids.has(link.accountId))
}

async function comparePage(
  ctx: Context,
  page: readonly Listed[],
  known: readonly Row[],
): Promise<Reported[]> {
  if (known.length === 0) return []
  const acts = await actsSince(ctx.db, known)
  const entries = new Map(page.map(entry => [entry.externalId, entry]))
  const reported: Reported[] = []
  const observed = known.flatMap(({ link, state, person }) => {
    const entry = entries.get(link.externalId)
    if (!entry) return []
    const found = differencesOf(entry, link, state, acts.get(link.accountId) ?? [])
    reported.push(...found.differences.map(difference => ({ link, person, difference })))
    const { seenAs, at, passwordAt } = entry
    return [{ id: link.id, seenAs, at, passwordAt, drift: found.drift }]
  })
  await keep(ctx.db, reported, observed)
  return reported
}

/** What was done here since each link was last compared. */
async function actsSince(db: Db, known: readonly Row[]): Promise<Map<string, Act[]>> {
  const since = new Map(known.map(({ link }) => [link.accountId, link.observedAt]))
  const earliest = new Date(Math.min(...[...since.values()].map(at => at.getTime())))
  const found = await rows<{ id: string; from: string; to: string }>(
    db,
    sql`select account_id as id, intended_at as from, coalesce(finished_at, now()) as to from movement
        where account_id in ${[...since.keys()]} and applied_at is not null
          and coalesce(finished_at, now()) >= ${earliest.toISOString()}::timestamptz`,
  )
  const acts = new Map<string, Act[]>()
  for (const { id, ...moments } of found) {
    const act = { from: new Date(moments.from), to: new Date(moments.to) }
    if (act.to >= (since.get(id) ?? act.to)) acts.set(id, [...(acts.get(id) ?? []), act])
  }
  return acts
}

/** Not in the listing: gone, or put where no account stands. */
async function compareUnseen(
  ctx: Context,
  reader: ProviderReader,
  unseen: readonly Row[],
): Promise<Reported[]> {
  const reported: Reported[] = []
  for (const { link, state, person } of unseen) {
    const here = await reader.look(link.externalId)
    const drift: Drift = here ? driftOf(here.active, state) : 'missing'
    if (drift === link.drift) continue
    const difference = drift === 'missing' ? 'deleted' : drift
    const one: Reported[] = difference === '' ? [] : [{ link, person, difference }]
    const { seenAs, standsAt: at, passwordAt } = link
    await keep(ctx.db, one, [{ id: link.id, seenAs, at, passwordAt, drift }])
    reported.push(...one)
  }
  return reported
}

interface Observed {
  id: number
  seenAs: string
  at: string
  passwordAt: string
  drift: Drift
}

/** The report and what it was reported of, together: neither twice nor never. */
async function keep(db: Db, reported: readonly Reported[], observed: readonly Observed[]): Promise<void> {
  await db.transaction(async outer => {
    const tx = outer as Db
    await tx.execute(sql`
      update account_link l set seen_as = o."seenAs", stands_at = o.at, password_at = o."passwordAt",
        drift = o.drift, observed_at = now()
      from jsonb_to_recordset(${asJson(observed)})
        as o(id bigint, "seenAs" text, at text, "passwordAt" text, drift text)
      where l.id = o.id`)
    if (reported.length === 0) return
    await recordAll(
      tx,
      system,
      reported.map(({ link, person, difference }) => ({
        kind: 'directory-difference',
        personId: person ?? undefined,
        detail: { difference, account: link.accountId, provider: link.provider },
      })),
    )
  })
}
