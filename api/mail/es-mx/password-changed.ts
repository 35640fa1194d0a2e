import { type Letter, type Look, pageWith } from '../letter.ts'
import { when } from '../when.ts'
import { say } from './words.ts'

export interface PasswordChangedAsk {
  account: string
  changedAt: Date
  folio: string
  publicUrl: string
  /** Token of «No fui yo»; none where nobody in the padrón holds the account. */
  alert?: string | undefined
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}

/** «La contraseña de su cuenta cambió», to the institutional mailbox itself. Holds no secret; its one link says «No fui yo». */
export function passwordChanged(ask: PasswordChangedAsk): Letter {
  const { texts, folio } = ask
  const links = ask.alert ? [pageWith(ask.publicUrl, 'no-fui-yo', ask.alert)] : []
  return {
    subject: say('mail.password-changed.subject', texts),
    opening: [say('mail.password-changed.what-now', texts, { phone: ask.contact.phone ?? '', folio })],
    lines: [
      ['Cuenta', ask.account],
      ['Cambió', when(ask.changedAt, ask.timeZone)],
      ['Folio', folio],
    ],
    closing: links.map(link => say('mail.password-changed.not-me', texts, { link })),
    links,
  }
}
