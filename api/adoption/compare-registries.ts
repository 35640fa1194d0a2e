import { createHash } from 'node:crypto'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, rows } from '../db/open.ts'
import { event } from '../db/schema.ts'
import { record } from '../movements/record.ts'

interface Ours {
  account: string
  address: string
  state: string
}
interface Apart {
  what: 'missing' | 'extra' | 'state'
  address: string
  account?: string
}

const namedAtMost = 50

/** Systems beside the directory, against our accounts: an event each time that something else differs than the last time. */
export async function compareRegistries(ctx: Context): Promise<void> {
  for (const [provider, holds] of ctx.registries) {
    const there = await holds().catch((error: Error) => {
      ctx.log.error({ problem: error.name, provider }, 'not compared')
    })
    if (!there) continue
    const kinds = ctx.institution.accounts.filter(rule => rule.provider.slice(1).includes(provider))
    const ours =
      kinds.length === 0
        ? []
        : await oursOf(
            ctx.db,
            kinds.map(({ kind }) => kind),
          )
    const apart = compare(ours, there)
    ctx.log.info({ provider, ...countsOf(apart) }, 'registry compared')
    await keep(ctx, provider, apart)
  }
}

/** Whatever is still being told to the others is left out. */
const oursOf = (db: Db, kinds: readonly string[]): Promise<(Ours & { busy: boolean })[]> =>
  rows(
    db,
    sql`select c.id as account, a.local || '@' || a.domain as address, c.state,
          exists (select 1 from movement m where m.account_id = c.id
            and m.state in ('intended', 'applying', 'delivering')) as busy
        from account c join address a on a.account_id = c.id and a.role in ('primary', 'quarantined')
        where c.kind in ${kinds} and c.state <> 'pending'`,
  )

function compare(
  ours: readonly (Ours & { busy: boolean })[],
  there: readonly { address: string; state: string }[],
): Apart[] {
  const held = new Map(there.map(({ address, state }) => [address.toLowerCase(), state]))
  const known = new Set(ours.map(({ address }) => address))
  const extra = [...held].flatMap(([address, state]): Apart[] =>
    known.has(address) || state === 'closed' ? [] : [{ what: 'extra', address }],
  )
  const differing = ours
    .filter(({ busy }) => !busy)
    .flatMap(({ address, state, account }): Apart[] => {
      const other = held.get(address)
      if (other === undefined) return state === 'closed' ? [] : [{ what: 'missing', address, account }]
      return other === state ? [] : [{ what: 'state', address, account }]
    })
  return [...extra, ...differing]
}

const countsOf = (apart: readonly Apart[]) => {
  const count = (which: Apart['what']) => apart.filter(({ what }) => what === which).length
  return { missing: count('missing'), extra: count('extra'), state: count('state') }
}

/** The last report stands as long as the same things differ. */
async function keep(ctx: Context, provider: string, apart: readonly Apart[]): Promise<void> {
  const lines = apart.map(({ what, address }) => `${what} ${address}`).sort()
  const digest = apart.length === 0 ? '' : createHash('sha256').update(lines.join('\n')).digest('hex')
  const [last] = await ctx.db
    .select({ detail: event.detail })
    .from(event)
    .where(and(eq(event.kind, 'registry-drift'), eq(sql`${event.detail}->>'provider'`, provider)))
    .orderBy(desc(event.id))
    .limit(1)
  if ((last?.detail.digest ?? '') === digest) return
  const accounts = apart.flatMap(({ account }) => account ?? []).slice(0, namedAtMost)
  const detail = { provider, ...countsOf(apart), accounts, digest }
  await record(ctx.db, { as: 'system', channel: 'system' }, { kind: 'registry-drift', detail })
}
