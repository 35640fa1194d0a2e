import { and, eq, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { address, holding, movement } from '../db/schema.ts'
import { passwordChanged } from '../mail/es-mx/password-changed.ts'
import { render } from '../mail/letter.ts'
import { newToken } from '../token.ts'
import { keepAlert } from './links.ts'

/** «La contraseña de su cuenta cambió», without secrets, to the institutional mailbox. Throws where the queue should try again. */
export async function sendNotice(ctx: Context, movementId: string): Promise<void> {
  const [row] = await ctx.db
    .select({
      movement,
      accountId: address.accountId,
      local: address.local,
      domain: address.domain,
      person: holding.personId,
    })
    .from(movement)
    .innerJoin(address, and(eq(address.accountId, movement.accountId), eq(address.role, 'primary')))
    .leftJoin(holding, and(eq(holding.accountId, movement.accountId), isNull(holding.to)))
    .where(eq(movement.id, movementId))
  if (!row) return
  const account = `${row.local}@${row.domain}`
  const alert = row.person ? newToken() : undefined
  if (alert && row.accountId)
    await keepAlert(ctx, ctx.db, {
      token: alert,
      account: row.accountId,
      person: row.person,
      movement: movementId,
    })
  const { institution } = ctx
  const letter = passwordChanged({
    account,
    changedAt: row.movement.appliedAt ?? row.movement.intendedAt,
    folio: row.movement.folio,
    publicUrl: ctx.publicUrl,
    alert,
    timeZone: institution.timeZone,
    contact: institution.contact,
    texts: institution.texts,
  })
  const said = await ctx.mail.send({ to: account, ...render(letter, institution) })
  if (said.state === 'refused' && !said.permanent) throw new Error(`notice not accepted: ${said.smtp}`)
  if (said.state === 'refused') ctx.log.warn({ folio: row.movement.folio, smtp: said.smtp }, 'notice refused')
}
