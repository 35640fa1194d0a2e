import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contact, movement } from '../db/schema.ts'
import { render } from '../mail/letter.ts'
import type { Delivery } from '../mail/transport.ts'
import { maskEmail } from '../mask.ts'
import type { Definition, MovementRow, Running } from './movement.ts'
import { record } from './record.ts'
import { Setback } from './set-back.ts'
import { actorOf, now, Stale, soon, turn, write } from './state.ts'

/** Hands the secret to SMTP in the same breath as the directory took it. The mail counts its sends; the last one wins. */
export async function deliver(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
): Promise<void> {
  const row = await write(ctx.db, running.movement, {
    sends: running.movement.sends + 1,
    leaseUntil: soon(ctx.pace.leaseSeconds),
  })
  const { institution, publicUrl } = ctx
  const mail = await definition.letter?.({
    ...running,
    movement: row,
    ctx,
    institution,
    publicUrl,
    sends: row.sends,
  })
  if (!mail) return giveUp(ctx, row, 'no-alternate-email')
  const said = await ctx.mail.send({ to: mail.to, ...render(mail.letter, institution) })
  if (said.state === 'sent') return sent(ctx, definition, row, mail.to, said.smtp)
  await ctx.db.transaction(tx =>
    write(tx as Db, row, {
      deliveryTo: maskEmail(mail.to),
      deliverySmtp: said.smtp,
      ...(said.permanent ? { deliveryState: 'refused' } : {}),
    }),
  )
  if (!said.permanent) throw new Setback('mail-not-accepted', waitFor(ctx, said))
  return bounced(ctx, row, mail.to, said.smtp)
}

/** A 4xx may be a greylist, which wants a minute. */
const waitFor = (ctx: Context, said: Delivery) =>
  /^4\d\d/.test(said.smtp) ? ctx.pace.greylistSeconds : undefined

async function sent(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  to: string,
  smtp: string,
): Promise<void> {
  const outcome = ctx.db.transaction(async outer => {
    const tx = outer as Db
    await turn(tx, row, 'done', {
      deliveredAt: now(),
      finishedAt: now(),
      leaseUntil: null,
      deliveryTo: maskEmail(to),
      deliveryState: 'sent',
      deliverySmtp: smtp,
      problem: null,
    })
    if (definition.notice) await ctx.queue.send(tx, 'notice', { id: row.id }, 0)
  })
  await outcome.catch(error => (error instanceof Stale ? mailedTooLate(ctx, row) : Promise.reject(error)))
}

/** Our mail went out after another worker took over: its password may not be the last, so the act is done once more. */
async function mailedTooLate(ctx: Context, row: MovementRow): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    await tx
      .update(movement)
      .set({ state: 'applying', finishedAt: null, nextAt: soon(ctx.pace.leaseSeconds), leaseUntil: null })
      .where(eq(movement.id, row.id))
    await record(tx, actorOf(row), {
      kind: 'movement-applying',
      movementId: row.id,
      detail: { why: 'late mail' },
    })
    await ctx.queue.send(tx, 'movement', { id: row.id }, ctx.pace.leaseSeconds)
  })
}

/** The mailbox does not exist or refuses us for good: a person must act, and the address is marked. */
async function bounced(ctx: Context, row: MovementRow, to: string, smtp: string): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    await turn(
      tx,
      row,
      'needs-attention',
      { finishedAt: now(), leaseUntil: null, problem: 'mail-refused' },
      { smtp },
    )
    await tx
      .update(contact)
      .set({ bouncedAt: now() })
      .where(
        sql`lower(${contact.address}) = lower(${to}) and ${contact.to} is null and ${contact.bouncedAt} is null`,
      )
  })
}

async function giveUp(ctx: Context, row: MovementRow, problem: string): Promise<void> {
  await ctx.db.transaction(tx =>
    turn(tx as Db, row, 'needs-attention', { finishedAt: now(), leaseUntil: null, problem }, { problem }),
  )
}
