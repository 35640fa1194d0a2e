import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { member } from '../db/schema.ts'
import { accessChanged } from '../mail/es-mx/access-changed.ts'
import { render } from '../mail/letter.ts'
import { clock } from './factors.ts'

const changes = ['password', 'factor-added', 'factor-removed', 'codes', 'renewed'] as const
type Change = (typeof changes)[number]

/** Within the transaction of the change; the job says what, whose and when, and no more. */
export async function queueMemberNotice(ctx: Context, tx: Db, what: Change, id: string): Promise<void> {
  await ctx.queue.send(tx, 'member-notice', { id: `${what} ${id} ${Math.round(await clock(tx))}` }, 0)
}

/** «Cambió algo de su acceso», to the address that she signs in with. Throws where the queue should try again. */
export async function sendMemberNotice(ctx: Context, job: string): Promise<void> {
  const [told = '', id = '', at = ''] = job.split(' ')
  const what = changes.find(one => one === told)
  const [her] = await ctx.db.select().from(member).where(eq(member.id, id))
  if (!what || !her) return
  const { institution } = ctx
  const letter = accessChanged({
    ...{ what, name: her.name, login: her.login, at: new Date(Number(at)) },
    ...{ timeZone: institution.timeZone, contact: institution.contact, texts: institution.texts },
  })
  const said = await ctx.mail.send({ to: her.login, ...render(letter, institution) })
  if (said.state === 'refused' && !said.permanent) throw new Error(`notice not accepted: ${said.smtp}`)
  if (said.state === 'refused') ctx.log.warn({ member: id, smtp: said.smtp }, 'notice refused')
}
