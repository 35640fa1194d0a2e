import { sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import type { Institution } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'
import type { RosterRules, RowNote } from './cells.ts'
import { applyCentres } from './centres.ts'
import { heading, plain, type RosterKind, unreadable } from './columns.ts'
import { applyPeople } from './people.ts'
import { openRosterFile, type SourceRow } from './read.ts'
import { keep, MOST_NOTES, type Notes, type Staged, stageRows } from './stage.ts'

/** Of the institution, what a load looks at. */
export interface RosterInstitution extends Pick<Institution, 'domains' | 'roster' | 'sexX'> {
  readonly fields: RosterRules['fields']
  readonly terms: Pick<Institution['terms'], 'contactCooldown'>
  /** Addresses under reserved domains are taken: demo and tests only. */
  readonly allowReserved?: boolean
}

export interface RosterAsk {
  kind: RosterKind
  /** Path of a CSV or XLSX. */
  file: string
  source: string
  /** `YYYY-MM-DD`: the day the padrón tells of. */
  asOf: string
  replace: boolean
  simulate: boolean
  /** How many people the load ends, where that is more than 5 % of the source. */
  confirm?: number | undefined
  /** `system` or `member:<id>`. */
  actor: string
  channel: 'staff' | 'system'
  /** Rows read so far, and the share of the file from 0 to 1. */
  progress?: ((read: number, share: number) => void) | undefined
}

/** Counts of rows; `inactive` counts people. Lists hold the first 10,000 by line, totals all of them. */
export interface RosterReport {
  source: string
  asOf: string
  read: number
  new: number
  changed: number
  unchanged: number
  inactive: number
  refused: RowNote[]
  warnings: RowNote[]
  refusedTotal: number
  warningsTotal: number
}

export interface Loading {
  id: number
  kind: RosterKind
  source: string
  replace: boolean
  cooldown: number
}
export interface Applied {
  fresh: number
  changed: number
  unchanged: number
  /** People (or centres) that were active in this source, and how many of them no longer are. */
  before: number
  inactive: number
  refused: Notes
  warnings: Notes
}

const simulated = new Error('simulated')

/**
 * Loads a file into a source: all of it or nothing, in one transaction, with memory that does not grow with the file.
 * Refuses with `roster-unreadable` and `roster-older` (`more.reason`, Spanish) and `confirm-required` (`more.people`).
 */
export async function loadRoster(
  ctx: { db: Db; institution: RosterInstitution },
  ask: RosterAsk,
): Promise<RosterReport> {
  const file = await openRosterFile(ask.file)
  const all = file.rows[Symbol.asyncIterator]()
  const [first, second] = [await all.next(), await all.next()]
  if (first.done) throw unreadable('El archivo está vacío.')
  const header = heading(ask.kind, first.value.cells, ctx.institution.roster.headers)
  if (second.done) throw unreadable('El archivo solo trae el encabezado.')
  const progress = (read: number) => ask.progress?.(read, file.share())
  let report: RosterReport | undefined
  try {
    await ctx.db.transaction(async tx => {
      await begin(tx, ask)
      const staged = await stageRows(
        tx,
        ask.kind,
        after(second.value, all),
        header,
        rulesOf(ctx.institution),
        progress,
      )
      for (const column of header.unused) keep(staged.warnings, [unused(first.value, column)])
      report = await apply(tx, ask, staged, {
        digest: file.digest,
        cooldown: ctx.institution.terms.contactCooldown,
      })
      if (ask.simulate) throw simulated
    })
  } catch (error) {
    if (error !== simulated) throw withoutValues(error)
  }
  return report as RosterReport
}

async function* after(first: SourceRow, rest: AsyncIterator<SourceRow>): AsyncGenerator<SourceRow> {
  for (let next: IteratorResult<SourceRow> = { value: first }; !next.done; next = await rest.next())
    yield next.value
}

const unused = (header: SourceRow, column: string): RowNote => ({
  line: header.line,
  column,
  value: '',
  reason: 'esta columna no se usa',
})

function rulesOf({ fields, domains, roster, sexX, allowReserved = false }: RosterInstitution): RosterRules {
  const statuses = Object.entries(roster.statuses).map(
    ([theirs, ours]) => [plain(theirs), plain(ours)] as const,
  )
  return { fields, sexX, statuses: new Map(statuses), ownDomains: domains, allowReserved }
}

/** One load at a time: sources share people. The joins are of whole tables, which a nested loop would never end. */
async function begin(tx: Db, ask: RosterAsk): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true), set_config('enable_nestloop', 'off', true),
    set_config('jit', 'off', true), set_config('work_mem', '64MB', true)`)
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('roster-load', 0))`)
  const [newest] = await rows<{ day: string }>(
    tx,
    sql`select max(as_of)::text as day from roster_load where source = ${ask.source} and kind = ${ask.kind}
    having max(as_of) > ${ask.asOf}::date`,
  )
  if (!newest) return
  const reason = `El padrón del ${ask.asOf} es anterior al último cargado de esta fuente, del ${newest.day}.`
  throw new Refusal('roster-older', 409, { reason })
}

