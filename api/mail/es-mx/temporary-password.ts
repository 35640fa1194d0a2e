import { type Letter, type Look, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { say } from './words.ts'

export interface TemporaryPasswordAsk {
  /** The person's name as the padrón writes it. */
  name: string
  act: 'create' | 'reset'
  channel: 'internet' | 'kiosk' | 'staff' | 'system'
  askedAt: Date
  account: string
  password: string
  expiresAt: Date
  folio: string
  /** 1 for the first mail of this movement; a later one says which it is, because only its password works. */
  sends: number
  publicUrl: string
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}

/** «Su contraseña temporal», to the alternate address: after a creation and after a reset. */
export function temporaryPassword(ask: TemporaryPasswordAsk): Letter {
  const { texts, timeZone } = ask
  const link = `${ask.publicUrl.replace(/\/+$/, '')}/contrasena`
  const reach = [ask.contact.phone, ask.contact.hours].filter(Boolean).join(', ')
  const asked = {
    name: plainName(ask.name),
    act: say(`mail.act.${ask.act}`, texts),
    day: day(ask.askedAt, timeZone),
    hour: hour(ask.askedAt, timeZone),
    channel: say(`mail.channel.${ask.channel}`, texts),
  }
  return {
    subject: say('mail.temporary-password.subject', texts),
    opening: [say('mail.temporary-password.asked', texts, asked)],
    // The labels are a contract with whoever reads the text part by program; they are not the institution's to change.
    lines: [
      ['Cuenta', ask.account],
      ['Contraseña temporal', ask.password],
      ['Vence', when(ask.expiresAt, timeZone)],
      ['Folio', ask.folio],
      ...(ask.sends > 1 ? [['Envío', String(ask.sends)] as [string, string]] : []),
    ],
    closing: [
      say('mail.temporary-password.change', texts, { link }),
      say('mail.temporary-password.not-me', texts, { reach }),
    ],
    link,
  }
}
