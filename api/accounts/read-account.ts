import { setTimeout } from 'node:timers/promises'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { rows } from '../db/open.ts'
import {
  account,
  accountLink,
  approval,
  holding,
  member as memberTable,
  movement,
  oficio,
  person,
} from '../db/schema.ts'
import { nameFor } from '../mask.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { shownMovements } from '../movements/shown.ts'
import { Refusal } from '../refusal.ts'
import type { OficioRef, Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import { actsFor } from './acts-for.ts'
import type { readAccount as contract } from './desk-contract.ts'
import { knownPeople, shownHolder } from './holders.ts'
import { shownAccounts } from './shown.ts'

type Told = Reply<typeof contract>

const lastMovements = 50

/** One account with everything that the desk knows of it. Refusals: `not-found`, also where it is another unit's. */
export async function readAccount(ctx: Context, member: Member, actor: Actor, id: string): Promise<Told> {
  const [found] = await shownAccounts(ctx, member, sql`acc.id = ${id}`, 1)
  const [row] = await ctx.db.select().from(account).where(eq(account.id, id))
  if (!found || !row) throw new Refusal('not-found', 404)
  const { address, kind, label, state, unit } = found
  const holder = found.holder?.id ?? null
  const rule = ctx.institution.accounts.find(one => one.kind === kind)
  const [unitName, reopenUntil, directories, holdings, letters, waiting, movements, known] =
    await Promise.all([
      nameOfUnit(ctx, unit),
      reopensUntil(ctx, id),
      directoriesOf(ctx, id),
      holdingsOf(ctx, member, id),
      lettersOf(ctx, id),
      waitingFor(ctx, id),
      shownMovements(ctx, member, eq(movement.accountId, id), lastMovements),
      knownPeople(ctx.db, holder ? [holder] : []),
    ])
  await record(ctx.db, actor, {
    kind: 'looked-up',
    personId: holder ?? undefined,
    detail: { at: 'account', account: id },
  })
  const her = holder ? known.get(holder) : undefined
  const authority = directories.find(one => one.authority)?.provider ?? rule?.provider[0] ?? ''
  return {
    ...{
      id,
      address,
      kind,
      label,
      state,
      unit,
      unitName,
      directories,
      holdings,
      movements,
      letters,
      waiting,
    },
    shared: rule?.unit !== undefined,
    createdAt: row.createdAt.toISOString(),
    blockedUntil: row.blockedUntil?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    reopenUntil,
    holder: her ? shownHolder(ctx, member, her) : null,
    mailWhileBlocked: ctx.institution.providers[authority]?.mailWhileBlocked !== false,
    acts: actsFor(ctx.institution, member, { kind, state, address, holder, reopens: reopenUntil !== null }),
  }
}

/** A centre's by the catalogue; a programme and an appointment are called what they are. */
async function nameOfUnit({ db }: Context, unit: string): Promise<string> {
  const [named] = await rows<{ name: string }>(db, sql`select name from centre where cct = ${unit}`)
  return named?.name ?? unit
}

/** While its address rests under its own name and its directory keeps what was closed. */
async function reopensUntil({ db, institution }: Context, id: string): Promise<string | null> {
  const [found] = await rows<{ provider: string; rests: string; binned: string }>(
    db,
    sql`select lnk.provider, adr.until as rests, acc.closed_at + interval '30 days' as binned
        from account acc join account_link lnk on lnk.account_id = acc.id and lnk.authority
          join address adr on adr.account_id = acc.id and adr.role = 'quarantined'
        where acc.id = ${id} and acc.state = 'closed' and adr.until > now()`,
  )
  const directory = found && institution.providers[found.provider]
  if (!directory || directory.onClose === 'delete') return null
  // A Microsoft directory empties its bin after thirty days.
  const ends = [found.rests, ...(directory.type === 'graph' ? [found.binned] : [])].map(end => new Date(end))
  const until = ends.sort((a, b) => a.getTime() - b.getTime())[0] as Date
  return until.getTime() > Date.now() ? until.toISOString() : null
}

async function directoriesOf(ctx: Context, id: string): Promise<Told['directories']> {
  const found = await ctx.db
    .select()
    .from(accountLink)
    .where(eq(accountLink.accountId, id))
    .orderBy(desc(accountLink.authority), accountLink.id)
  return Promise.all(
    found.map(async ({ provider, externalId, seenAs, authority, observedAt, drift }) => ({
      ...{ provider, seenAs, authority, drift },
      observedAt: observedAt.toISOString(),
      lastSignIn: authority ? await lastSignIn(ctx, provider, externalId) : null,
    })),
  )
}

/** Asked of the directory now, for a second at most: the page does not wait for one that is away. */
async function lastSignIn(
  { providers }: Context,
  provider: string,
  externalId: string,
): Promise<string | null> {
  const asked = providers.get(provider)?.lastSignIn?.(externalId)
  const said = await Promise.race([asked, setTimeout(1000, '', { ref: false })]).catch(() => '')
  return said || null
}

async function holdingsOf({ db }: Context, member: Member, id: string): Promise<Told['holdings']> {
  const found = await db
    .select({ holding, person })
    .from(holding)
    .innerJoin(person, eq(person.id, holding.personId))
    .where(eq(holding.accountId, id))
    .orderBy(desc(holding.id))
  return found.map(({ holding: { as, from, to, reason, oficio }, person }) => ({
    person: { id: person.id, name: nameFor(member, person) },
    ...{ as, reason },
    from: from.toISOString(),
    to: to?.toISOString() ?? null,
    oficio: oficio as OficioRef | null,
  }))
}

async function lettersOf({ db }: Context, id: string): Promise<Told['letters']> {
  const found = await db
    .select({ id: oficio.id, number: oficio.number, state: oficio.state, at: oficio.at })
    .from(oficio)
    .where(eq(oficio.accountId, id))
    .orderBy(desc(oficio.at))
  return found.map(one => ({ ...one, at: one.at.toISOString() }))
}

async function waitingFor({ db }: Context, id: string): Promise<Told['waiting']> {
  const found = await db
    .select({ approval: approval.id, deed: approval.deed, by: memberTable.name, at: approval.at })
    .from(approval)
    .innerJoin(memberTable, eq(memberTable.id, approval.askedBy))
    .where(and(eq(approval.accountId, id), eq(approval.state, 'open')))
    .orderBy(approval.at)
  return found.map(one => ({ ...one, at: one.at.toISOString() }))
}
