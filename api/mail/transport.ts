import { createTransport, type SentMessageInfo } from 'nodemailer'
import { senderOf, strictAddress } from './address.ts'
import { codesOf, type Delivery, type Failure, refusalOf } from './refused.ts'
import { smtpOptions } from './smtp-options.ts'

export type { Delivery }

/** A letter on its way: one address, the same words twice. */
export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}
export interface Transport {
  /** Answers with what happened and never throws; what was not `sent` must not be sent again with the same secret. */
  send(mail: Mail): Promise<Delivery>
  /** Would a mail be taken over now? Cheap enough to ask for every person. */
  isUp(): Promise<boolean>
  /** Lets mails under way end, then hangs up. */
  close(): Promise<void>
}
export interface TransportAsk {
  /** `smtp://user:pass@host:587` or `smtps://…`; without it mails go to `inbox` and nowhere else. */
  smtpUrl?: string | undefined
  /** `Name <address>` or an address. */
  mailFrom: string
  publicUrl: string
  inbox?: ((mail: Mail) => void | Promise<void>) | undefined
}
type Sender = NonNullable<ReturnType<typeof senderOf>>

/** A mail taken over this long ago still says that the server is there. */
const freshMs = 10_000
const lookMs = 3_000

const breaksLine = /[\p{Cc}\u2028\u2029]/u

/** What no server needs to be asked about: two recipients, or a line break that would make a header. */
function unfit(mail: Mail): Delivery | undefined {
  if (strictAddress(mail.to) === null) return { state: 'refused', permanent: true, smtp: 'EADDRESS' }
  if (breaksLine.test(mail.subject)) return { state: 'refused', permanent: true, smtp: 'EHEADER' }
  return undefined
}

/** The message with an envelope of its own, so that no header is read for recipients. */
function message(mail: Mail, from: Sender) {
  return {
    from,
    to: { name: '', address: mail.to },
    envelope: { from: from.address, to: [mail.to] },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${crypto.randomUUID()}@${from.address.split('@')[1]}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

/** One answer for all who ask at once, kept for a second after it came. */
function sharedLook(look: () => Promise<boolean>): () => Promise<boolean> {
  let asked: Promise<boolean> | undefined
  let until = 0
  return () => {
    if (asked && performance.now() < until) return asked
    until = Number.POSITIVE_INFINITY
    asked = look().finally(() => {
      until = performance.now() + 1_000
    })
    return asked
  }
}

type Room = Pick<Transport, 'isUp'> & { hand(mail: Mail): Promise<Delivery>; leave(): void }

/** A real server, over a few connections that stay open. */
function overSmtp(smtpUrl: string, publicUrl: string, from: Sender): Room {
  const pool = createTransport(smtpOptions(smtpUrl, publicUrl))
  pool.on('error', () => {}) // Every mail and every look hears of its own failure.
  let heardAt = Number.NEGATIVE_INFINITY
  const look = sharedLook(async () => {
    const tooLong = new Promise<boolean>(done => setTimeout(done, lookMs, false).unref())
    const up = await Promise.race([pool.verify().catch(() => false), tooLong])
    if (up) heardAt = performance.now()
    return up
  })
  return {
    hand: async mail => {
      try {
        const { response }: SentMessageInfo = await pool.sendMail(message(mail, from))
        heardAt = performance.now()
        return { state: 'sent', smtp: codesOf(response ?? '') || '250' }
      } catch (error) {
        const failure = error as Failure
        if (!failure.responseCode) heardAt = Number.NEGATIVE_INFINITY
        return refusalOf(failure)
      }
    },
    isUp: async () => performance.now() - heardAt < freshMs || look(),
    leave: () => pool.close(),
  }
}

/** The demo's own inbox, under the same rules as a server. */
const intoInbox = (inbox: NonNullable<TransportAsk['inbox']>): Room => ({
  hand: async mail => {
    await inbox(mail)
    return { state: 'sent', smtp: '250' }
  },
  isUp: async () => true,
  leave: () => {},
})

function roomFor(ask: TransportAsk): Room {
  const from = senderOf(ask.mailFrom)
  if (!from) throw new Error('MAIL_FROM is not one address')
  if (ask.smtpUrl) return overSmtp(ask.smtpUrl, ask.publicUrl, from)
  if (!ask.inbox) throw new Error('SMTP_URL is missing')
  return intoInbox(ask.inbox)
}

/** The only way a mail leaves. Throws when a setting is wrong; what the mail server does is told, not thrown. */
export function openTransport(ask: TransportAsk): Transport {
  const room = roomFor(ask)
  const underWay = new Set<Promise<Delivery>>()
  let open = true
  return {
    send: async mail => {
      const refused = open ? unfit(mail) : refusalOf({ code: 'ECLOSED' })
      if (refused) return refused
      const ending = room.hand(mail)
      underWay.add(ending)
      return ending.finally(() => underWay.delete(ending))
    },
    isUp: async () => open && room.isUp(),
    close: async () => {
      open = false
      await Promise.allSettled(underWay)
      room.leave()
    },
  }
}

/** One look and, where asked, one mail over a connection of its own: what went wrong, by step and codes. */
export async function tryMail(ask: TransportAsk, mail?: Mail): Promise<Failure | undefined> {
  const from = senderOf(ask.mailFrom)
  if (!from || !ask.smtpUrl) return { code: 'ESETTINGS' }
  const once = createTransport({
    ...smtpOptions(ask.smtpUrl, ask.publicUrl),
    pool: false,
    socketTimeout: 8_000,
  })
  try {
    if (mail) await once.sendMail(message(mail, from))
    else await once.verify()
    return undefined
  } catch (error) {
    const { code, command, response, responseCode } = error as Failure
    return { code, command, response: codesOf(response ?? ''), responseCode }
  } finally {
    once.close()
  }
}
