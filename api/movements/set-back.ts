import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { isUnreachable } from '../db/errors.ts'
import { type Db, rows } from '../db/open.ts'
import { account, movementStep } from '../db/schema.ts'
import { type ProviderProblem, ProviderRefusal } from '../providers/provider.ts'
import type { Definition, MovementRow } from './movement.ts'
import { end, Stale, soon, write } from './state.ts'

/** Why a movement does not go on, or did not end well. */
export type Problem =
  | ProviderProblem
  | 'account-without-address'
  | 'address-is-foreign'
  | 'interrupted'
  | 'mail-not-accepted'
  | 'mail-refused'
  | 'mail-unreachable'
  | 'no-alternate-email'
  | 'not-done-by-hand'
  | 'overdue'
  | 'overtaken'
  | 'unexpected'
  | 'unknown-kind'

/** A try that did not get through; `wait` seconds before the next, or the usual back-off. */
export class Setback extends Error {
  readonly wait: number | undefined

  constructor(problem: Problem, wait?: number) {
    super(problem)
    this.wait = wait
  }
}

type Act = Pick<Definition, 'secret' | 'undo'>

/** Decides what a failed try leads to: another one later, a final «no», or a person's attention. */
export async function setBack(ctx: Context, act: Act, row: MovementRow, error: unknown): Promise<void> {
  if (error instanceof Stale) return
  if (isUnreachable(error)) throw error // the lease runs out and the queue brings it back
  const problem = problemOf(error)
  ctx.log.warn(
    { folio: row.folio, problem, attempt: row.attempts, ...(problem === 'unexpected' ? { err: error } : {}) },
    'movement set back',
  )
  await ctx.db
    .transaction(tx => decide(ctx, tx as Db, act, row, problem, error))
    .catch(again => (again instanceof Stale ? undefined : Promise.reject(again)))
}

async function decide(ctx: Context, tx: Db, act: Act, row: MovementRow, problem: string, error: unknown) {
  const inDoubt = problem === 'unavailable' || problem === 'unexpected'
  if (act.secret === 'chosen' && !inDoubt) return fail(tx, act, row, problem)
  // Whoever does it by hand says when: nothing else brings it back.
  if (problem === 'waiting')
    return void (await write(tx, row, { problem, leaseUntil: null, nextAt: soon(century) }))
  if (final.has(problem) || (problem === 'password-refused' && row.attempts >= 3)) {
    // Only a person can tell two entries apart that claim the same.
    const nothingThere = problem !== 'conflict' && (problem === 'gone' || !(await isApplied(tx, row)))
    return act.undo && nothingThere
      ? undo(tx, act, row, 'undone', problem)
      : end(tx, row, 'needs-attention', problem)
  }
  // To wait as one was told is no try of its own: only a day ends that.
  const attempts = isTold(error) ? row.attempts - 1 : row.attempts
  if (attempts >= ctx.pace.attempts || (await isOld(tx, row))) return end(tx, row, 'needs-attention', problem)
  const wait = waitOf(ctx, act, row, error)
  await write(tx, row, { problem, attempts, leaseUntil: null, nextAt: soon(wait) })
  await ctx.queue.send(tx, 'movement', { id: row.id }, wait)
}

const century = 100 * 365 * 86_400
/** Asked again, the answer would be the same. */
const final = new Set([
  'gone',
  'not-permitted',
  'held-elsewhere',
  'conflict',
  'not-done-by-hand',
  'address-is-foreign',
])

/** The directory that holds the password did its part. */
async function isApplied(tx: Db, row: MovementRow): Promise<boolean> {
  const [authority] = await tx
    .select({ state: movementStep.state })
    .from(movementStep)
    .where(and(eq(movementStep.movementId, row.id), eq(movementStep.ordinal, 0)))
  return authority?.state === 'applied'
}

const problemOf = (error: unknown) =>
  error instanceof Setback ? error.message : error instanceof ProviderRefusal ? error.code : 'unexpected'

const isTold = (error: unknown): error is ProviderRefusal & { retryAfter: number } =>
  error instanceof ProviderRefusal && error.retryAfter !== undefined

/** Whether an own password arrived is asked at once, while she waits. */
function waitOf(ctx: Context, act: Act, row: MovementRow, error: unknown): number {
  if (isTold(error)) return Math.ceil(error.retryAfter * (1 + Math.random() / 10))
  if (act.secret === 'chosen' && row.attempts === 1) return 0
  if (error instanceof Setback && error.wait !== undefined) return error.wait
  return backOff(ctx, row.attempts)
}

/** 1, 2, 4 … 300 s, each less up to a quarter, so that many do not return at once. */
const backOff = (ctx: Context, attempts: number) =>
  Math.ceil(
    Math.min(ctx.pace.backoffSeconds * 2 ** (attempts - 1), ctx.pace.backoffCapSeconds) *
      (1 - Math.random() / 4),
  )

/** A day and no end: by the database's clock. */
async function isOld(tx: Db, row: MovementRow): Promise<boolean> {
  const [said] = await rows<{ old: boolean }>(
    tx,
    sql`select intended_at < now() - interval '1 day' as old from movement where id = ${row.id}`,
  )
  return said?.old === true
}

/** Nothing came to be outside: a creation takes its own rows back, a chosen password its link. */
async function undo(tx: Db, act: Act, row: MovementRow, state: 'undone' | 'failed', problem: string) {
  const [made] = await tx
    .select()
    .from(account)
    .where(eq(account.id, row.accountId ?? ''))
  if (made) await act.undo?.({ tx, account: made, detail: row.detail })
  await end(tx, row, state, problem)
}

/** A password that the person chose did not arrive, and nobody sets it any more. */
export const fail = (tx: Db, act: Act, row: MovementRow, problem: string): Promise<void> =>
  undo(tx, act, row, 'failed', problem)
