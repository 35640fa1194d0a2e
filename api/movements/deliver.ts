import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contact } from '../db/schema.ts'
import { render } from '../mail/letter.ts'
import type { Delivery } from '../mail/transport.ts'
import { maskEmail } from '../mask.ts'
import { doneTooLate } from './late-mail.ts'
import type { Definition, MovementRow, Running } from './movement.ts'
import { Setback } from './set-back.ts'
import { end, now, Stale, turn, write } from './state.ts'

/** The letter as it would go out now; undefined where she has no alternate address any more. */
export const letterFor = async (ctx: Context, definition: Definition, running: Running<unknown>) =>
  definition.letter?.({
    ...running,
    ctx,
    institution: ctx.institution,
    publicUrl: ctx.publicUrl,
    sends: running.movement.sends,
  })

/** Hands the secret to SMTP in the same breath as the directory took it; its send is counted already. The last mail wins. */
export async function deliver(
  ctx: Context,
  definition: Definition,
  running: Running<unknown>,
  /** Nothing else is left to do. */
  whole: boolean,
): Promise<void> {
  const row = running.movement
  const mail = await letterFor(ctx, definition, running)
  if (!mail)
    return void (await ctx.db.transaction(tx => end(tx as Db, row, 'needs-attention', 'no-alternate-email')))
  const said = await ctx.mail.send({ to: mail.to, ...render(mail.letter, ctx.institution) })
  await note(ctx, definition, row, mail.to, said, whole).catch(error => {
    if (!(error instanceof Stale) || wasRefused(said)) throw error
    return doneTooLate(ctx, row)
  })
}

/** The server itself said no: this mail is nowhere. Any other end may have delivered it. */
const wasRefused = (said: Delivery) => said.state === 'refused' && /^[45]\d\d/.test(said.smtp)

/** A 4xx may be a greylist, which wants a minute. */
const waitFor = (ctx: Context, said: Delivery) =>
  /^4\d\d/.test(said.smtp) ? ctx.pace.greylistSeconds : undefined

/** What the mail server said becomes a fact of the movement. */
async function note(
  ctx: Context,
  definition: Definition,
  row: MovementRow,
  to: string,
  said: Delivery,
  whole: boolean,
): Promise<void> {
  const delivery = { deliveryTo: maskEmail(to), deliverySmtp: said.smtp }
  if (said.state === 'refused' && !said.permanent) {
    await write(ctx.db, row, delivery)
    throw new Setback('mail-not-accepted', waitFor(ctx, said))
  }
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    if (said.state === 'refused') return bounced(tx, row, to, delivery)
    const sent = { ...delivery, deliveryState: 'sent' as const, deliveredAt: now() }
    if (whole) await end(tx, row, 'done', null, sent)
    else await turn(tx, row, 'applying', { ...sent, trailing: true })
    if (definition.notice) await ctx.queue.send(tx, 'notice', { id: row.id }, 0)
  })
}

/** The mailbox does not exist or refuses us for good: a person must act, and the address is marked. */
async function bounced(tx: Db, row: MovementRow, to: string, delivery: Partial<MovementRow>): Promise<void> {
  const refused = { ...delivery, deliveryState: 'refused' as const }
  await end(tx, row, 'needs-attention', 'mail-refused', refused, { smtp: delivery.deliverySmtp })
  await tx
    .update(contact)
    .set({ bouncedAt: now() })
    .where(
      sql`lower(${contact.address}) = lower(${to}) and ${contact.to} is null and ${contact.bouncedAt} is null`,
    )
}
