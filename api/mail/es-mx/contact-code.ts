import { type Letter, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { say } from './words.ts'

interface ContactCodeAsk {
  name: string
  askedAt: Date
  code: string
  expiresAt: Date
  timeZone: string
  texts?: Record<string, string> | undefined
}

/** «Su código para registrar este correo», to an address that is nobody's yet: no link that could act for anybody. */
export function contactCode(ask: ContactCodeAsk): Letter {
  const { texts, timeZone } = ask
  const asked = {
    name: plainName(ask.name),
    day: day(ask.askedAt, timeZone),
    hour: hour(ask.askedAt, timeZone),
  }
  return {
    subject: say('mail.contact-code.subject', texts),
    opening: [say('mail.contact-code.asked', texts, asked)],
    // The labels are a contract with whoever reads the text part by program; they are not the institution's to change.
    lines: [
      ['Código', ask.code],
      ['Vence', when(ask.expiresAt, timeZone)],
    ],
    closing: [say('mail.contact-code.use', texts), say('mail.contact-code.not-me', texts)],
    links: [],
  }
}
