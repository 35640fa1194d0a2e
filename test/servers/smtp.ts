import { once } from 'node:events'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { freePort } from './program.ts'
import type { Certificate } from './tls.ts'

/** A mail that reached the sink's disk. */
interface Mail {
  /** The envelope, not the headers. */
  to: string[]
  from: string
  subject: string
  text: string
  html: string
  /** Name and value of every header in order, unfolded, still encoded. */
  headers: [name: string, value: string][]
  raw: string
  at: Date
  /** False: the sender never heard the 250, because the connection was cut at the dot. */
  acknowledged: boolean
}
/** How the sink answers from now on; each text is a reply such as `450 4.7.1 Greylisted`. */
interface Answer {
  /** To MAIL FROM, before any recipient is named. */
  from?: string
  rcpt?: string
  data?: string
  /** The mail is kept and the connection dies instead of the 250. */
  cutAtDot?: true
  /** Before RCPT is answered: nothing of the mail was sent yet. */
  rcptDelayMs?: number
  /** The same, for as long as the test wants. */
  rcptUntil?: Promise<unknown>
  /** Between the dot, when the mail already stands in `mails`, and its answer. */
  delayMs?: number
  /** The same, for as long as the test wants. */
  until?: Promise<unknown>
}
/** The answer for one recipient; `attempt` counts its RCPT commands from 1. */
type AnswerFor = (ask: { to: string; attempt: number }) => Answer

export interface Smtp {
  url: string
  port: number
  mails: Mail[]
  /** Every RCPT TO ever heard, also refused ones. */
  recipients: string[]
  /** The first mail, past or future, that `fits`. */
  waitFor(fits: (mail: Mail) => boolean, ms?: number): Promise<Mail>
  /** Without an argument: accepts everything again. */
  answer(how?: Answer | AnswerFor): void
  /** Nobody listens and every connection is cut; `up` listens on the same port. */
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}
export interface SmtpAsk {
  /** Address to listen on; loopback. */
  host?: string
  /** `starttls` and `implicit` need a certificate. */
  tls?: 'none' | 'starttls' | 'implicit'
  certificate?: Certificate
  /** Only this sender may send. */
  auth?: { user: string; pass: string }
}

const wait = (ms = 0) => (ms ? new Promise(done => setTimeout(done, ms)) : undefined)
const refusal = (reply: string) =>
  Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })

async function parse(session: SMTPServerSession, raw: Buffer, acknowledged: boolean): Promise<Mail> {
  const parsed = await simpleParser(raw)
  const { mailFrom, rcptTo } = session.envelope
  const headers = parsed.headerLines.map(({ line }): [string, string] => {
    const unfolded = line.replace(/\r?\n(?=[ \t])/g, '')
    const colon = unfolded.indexOf(':')
    return [unfolded.slice(0, colon), unfolded.slice(colon + 1).trim()]
  })
  return {
    to: rcptTo.map(one => one.address),
    from: mailFrom ? mailFrom.address : '',
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers,
    raw: raw.toString('utf8'),
    at: new Date(),
    acknowledged,
  }
}

/** A programmable SMTP server on loopback that keeps what it accepts. */
export async function startSmtp(ask: SmtpAsk = {}): Promise<Smtp> {
  const { host = '127.0.0.1', tls = 'none', certificate, auth } = ask
  const port = await freePort()
  const mails: Mail[] = []
  const recipients: string[] = []
  const waiting = new Set<(mail: Mail) => void>()
  let answerFor: AnswerFor = () => ({})

  async function receive(server: SMTPServer, stream: AsyncIterable<Buffer>, session: SMTPServerSession) {
    const raw = Buffer.concat(await Array.fromAsync(stream))
    const to = session.envelope.rcptTo[0]?.address ?? ''
    const { data, cutAtDot, delayMs, until } = answerFor({
      to,
      attempt: recipients.filter(one => one === to).length,
    })
    if (data?.startsWith('2') === false) {
      await wait(delayMs)
      throw refusal(data)
    }
    const mail = await parse(session, raw, !cutAtDot)
    mails.push(mail)
    for (const tell of waiting) tell(mail)
    await wait(delayMs)
    await until
    if (cutAtDot) for (const one of server.connections) if (one.id === session.id) one._socket.destroy()
  }

  async function listen(): Promise<SMTPServer> {
    const server: SMTPServer = new SMTPServer({
      logger: false,
      ...(certificate && { key: certificate.key, cert: certificate.cert }),
      secure: tls === 'implicit',
      disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(auth ? [] : ['AUTH'])],
      authOptional: !auth,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 50,
      onAuth: (given, _session, done) =>
        given.username === auth?.user && given.password === auth?.pass
          ? done(null, { user: given.username })
          : done(refusal('535 5.7.8 Authentication failed')),
      onMailFrom: (_address, _session, done) => {
        const { from } = answerFor({ to: '', attempt: 0 })
        done(from?.startsWith('2') === false ? refusal(from) : null)
      },
      onRcptTo: async ({ address }, _session, done) => {
        recipients.push(address)
        const attempt = recipients.filter(one => one === address).length
        const { rcpt, rcptDelayMs, rcptUntil } = answerFor({ to: address, attempt })
        await wait(rcptDelayMs)
        await rcptUntil
        done(rcpt?.startsWith('2') === false ? refusal(rcpt) : null)
      },
      onData: (stream, session, done) => {
        receive(server, stream, session).then(() => done(null), done)
      },
    })
    server.on('error', () => {}) // A client that goes away is what the tests are about.
    await once(server.listen(port, host), 'listening')
    return server
  }

  let server: SMTPServer | undefined = await listen()
  const down = async () => {
    const old = server
    server = undefined
    if (!old) return
    for (const one of old.connections) one._socket.destroy()
    await new Promise<void>(done => old.close(done))
  }
  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${auth ? `${auth.user}:${encodeURIComponent(auth.pass)}@` : ''}${host}:${port}`,
    port,
    mails,
    recipients,
    answer: (how = {}) => {
      answerFor = typeof how === 'function' ? how : () => how
    },
    waitFor: (fits, ms = 15_000) => {
      const past = mails.find(fits)
      if (past) return Promise.resolve(past)
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => end(() => reject(new Error('no such mail came'))), ms)
        const look = (mail: Mail) => fits(mail) && end(() => resolve(mail))
        const end = (then: () => void) => {
          clearTimeout(late)
          waiting.delete(look)
          then()
        }
        waiting.add(look)
      })
    },
    down,
    up: async () => {
      server ??= await listen()
    },
    stop: down,
  }
}
