import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { smtpOptions } from '../../api/mail/smtp-options.ts'
import { type Mail, openTransport, type Transport } from '../../api/mail/transport.ts'
import { needs } from '../servers/needs.ts'
import { type Smtp, type SmtpAsk, startSmtp } from '../servers/smtp.ts'
import { type Certificate, makeCertificate, missing as missingOpenssl } from '../servers/tls.ts'
import { notOneAddress } from './not-one-address.ts'

const publicUrl = 'https://micorreo.example.mx'
const mailFrom = 'Mi correo institucional <no-responda@csec.example.mx>'
const letter = (to: string): Mail => ({
  to,
  subject: 'Su contraseña temporal',
  text: 'Contraseña temporal: uno-dos\nFolio: M-2026-ABCDEF\n',
  html: '<p>Contraseña temporal: uno-dos</p>',
})

/** Both ways a mail can leave, told apart only by where they are read. */
const doors = {
  'an SMTP server': async () => {
    const sink = await startSmtp()
    const transport = openTransport({ smtpUrl: sink.url, mailFrom, publicUrl })
    const arrived = () =>
      sink.mails.map(({ to, subject, text, html }) => ({ to: to.join(), subject, text, html }))
    return { transport, arrived, stop: () => sink.stop() }
  },
  "the demo's inbox": async () => {
    const kept: Mail[] = []
    const transport = openTransport({ mailFrom, publicUrl, inbox: mail => void kept.push(mail) })
    return { transport, arrived: () => kept, stop: async () => {} }
  },
}

describe.each(Object.entries(doors))('through %s', (_name, open) => {
  let door: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    door = await open()
  })
  afterAll(async () => {
    await door.transport.close()
    await door.stop()
  })

  test('a letter arrives as it was written, in both parts', async () => {
    expect(await door.transport.send(letter('maria@gmail.com'))).toEqual({
      state: 'sent',
      smtp: expect.stringMatching(/^250/),
    })
    const mail = door.arrived().at(-1)
    expect(mail).toMatchObject({ to: 'maria@gmail.com', subject: 'Su contraseña temporal' })
    expect(mail?.text.split('\n')).toEqual(
      expect.arrayContaining(['Contraseña temporal: uno-dos', 'Folio: M-2026-ABCDEF']),
    )
    expect(mail?.html).toContain('<p>Contraseña temporal: uno-dos</p>')
  })

  test('SEC-44, SEC-53: what is not one address gets nothing, and nobody else does', async () => {
    const before = door.arrived().length
    for (const to of [...notOneAddress, ['a@x.mx', 'b@y.mx'] as unknown as string])
      expect(await door.transport.send({ ...letter('x'), to: String(to) })).toMatchObject({
        state: 'refused',
        permanent: true,
      })
    expect(door.arrived()).toHaveLength(before)
  })

  test.each(['A\r\nBcc: b@y.mx', 'A\nX: y', 'A\u0000', 'A\u0085B', 'A\u2028B'])(
    'SEC-19: a subject with a line break is refused: %j',
    async subject => {
      const before = door.arrived().length
      expect(await door.transport.send({ ...letter('a@x.mx'), subject })).toMatchObject({
        state: 'refused',
        permanent: true,
      })
      expect(door.arrived()).toHaveLength(before)
    },
  )

  test('is up, also when many ask at once', async () => {
    expect(await Promise.all(Array.from({ length: 50 }, () => door.transport.isUp()))).toEqual(
      Array(50).fill(true),
    )
  })

  test('once closed it says so and sends nothing', async () => {
    const other = await open()
    await other.transport.close()
    expect(await other.transport.send(letter('a@x.mx'))).toMatchObject({ state: 'refused', permanent: false })
    expect(await other.transport.isUp()).toBe(false)
    expect(other.arrived()).toEqual([])
    await other.stop()
  })
})

