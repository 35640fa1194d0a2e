import { type Letter, type Look, plainName } from '../letter.ts'
import { when, writtenDay } from '../when.ts'
import { say } from './words.ts'

export interface AccountChangedAsk {
  what: 'account-blocked' | 'account-unblocked' | 'account-closure' | 'account-reassignment'
  name: string
  account: string
  at: Date
  /** Last day of a block, `2026-12-01`. */
  until: string | undefined
  folio: string
  timeZone: string
  contact: Look['contact'] & { area?: string | undefined }
  texts?: Record<string, string> | undefined
}

/** «Su cuenta fue bloqueada», and what else happens to an account without a password: by whom, since when, how it is undone. */
export function accountChanged(ask: AccountChangedAsk): Letter {
  const { what, texts, contact, account, folio } = ask
  const area = contact.area ?? ''
  const values = { name: plainName(ask.name), account, area, phone: contact.phone ?? '', folio }
  return {
    subject: say(`mail.${what}.subject`, texts, values),
    opening: [say(`mail.${what}.said`, texts, values)],
    lines: [
      ['Cuenta', account],
      ['Desde', when(ask.at, ask.timeZone)],
      ...(ask.until ? [['Hasta', writtenDay(ask.until)] as [string, string]] : []),
      ['Folio', folio],
    ],
    closing: [say('mail.account-changed.ask', texts, values)],
    links: [],
  }
}
