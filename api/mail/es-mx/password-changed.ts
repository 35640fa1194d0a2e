import type { Letter, Look } from '../letter.ts'
import { when } from '../when.ts'
import { say } from './words.ts'

export interface PasswordChangedAsk {
  account: string
  changedAt: Date
  folio: string
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}

/** «La contraseña de su cuenta cambió», to the institutional mailbox itself. Holds no secret and no link. */
export function passwordChanged(ask: PasswordChangedAsk): Letter {
  const { texts, folio } = ask
  return {
    subject: say('mail.password-changed.subject', texts),
    opening: [say('mail.password-changed.what-now', texts, { phone: ask.contact.phone ?? '', folio })],
    lines: [
      ['Cuenta', ask.account],
      ['Cambió', when(ask.changedAt, ask.timeZone)],
      ['Folio', folio],
    ],
    closing: [],
  }
}
