import { type HandingOver, type Letter, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { notMe } from './not-me.ts'
import { say } from './words.ts'

export interface TemporaryPasswordAsk extends HandingOver {
  act: 'create' | 'reset' | 'reassign'
  password: string
}

/** «Su contraseña temporal», to the alternate address: after a creation and after a reset. */
export function temporaryPassword(ask: TemporaryPasswordAsk): Letter {
  const { texts, timeZone } = ask
  const link = `${ask.publicUrl.replace(/\/+$/, '')}/contrasena`
  const report = notMe(ask)
  const asked = {
    name: plainName(ask.name),
    account: ask.account,
    act: ask.act === 'reassign' ? '' : say(`mail.act.${ask.act}`, texts),
    day: day(ask.askedAt, timeZone),
    hour: hour(ask.askedAt, timeZone),
    channel: say(`mail.channel.${ask.channel}`, texts),
  }
  return {
    subject: say('mail.temporary-password.subject', texts),
    opening: [
      say(ask.act === 'reassign' ? 'mail.reassigned.said' : 'mail.temporary-password.asked', texts, asked),
    ],
    // The labels are a contract with whoever reads the text part by program; they are not the institution's to change.
    lines: [
      ['Cuenta', ask.account],
      ['Contraseña temporal', ask.password],
      ['Vence', when(ask.expiresAt, timeZone)],
      ['Folio', ask.folio],
      ...(ask.sends > 1 ? [['Envío', String(ask.sends)] as [string, string]] : []),
    ],
    closing: [say('mail.temporary-password.change', texts, { link }), report.said],
    links: [link, report.link],
  }
}
