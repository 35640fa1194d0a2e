import { expect } from 'vitest'
import { sendContactNotice } from '../../api/contacts/notice.ts'
import type { House, StaffMember } from '../house.ts'
import type { Answer } from '../visitor.ts'
import { codesFor } from '../visits/rows.ts'

let addresses = 0
/** A mailbox that nobody else has. */
export const newMailbox = () => `nueva${++addresses}.${Date.now().toString(36)}@correo-libre.mx`

const said = { check: 'Mostró su credencial para votar', reason: 'Perdió su correo anterior' }

export const change = (
  who: StaffMember,
  person: string,
  address: string,
  other: object = {},
): Promise<Answer> => who.ask('PUT', `/api/persons/${person}/alternate-email`, { address, ...said, ...other })

export const verify = (who: StaffMember, person: string, code: string): Promise<Answer> =>
  who.ask('POST', `/api/persons/${person}/alternate-email/verification`, { code })

export const approve = (who: StaffMember, person: string, body: object = {}): Promise<Answer> =>
  who.ask('POST', `/api/persons/${person}/alternate-email/approval`, body)

export const lastCode = (h: House, address: string): string => codesFor(h, address).at(-1) ?? ''
export const another = (code: string) => `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`

/** The whole of it: asked, mailed, typed; answers as the verification does. */
export async function changed(h: House, who: StaffMember, person: string, address: string): Promise<Answer> {
  const sent = await change(who, person, address)
  expect(sent.status, sent.text).toBe(202)
  const done = await verify(who, person, lastCode(h, address))
  expect(done.status, done.text).toBe(200)
  return done
}

/** Sends every notice of a change that waits, as the queue would. */
export async function sendNotices(h: House): Promise<void> {
  const jobs = await h.look<{ id: string; data: { id: string } }>(
    `select id, data from pgboss.job where name = 'contact-notice' and state = 'created'`,
  )
  for (const { id, data } of jobs) {
    await sendContactNotice(h.ctx, data.id)
    await h.look(`delete from pgboss.job where name = 'contact-notice' and id = '${id}'`)
  }
}

export const contactsOf = (h: House, person: string) =>
  h.look<{ address: string; origin: string; open: boolean; verified: boolean; cooling: boolean }>(
    `select address, origin, "to" is null as open, verified_at is not null as verified, cooling_until > now() as cooling
     from contact where person_id = '${person}' order by id`,
  )

export const mailsTo = (h: House, address: string) => h.smtp.mails.filter(({ to }) => to.includes(address))
