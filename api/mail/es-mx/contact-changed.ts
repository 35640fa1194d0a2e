import { type Letter, pageWith, plainName } from '../letter.ts'
import { day, hour, when } from '../when.ts'
import { say } from './words.ts'

interface ContactChangedAsk {
  name: string
  changedAt: Date
  /** Masked. */
  address: string
  folio: string
  coolingUntil: Date | null
  /** Token of «No fui yo». */
  alert: string
  publicUrl: string
  timeZone: string
  texts?: Record<string, string> | undefined
}

/** «Su correo alterno cambió», to the address of before and to the new one. Holds no secret; its one link says «No fui yo». */
export function contactChanged(ask: ContactChangedAsk): Letter {
  const { texts, timeZone, coolingUntil } = ask
  const link = pageWith(ask.publicUrl, 'no-fui-yo', ask.alert)
  const said = {
    name: plainName(ask.name),
    day: day(ask.changedAt, timeZone),
    hour: hour(ask.changedAt, timeZone),
  }
  return {
    subject: say('mail.contact-changed.subject', texts),
    opening: [
      say('mail.contact-changed.said', texts, said),
      ...(coolingUntil
        ? [say('mail.contact-changed.cooling', texts, { until: when(coolingUntil, timeZone) })]
        : []),
    ],
    lines: [
      ['Correo nuevo', ask.address],
      ['Folio', ask.folio],
    ],
    closing: [say('mail.contact-changed.not-me', texts, { link })],
    links: [link],
  }
}