describe('what a mail server says is a fact of the delivery', () => {
  let sink: Smtp
  let transport: Transport
  beforeAll(async () => {
    sink = await startSmtp()
    transport = openTransport({ smtpUrl: sink.url, mailFrom, publicUrl })
  })
  afterEach(async () => {
    sink.answer()
    await sink.up()
  })
  afterAll(async () => {
    await transport.close()
    await sink.stop()
  })

  test('SEC-19: the mail has the expected headers and no other, and one recipient', async () => {
    const hostile = '=?utf-8?q?Bcc=3A?= %0d%0aBcc: b@y.mx '
    await transport.send({ ...letter('headers@gmail.com'), subject: `${hostile}${'ñ'.repeat(1200)}` })
    const mail = await sink.waitFor(one => one.to.includes('headers@gmail.com'))
    expect(mail.to).toEqual(['headers@gmail.com'])
    expect(mail.from).toBe('no-responda@csec.example.mx')
    expect(mail.subject).toContain(hostile.trim())
    expect(mail.headers.map(([name]) => name).sort()).toEqual([
      'Auto-Submitted',
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
      'X-Auto-Response-Suppress',
    ])
    const header = Object.fromEntries(mail.headers)
    expect(header).toMatchObject({ 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' })
    expect(header.To).toBe('headers@gmail.com')
    expect(header['Message-ID']).toMatch(/^<[0-9a-f-]{36}@csec\.example\.mx>$/)
    expect(mail.raw.split('\r\n').every(line => line.length <= 998)).toBe(true)
  })

  test('SEC-53: no recipient but the literal one is ever named to the server', async () => {
    const before = sink.recipients.length
    for (const to of notOneAddress) await transport.send(letter(to))
    await transport.send(letter("o'higgins+a@x.mx"))
    expect(sink.recipients.slice(before)).toEqual(["o'higgins+a@x.mx"])
  })

  test.each(['421 4.3.2', '450 4.7.1', '451 4.3.0', '452 4.2.2'])(
    'REL-30: %s is for now, at the recipient and at the text',
    async codes => {
      sink.answer({ rcpt: `${codes} Later, maria@gmail.com` })
      expect(await transport.send(letter('maria@gmail.com'))).toEqual({
        state: 'refused',
        permanent: false,
        smtp: codes,
      })
      sink.answer({ data: `${codes} Later` })
      expect(await transport.send(letter('maria@gmail.com'))).toEqual({
        state: 'refused',
        permanent: false,
        smtp: codes,
      })
    },
  )

  test('REL-30: a greylisted mail is taken over the second time, from the same sender', async () => {
    sink.answer(({ attempt }) => (attempt === 1 ? { rcpt: '450 4.7.1 Greylisted' } : {}))
    expect(await transport.send(letter('gris@gmail.com'))).toMatchObject({
      state: 'refused',
      permanent: false,
    })
    expect(await transport.send(letter('gris@gmail.com'))).toMatchObject({ state: 'sent' })
    expect(sink.mails.at(-1)?.from).toBe('no-responda@csec.example.mx')
  })

  test.each(['550 5.1.1', '552 5.2.2', '554 5.7.1'])(
    'REL-31: %s is for good, and its text, which may name people, is not kept',
    async codes => {
      sink.answer({ rcpt: `${codes} <maria@gmail.com> unknown` })
      expect(await transport.send(letter('maria@gmail.com'))).toEqual({
        state: 'refused',
        permanent: true,
        smtp: codes,
      })
      sink.answer({ data: `${codes} Not here` })
      expect(await transport.send(letter('maria@gmail.com'))).toEqual({
        state: 'refused',
        permanent: true,
        smtp: codes,
      })
    },
  )

  test('REL-32: a connection cut at the dot counts as not sent, and the mail is not repeated', async () => {
    sink.answer({ cutAtDot: true })
    const before = sink.mails.length
    for (let time = 0; time < 5; time++)
      expect(await transport.send(letter('corte@gmail.com'))).toMatchObject({
        state: 'refused',
        permanent: false,
      })
    expect(sink.mails.slice(before).map(mail => mail.acknowledged)).toEqual(Array(5).fill(false))
  })

  test('REL-32: also on a connection that served before', async () => {
    expect(await transport.send(letter('corte2@gmail.com'))).toMatchObject({ state: 'sent' })
    sink.answer({ cutAtDot: true })
    expect(await transport.send(letter('corte2@gmail.com'))).toMatchObject({
      state: 'refused',
      permanent: false,
    })
    expect(sink.mails.filter(mail => mail.to.includes('corte2@gmail.com'))).toHaveLength(2)
  })

  test('REL-29: with nobody listening a mail is refused for now, and nobody is told that mail is up', async () => {
    await sink.down()
    expect(await transport.send(letter('a@x.mx'))).toEqual({
      state: 'refused',
      permanent: false,
      smtp: 'ECONNREFUSED',
    })
    expect(await transport.isUp()).toBe(false)
    await sink.up()
    await expect.poll(() => transport.isUp(), { timeout: 5_000 }).toBe(true)
    expect(await transport.send(letter('a@x.mx'))).toMatchObject({ state: 'sent' })
  })

  test('a server that hung up between two mails costs none', async () => {
    expect(await transport.send(letter('pausa@gmail.com'))).toMatchObject({ state: 'sent' })
    await sink.down()
    await sink.up()
    expect(await transport.send(letter('pausa@gmail.com'))).toMatchObject({ state: 'sent' })
  })

  test('closing waits for the mail under way', async () => {
    const other = openTransport({ smtpUrl: sink.url, mailFrom, publicUrl })
    sink.answer({ delayMs: 300 })
    const sending = other.send(letter('ultima@gmail.com'))
    await other.close()
    expect(await sending).toMatchObject({ state: 'sent' })
  })

  test('SEC-48: whatever the server answers, the caller gets a value and never an error', async () => {
    for (const how of [{}, { rcpt: '450 x' }, { rcpt: '550 x' }, { cutAtDot: true as const }]) {
      sink.answer(how)
      expect(['sent', 'refused']).toContain((await transport.send(letter('a@x.mx'))).state)
    }
  })
})

describe.skipIf(needs(missingOpenssl))('encryption', () => {
  let certificate: Certificate
  const trusted = tls.getCACertificates('default')
  // 0.0.0.0 reaches this machine and yet is not a loopback address: the rules for servers elsewhere hold.
  const elsewhere = async (ask: SmtpAsk, check: (transport: Transport, sink: Smtp) => Promise<void>) => {
    const sink = await startSmtp(ask)
    const smtpUrl = sink.url.replace('127.0.0.1', '0.0.0.0')
    const transport = openTransport({ smtpUrl, mailFrom, publicUrl })
    await check(transport, sink)
    await transport.close()
    await sink.stop()
  }
  beforeAll(() => {
    certificate = makeCertificate('IP:0.0.0.0', 'DNS:localhost')
  })
  afterEach(() => tls.setDefaultCACertificates(trusted))

  test('a server elsewhere without STARTTLS gets no mail', () =>
    elsewhere({ tls: 'none' }, async (transport, sink) => {
      expect(await transport.send(letter('a@x.mx'))).toMatchObject({
        state: 'refused',
        permanent: false,
        smtp: 'ETLS',
      })
      expect(await transport.isUp()).toBe(false)
      expect(sink.recipients).toEqual([])
    }))

  test.each(['starttls', 'implicit'] as const)(
    'a server elsewhere that nobody vouches for gets no mail (%s)',
    how =>
      elsewhere({ tls: how, certificate }, async (transport, sink) => {
        expect(await transport.send(letter('a@x.mx'))).toMatchObject({ state: 'refused', permanent: false })
        expect(sink.recipients).toEqual([])
      }),
  )

  test.each(['starttls', 'implicit'] as const)(
    'a server elsewhere with a trusted certificate gets it (%s)',
    how => {
      tls.setDefaultCACertificates([...trusted, certificate.ca])
      return elsewhere({ tls: how, certificate }, async (transport, sink) => {
        expect(await transport.send(letter('a@x.mx'))).toMatchObject({ state: 'sent' })
        expect(sink.mails).toHaveLength(1)
      })
    },
  )

  test('a wrong password of ours is not the person’s fault', async () => {
    tls.setDefaultCACertificates([...trusted, certificate.ca])
    const sink = await startSmtp({ tls: 'starttls', certificate, auth: { user: 'mci', pass: 'p@ss/word' } })
    const right = openTransport({ smtpUrl: sink.url, mailFrom, publicUrl })
    const wrong = openTransport({ smtpUrl: sink.url.replace('p%40ss', 'pass'), mailFrom, publicUrl })
    expect(await right.send(letter('a@x.mx'))).toMatchObject({ state: 'sent' })
    expect(await wrong.send(letter('a@x.mx'))).toEqual({
      state: 'refused',
      permanent: false,
      smtp: '535 5.7.8',
    })
    expect([await right.isUp(), await wrong.isUp()]).toEqual([true, false])
    await Promise.all([right.close(), wrong.close()])
    await sink.stop()
  })

  test('only a server on loopback may do without', () => {
    for (const near of ['smtp://localhost', 'smtp://127.0.0.9:25', 'smtp://[::1]:2525'])
      expect(smtpOptions(near, publicUrl)).toMatchObject({ requireTLS: false })
    for (const far of [
      'smtp://mail.example.mx',
      'smtp://127.0.0.1.example.mx',
      'smtp://10.0.0.1?requireTLS=false',
    ])
      expect(smtpOptions(far, publicUrl)).toMatchObject({
        requireTLS: true,
        tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
      })
    expect(smtpOptions('smtps://mail.example.mx', publicUrl)).toMatchObject({ secure: true, port: 465 })
    expect(() => smtpOptions('http://mail.example.mx', publicUrl)).toThrow('SMTP_URL')
  })
})

test('a sender that is not one address, or no way out at all, stops the start', () => {
  expect(() => openTransport({ mailFrom: 'a@x.mx, b@y.mx', publicUrl, inbox: () => {} })).toThrow('MAIL_FROM')
  expect(() => openTransport({ mailFrom, publicUrl })).toThrow('SMTP_URL')
})
