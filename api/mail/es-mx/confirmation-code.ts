import { type Letter, pageWith, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { say } from './words.ts'

export interface ConfirmationCodeAsk {
  /** The person's name as the padrón writes it. */
  name: string
  channel: 'internet' | 'kiosk'
  issuedAt: Date
  code: string
  expiresAt: Date
  /** Token of «No fui yo». */
  alert: string
  publicUrl: string
  timeZone: string
  texts?: Record<string, string> | undefined
}

/** «Su código», to the alternate address, before anything changes. The code goes back to the page that asked; its one link says «no fui yo». */
export function confirmationCode(ask: ConfirmationCodeAsk): Letter {
  const { texts, timeZone } = ask
  const link = pageWith(ask.publicUrl, 'no-fui-yo', ask.alert)
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
    closing: [say('mail.code.use', texts), say('mail.code.not-me', texts, { link })],
    links: [link],
  }
}
