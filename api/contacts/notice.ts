import { eq, inArray } from 'drizzle-orm'
import { keepAlert } from '../accounts/links.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { contact, movement, person } from '../db/schema.ts'
import { contactChanged } from '../mail/es-mx/contact-changed.ts'
import { render } from '../mail/letter.ts'
import { maskEmail, wholeName } from '../mask.ts'
import { newToken } from '../token.ts'

/** What the movement of a change keeps of it: rows of `contact`, never an address. */
export interface ChangedRows {
  opened: number
  closed: readonly number[]
}

/** One job a mail: where one is refused for now, the others are not sent again. */
export async function queueContactNotices(ctx: Context, tx: Db, id: string, told: ChangedRows) {
  for (const row of [told.opened, ...told.closed])
    await ctx.queue.send(tx, 'contact-notice', { id: `${id} ${row}` }, 0)
}

/** «Su correo alterno cambió», to one of the addresses that a change opened or closed. Throws where the queue should try again. */
export async function sendContactNotice(ctx: Context, job: string): Promise<void> {
  const [id = '', row = ''] = job.split(' ')
  const [found] = await ctx.db
    .select({ movement, person })
    .from(movement)
    .innerJoin(person, eq(person.id, movement.personId))
    .where(eq(movement.id, id))
  if (!found) return
  const { opened } = found.movement.detail as ChangedRows
  const addresses = await ctx.db
    .select()
    .from(contact)
    .where(inArray(contact.id, [opened, Number(row)]))
  const [to, fresh] = [Number(row), opened].map(one => addresses.find(({ id }) => id === one))
  if (!to || !fresh) return
  const alert = newToken()
  await keepAlert(ctx, ctx.db, { token: alert, person: found.person.id, movement: id })
  const { institution } = ctx
  const letter = contactChanged({
    name: wholeName(found.person),
    changedAt: found.movement.intendedAt,
    address: maskEmail(fresh.address),
    folio: found.movement.folio,
    coolingUntil: fresh.coolingUntil,
    alert,
    publicUrl: ctx.publicUrl,
    timeZone: institution.timeZone,
    texts: institution.texts,
  })
  const said = await ctx.mail.send({ to: to.address, ...render(letter, institution) })
  if (said.state === 'refused' && !said.permanent) throw new Error(`notice not accepted: ${said.smtp}`)
  if (said.state === 'refused')
    ctx.log.warn({ folio: found.movement.folio, smtp: said.smtp }, 'notice refused')
}