async function apply(
  tx: Db,
  ask: RosterAsk,
  staged: Staged,
  { digest, cooldown }: { digest: string; cooldown: number },
): Promise<RosterReport> {
  const { kind, source, asOf, replace } = ask
  const [load] = await rows<{ id: number }>(
    tx,
    sql`insert into roster_load (source, kind, as_of, digest, counts, replaced)
    values (${source}, ${kind}, ${asOf}, ${digest}, '{}', ${replace}) returning id::int as id`,
  )
  const loading = { id: load?.id ?? 0, kind, source, replace, cooldown }
  const applied = await applyKind(tx, loading)
  if (!ask.simulate && applied.inactive > applied.before * 0.05 && ask.confirm !== applied.inactive) {
    throw new Refusal('confirm-required', 409, { people: applied.inactive, of: applied.before })
  }
  const report = reportOf(ask, staged, applied)
  await record(tx, ask, loading.id, digest, report)
  return report
}

function applyKind(tx: Db, load: Loading): Promise<Applied> {
  if (load.kind === 'centres') return applyCentres(tx, load)
  return load.kind === 'workers'
    ? applyPeople(tx, { ...load, profile: 'worker', keyKind: 'curt' })
    : applyPeople(tx, { ...load, profile: 'student', keyKind: 'controlNumber' })
}

function reportOf(
  { source, asOf }: RosterAsk,
  { read, refused, warnings }: Staged,
  applied: Applied,
): RosterReport {
  const byLine = (a: Notes, b: Notes) =>
    [...a.list, ...b.list].sort((x, y) => x.line - y.line).slice(0, MOST_NOTES)
  const { fresh, changed, unchanged, inactive } = applied
  return {
    source,
    asOf,
    read,
    new: fresh,
    changed,
    unchanged,
    inactive,
    refused: byLine(refused, applied.refused),
    warnings: byLine(warnings, applied.warnings),
    refusedTotal: refused.total + applied.refused.total,
    warningsTotal: warnings.total + applied.warnings.total,
  }
}

/** Numbers and the file's digest, nobody's data. */
async function record(
  tx: Db,
  ask: RosterAsk,
  id: number,
  digest: string,
  report: RosterReport,
): Promise<void> {
  const {
    read,
    new: fresh,
    changed,
    unchanged,
    inactive,
    refusedTotal: refused,
    warningsTotal: warnings,
  } = report
  const counts = { read, new: fresh, changed, unchanged, inactive, refused, warnings }
  const { source, kind, asOf, replace, actor, channel } = ask
  const detail = { load: id, source, kind, asOf, replace, digest, counts }
  await tx.execute(
    sql`update roster_load set counts = ${JSON.stringify(counts)}::text::jsonb where id = ${id}`,
  )
  await tx.execute(sql`insert into event (kind, actor, channel, detail)
    values ('roster-load', ${actor}, ${channel}, ${JSON.stringify(detail)}::text::jsonb)`)
}

/** A failed statement carries its parameters, whole batches of people, in its message: they stay here. */
function withoutValues(error: unknown): unknown {
  const { cause } = error as { cause?: { message?: string; code?: string } }
  if (!cause?.message || !('query' in (error as object))) return error
  return Object.assign(new Error(cause.message), { code: cause.code })
}
