import { type Letter, type Look, plainName } from '../letter.ts'
import { when } from '../when.ts'
import { say } from './words.ts'

interface AccessChangedAsk {
  what: 'password' | 'factor-added' | 'factor-removed' | 'codes' | 'renewed'
  name: string
  login: string
  at: Date
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}

/** «Cambió su acceso», to a member of staff: what of it, when, and whom to tell. Holds no secret and no link. */
export function accessChanged(ask: AccessChangedAsk): Letter {
  const { what, texts, contact, login } = ask
  return {
    subject: say('mail.access-changed.subject', texts),
    opening: [say(`mail.access-changed.${what}`, texts, { name: plainName(ask.name) })],
    lines: [
      ['Acceso', login],
      ['Cuándo', when(ask.at, ask.timeZone)],
    ],
    closing: [say('mail.access-changed.not-me', texts, { phone: contact.phone ?? '' })],
    links: [],
  }
}
