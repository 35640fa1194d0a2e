import { type Letter, type Look, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { say } from './words.ts'

export interface ConfirmationCodeAsk {
  /** The person's name as the padrón writes it. */
  name: string
  channel: 'internet' | 'kiosk'
  issuedAt: Date
  code: string
  expiresAt: Date
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}

/** «Su código», to the alternate address, before anything changes. No link: the code goes back to the page that asked. */
export function confirmationCode(ask: ConfirmationCodeAsk): Letter {
  const { texts, timeZone } = ask
  const asked = {
    name: plainName(ask.name),
    day: day(ask.issuedAt, timeZone),
    hour: hour(ask.issuedAt, timeZone),
    channel: say(`mail.channel.${ask.channel}`, texts),
  }
  return {
    subject: say('mail.code.subject', texts),
    opening: [say('mail.code.asked', texts, asked)],
    // The labels are a contract with whoever reads the text part by program; they are not the institution's to change.
    lines: [
      ['Código', ask.code],
      ['Vence', when(ask.expiresAt, timeZone)],
    ],
    closing: [
      say('mail.code.use', texts),
      say('mail.code.not-me', texts, { phone: ask.contact.phone ?? '' }),
    ],
  }
}
