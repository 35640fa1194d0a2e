import { type HandingOver, type Letter, pageWith, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { notMe } from './not-me.ts'
import { say } from './words.ts'

interface Ask extends HandingOver {
  act: 'create' | 'reset' | 'reassign'
  token: string
}

const sentencesOf = {
  create: ['mail.link.create.subject', 'mail.link.create.asked'],
  reset: ['mail.link.reset.subject', 'mail.link.reset.asked'],
  reassign: ['mail.reassigned.subject', 'mail.reassigned.said'],
} as const

/** «Su cuenta institucional está lista», «Restablezca su contraseña institucional»: a link that works once. */
export function chooseByLink(ask: Ask): Letter {
  const { texts, timeZone, act } = ask
  const link = pageWith(ask.publicUrl, 'activar', ask.token)
  const expires = when(ask.expiresAt, timeZone)
  const asked = {
    name: plainName(ask.name),
    account: ask.account,
    day: day(ask.askedAt, timeZone),
    hour: hour(ask.askedAt, timeZone),
    channel: say(`mail.channel.${ask.channel}`, texts),
    expires,
  }
  const report = notMe(ask)
  const [subject, opening] = sentencesOf[act]
  return {
    subject: say(subject, texts, asked),
    opening: [`${say(opening, texts, asked)} ${say('mail.link.choose', texts, asked)}`],
    // The labels are a contract with whoever reads the text part by program; they are not the institution's to change.
    lines: [
      ['Cuenta', ask.account],
      ['Enlace', link],
      ['Vence', expires],
      ['Folio', ask.folio],
      ...(ask.sends > 1 ? [['Envío', String(ask.sends)] as [string, string]] : []),
    ],
    closing: [report.said],
    links: [link, report.link],
    button: { text: say('mail.link.button', texts), link },
  }
}
