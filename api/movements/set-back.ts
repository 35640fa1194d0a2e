import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type Db, isUnreachable } from '../db/open.ts'
import { account } from '../db/schema.ts'
import { ProviderRefusal } from '../providers/provider.ts'
import type { Definition, MovementRow } from './movement.ts'
import { now, Stale, soon, turn, write } from './state.ts'

/** A try that did not get through; `wait` seconds before the next, or the usual back-off. */
export class Setback extends Error {
  readonly wait: number | undefined

  constructor(problem: string, wait?: number) {
    super(problem)
    this.wait = wait
  }
}

const day = 86_400_000

/** Decides what a failed try leads to: another one later, a final «no», or a person's attention. */
export async function setBack(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  error: unknown,
): Promise<void> {
  if (error instanceof Stale) return
  if (isUnreachable(error)) throw error // the lease runs out and the queue brings it back
  const problem = problemOf(error)
  const known = problem !== 'unexpected'
  ctx.log.warn(
    { folio: row.folio, problem, attempt: row.attempts, ...(known ? {} : { err: error }) },
    'movement set back',
  )
  await ctx.db
    .transaction(async outer => {
      const tx = outer as Db
      // An own password that may have arrived is asked for at the target; one that cannot have is over.
      if (definition.secret === 'chosen' && problem !== 'unavailable') return fail(tx, row, problem)
      if (definition.undo && problem === 'gone') return undo(tx, definition, row, problem)
      if (row.attempts >= ctx.pace.attempts || Date.now() - row.intendedAt.getTime() > day) {
        await turn(tx, row, 'needs-attention', { finishedAt: now(), leaseUntil: null, problem }, { problem })
        return
      }
      const wait = (error instanceof Setback ? error.wait : undefined) ?? backOff(ctx, row.attempts)
      await write(tx, row, { problem, leaseUntil: null, nextAt: soon(wait) })
      await ctx.queue.send(tx, 'movement', { id: row.id }, wait)
    })
    .catch(again => (again instanceof Stale ? undefined : Promise.reject(again)))
}

const problemOf = (error: unknown) =>
  error instanceof Setback ? error.message : error instanceof ProviderRefusal ? error.code : 'unexpected'

/** 1, 2, 4 … 300 s, each with up to a quarter more, so that many do not return at once. */
const backOff = (ctx: Context, attempts: number) =>
  Math.ceil(
    Math.min(ctx.pace.backoffSeconds * 2 ** (attempts - 1), ctx.pace.backoffCapSeconds) *
      (1 + Math.random() / 4),
  )

const fail = (tx: Db, row: MovementRow, problem: string) =>
  turn(tx, row, 'failed', { finishedAt: now(), leaseUntil: null, problem }, { problem }).then(() => undefined)

async function undo(tx: Db, definition: Definition, row: MovementRow, problem: string) {
  const [made] = await tx
    .select()
    .from(account)
    .where(eq(account.id, row.accountId ?? ''))
  if (made) await definition.undo?.({ tx, account: made })
  await turn(tx, row, 'undone', { finishedAt: now(), leaseUntil: null, problem }, { problem })
}
