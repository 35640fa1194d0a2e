import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { address, holding, movement, person } from '../db/schema.ts'
import { accountChanged } from '../mail/es-mx/account-changed.ts'
import { render } from '../mail/letter.ts'
import type { Settling } from '../movements/movement.ts'
import { alternateEmail } from './facts.ts'

/** What is told without a secret: block, unblock, closure to who holds it; a reassignment to who held it. */
const told = ['account-blocked', 'account-unblocked', 'account-closure', 'account-reassignment'] as const
type Told = (typeof told)[number]
const isTold = (kind: string): kind is Told => (told as readonly string[]).includes(kind)

/** With the change itself: whoever holds the account, or held it, will be told. */
export const tellHolder = ({
  ctx,
  tx,
  movement: { id },
}: Settling<never> | Settling<unknown>): Promise<void> => ctx.queue.send(tx, 'tell', { id }, 0)

/** Tells by mail to the alternate address. Throws where the queue should try again. */
export async function tell(ctx: Context, id: string): Promise<void> {
  const [row] = await ctx.db
    .select({ movement, local: address.local, domain: address.domain })
    .from(movement)
    .innerJoin(address, eq(address.accountId, movement.accountId))
    .where(eq(movement.id, id))
    .orderBy(desc(address.id))
    .limit(1)
  if (!row || !isTold(row.movement.kind)) return
  const whom = await whomToTell(ctx, row.movement)
  const to = whom && (await alternateEmail(ctx.db, whom.id))
  if (!whom || !to) return
  const { institution } = ctx
  const letter = accountChanged({
    what: row.movement.kind as Told,
    name: [whom.given, whom.surname1, whom.surname2].filter(Boolean).join(' '),
    account: `${row.local}@${row.domain}`,
    at: row.movement.appliedAt ?? row.movement.intendedAt,
    until: (row.movement.detail as { until?: string }).until,
    folio: row.movement.folio,
    timeZone: institution.timeZone,
    contact: institution.contact,
    texts: institution.texts,
  })
  const said = await ctx.mail.send({ to: to.address, ...render(letter, institution) })
  if (said.state === 'refused' && !said.permanent) throw new Error(`not accepted: ${said.smtp}`)
  if (said.state === 'refused') ctx.log.warn({ folio: row.movement.folio, smtp: said.smtp }, 'told nobody')
}

/** Of a reassignment and a closure who held it last, else who holds it. */
async function whomToTell(ctx: Context, { accountId, kind }: typeof movement.$inferSelect) {
  const over = kind === 'account-reassignment' || kind === 'account-closure'
  const [held] = await ctx.db
    .select({ person })
    .from(holding)
    .innerJoin(person, eq(person.id, holding.personId))
    .where(and(eq(holding.accountId, accountId ?? ''), over ? isNotNull(holding.to) : isNull(holding.to)))
    .orderBy(desc(holding.to), desc(holding.id))
    .limit(1)
  return held?.person
}
