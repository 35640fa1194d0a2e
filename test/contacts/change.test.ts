import { expect } from 'vitest'
import { house, type StaffMember } from '../house.ts'
import { openKiosk } from '../kiosks/rows.ts'
import { cctOf } from '../roster/synthetic.ts'
import { credentialsIn } from '../visitor.ts'
import { attemptsAgo, longAgo } from '../visits/rows.ts'
import {
  another,
  approve,
  change,
  changed,
  contactsOf,
  lastCode,
  mailsTo,
  newMailbox,
  sendNotices,
  verify,
} from './rows.ts'

const { inHouse, onPostgres } = house({ institution: 'legacyDomains: [correo-viejo.mx]' })
const withApproval = house({ institution: 'desk: { approvals: [alternate-email] }' })
const inLinks = house({ institution: 'delivery: enlace' })

inHouse(
  'a first address is registered at the counter, is no change, and opens the kiosk at once',
  async h => {
    const desk = await h.member('operator')
    const ana = await h.person({ correo_alterno: '' })
    expect((await h.visitor().identify(ana)).body.code).toBe('no-alternate-email')
    const mailbox = newMailbox()
    const sent = await change(desk, ana.id, ` ${mailbox.replace('correo-libre', 'Correo-Libre')} `)
    expect([sent.status, sent.body.state, sent.body.sentTo, sent.body.looksLike]).toEqual([
      202,
      'code-sent',
      'nue***@c***.mx',
      null,
    ])
    const shown = (await desk.ask('GET', `/api/persons/${ana.id}`)).body
    expect(shown).toMatchObject({
      alternateEmail: null,
      change: { id: sent.body.change, state: 'code-sent', sentTo: 'nue***@c***.mx' },
    })
    const code = lastCode(h, mailbox)
    const done = await verify(desk, ana.id, ` ${code.slice(0, 4)}-${code.slice(4)} `.toLowerCase())
    expect([done.status, done.body]).toEqual([200, { state: 'done', coolingUntil: null, movement: null }])
    expect(await contactsOf(h, ana.id)).toEqual([
      { address: mailbox, origin: `member:${desk.id}`, open: true, verified: true, cooling: null },
    ])
    await h.visitor().goThrough({ ...ana, alternate: mailbox })
    const mail = await h.smtp.waitFor(({ to, text }) => to.includes(mailbox) && /temporal/.test(text))
    expect(credentialsIn(mail.text).password).not.toBe('')
  },
)

inHouse(
  'what was done is one movement with its story, who asked, what was checked, and no whole address',
  async h => {
    const desk = await h.member('operator', { name: 'Luz Pérez' })
    const ana = await h.person()
    const mailbox = newMailbox()
    await changed(h, desk, ana.id, mailbox)
    const [row] = await h.look<Record<string, unknown>>(
      `select id, kind, state, actor, channel, reason, account_id, detail from movement where person_id = '${ana.id}'`,
    )
    expect(row).toMatchObject({
      kind: 'alternate-email-change',
      state: 'done',
      actor: `member:${desk.id}`,
      channel: 'staff',
      reason: 'Perdió su correo anterior',
      account_id: null,
      detail: { first: false, vouched: false, check: 'Mostró su credencial para votar', askedBy: desk.id },
    })
    const events = await h.look<{ kind: string; detail: unknown }>(
      `select kind, detail from event where person_id = '${ana.id}' and actor = 'member:${desk.id}' order by id`,
    )
    expect(events.map(({ kind }) => kind)).toEqual([
      'contact-code-issued',
      'contact-verified',
      'movement-intended',
      'movement-done',
    ])
    for (const address of [mailbox, ana.alternate]) {
      expect(JSON.stringify(events)).not.toContain(address)
      expect(JSON.stringify(row)).not.toContain(address)
    }
    const { body } = await desk.ask(
      'GET',
      `/api/accounts?q=${(await h.look<{ folio: string }>(`select folio from movement where id = '${row?.id}'`))[0]?.folio}`,
    )
    expect(body.persons).toMatchObject([{ id: ana.id }])
  },
)

inHouse(
  'SEC-70 after a change there is no self-service until the term is over; both mailboxes are told',
  async h => {
    const desk = await h.member('operator')
    const ana = await h.person()
    await h.visitor().goThrough(ana)
    await longAgo(h, ana)
    const open = h.visitor()
    expect((await open.identify(ana)).status).toBe(201)
    const mailbox = newMailbox()
    const done = await changed(h, desk, ana.id, mailbox)
    const cooling = Date.parse(done.body.coolingUntil) - Date.now()
    expect(Math.round(cooling / 3_600_000)).toBe(72)
    expect((await open.confirm()).body.code).toBe('self-service-paused')
    const refused = await h.visitor().identify(ana)
    expect([refused.status, refused.body.code, refused.body.until]).toEqual([
      409,
      'self-service-paused',
      done.body.coolingUntil,
    ])
    await sendNotices(h)
    for (const address of [ana.alternate, mailbox]) {
      const notice = await h.smtp.waitFor(
        ({ to, subject }) => to.includes(address) && subject === 'Su correo alterno cambió',
      )
      expect(notice.text).toContain('nue***@c***.mx')
      expect(notice.text).not.toContain(mailbox)
      expect(notice.text).toMatch(/^Folio: M-\d{4}-\w{6}$/m)
    }
    await h.look(
      `update contact set cooling_until = now() - interval '1 second' where person_id = '${ana.id}'`,
    )
    const confirmed = await h.visitor().goThrough(ana)
    expect(confirmed.body).toMatchObject({ act: 'reset', deliveredTo: 'nue***@c***.mx' })
    await h.smtp.waitFor(({ to, text }) => to.includes(mailbox) && /temporal/.test(text))
  },
)

inHouse(
  'the mailbox of before says «no fui yo» from the notice, and somebody must end the pause',
  async h => {
    const desk = await h.member('operator')
    const ana = await h.person()
    await changed(h, desk, ana.id, newMailbox())
    await sendNotices(h)
    const notice = await h.smtp.waitFor(
      ({ to, subject }) => to.includes(ana.alternate) && /alterno cambió/.test(subject),
    )
    const token = credentialsIn(notice.text).alert
    expect((await h.visitor().ask('POST', '/api/alerts', { token })).status).toBe(204)
    await h.look(`update contact set cooling_until = null where person_id = '${ana.id}'`)
    expect((await h.visitor().identify(ana)).body.code).toBe('self-service-paused')
    expect((await desk.ask('GET', `/api/persons/${ana.id}`)).body.pausedUntil).toBe(
      '9999-12-31T23:59:59.999Z',
    )
    const lift = (who: StaffMember, body: object) => who.ask('DELETE', `/api/persons/${ana.id}/pause`, body)
    const why = { check: 'Vino con su credencial', reason: 'Fue ella quien cambió el correo' }
    expect((await lift(await h.member('helpdesk'), why)).status).toBe(403)
    expect((await lift(await h.member('operator', { units: ['domain:otro.example'] }), why)).status).toBe(404)
    expect((await lift(desk, { ...why, check: '  ' })).body).toMatchObject({
      code: 'malformed',
      fields: [{ name: 'check', code: 'required' }],
    })
    expect((await lift(desk, why)).status).toBe(204)
    expect((await lift(desk, why)).status).toBe(204)
    expect((await h.visitor().identify(ana)).status).toBe(201)
    const lifted = await h.look(
      `select reason from movement where person_id = '${ana.id}' and kind = 'pause-lifted'`,
    )
    expect(lifted).toEqual([{ reason: why.reason }])
  },
)

inHouse('the same address again, typed otherwise, is verified and is no change', async h => {
  const desk = await h.member('operator')
  const ana = await h.person()
  const typed = `P${ana.alternate.slice(1)}`
  const done = await changed(h, desk, ana.id, typed)
  expect(done.body.coolingUntil).toBeNull()
  expect((await h.visitor().identify(ana)).status).toBe(201)
  await sendNotices(h)
  expect(mailsTo(h, ana.alternate).filter(({ subject }) => /cambió/.test(subject))).toEqual([])
})

inHouse('the padrón does not take back an address that was corrected at the counter', async h => {
  const desk = await h.member('operator')
  const ana = await h.person()
  const mailbox = newMailbox()
  await changed(h, desk, ana.id, mailbox)
  await h.load('workers', [ana.row])
  expect((await contactsOf(h, ana.id)).filter(({ open }) => open).map(({ address }) => address)).toEqual([
    mailbox,
  ])
  await h.load('workers', [{ ...ana.row, correo_alterno: 'otra.mas@correo-libre.mx' }])
  expect(
    (await desk.ask('POST', `/api/persons/${ana.id}/unmaskings`, { reason: 'prueba' })).body.alternateEmail,
  ).toBe(mailbox)
  const rows = await contactsOf(h, ana.id)
  expect(rows.filter(({ open }) => open).map(({ address, verified }) => [address, verified])).toEqual([
    [mailbox, true],
    ['otra.mas@correo-libre.mx', false],
  ])
})

inLinks.inHouse('a link to choose a password dies with the address that it went to', async h => {
  const desk = await h.member('operator')
  const ana = await h.person()
  await h.visitor().goThrough(ana)
  const mail = await h.smtp.waitFor(({ to, text }) => to.includes(ana.alternate) && /Enlace/.test(text))
  const token = credentialsIn(mail.text).link
  expect((await h.visitor().ask('POST', '/api/links', { token })).status).toBe(200)
  await changed(h, desk, ana.id, newMailbox())
  expect((await h.visitor().ask('POST', '/api/links', { token })).body.code).toBe('self-service-paused')
  await h.look(`update contact set cooling_until = null where person_id = '${ana.id}'`)
  expect((await h.visitor().ask('POST', '/api/links', { token })).status).toBe(410)
})

const refusedAddresses: [string, string][] = [
  ['ana@gm\u0430il.com', 'script'],
  ['аna@gmail.com', 'script'],
  ['ana@xn--gmil-6q5a.com', 'script'],
  ['ana@ｇmail.com', 'script'],
  ['ana\u200b@gmail.com', 'script'],
  ['ana@gmail.com\r\nBcc: otro@correo-libre.mx', 'script'],
  ['ana@gmail.com, otro@correo-libre.mx', 'shape'],
  ['Ana <ana@gmail.com>', 'shape'],
  ['"ana"@gmail.com', 'shape'],
  ['ana%otro.mx@gmail.com', 'shape'],
  ['ana@localhost', 'shape'],
  ['ana@[127.0.0.1]', 'shape'],
  ['ana.lopez@colima.example', 'reserved'],
  ['ana.lopez@Correo-Viejo.mx', 'own-domain'],
  ['ana@otro.correo-viejo.mx', 'own-domain'],
  ['ana@correo.invalid', 'reserved'],
  ['sincorreo@gmail.com', 'placeholder'],
  ['ana', 'shape'],
]

inHouse(
  'SEC-73 an address of another script, of ours, or of nobody is refused, and nothing is mailed',
  async h => {
    const desk = await h.member('operator')
    const ana = await h.person()
    const before = h.smtp.mails.length
    for (const [address, code] of refusedAddresses) {
      const { status, body } = await change(desk, ana.id, address)
      expect([status, body.code, body.fields], JSON.stringify(address)).toEqual([
        400,
        'malformed',
        [{ name: 'address', code }],
      ])
    }
    expect(h.smtp.mails.length).toBe(before)
    expect(await h.look(`select 1 from contact_change where person_id = '${ana.id}'`)).toEqual([])
  },
)

inHouse(
  'SEC-73 a domain that looks like a well-known one is warned about, and is never taken for it',
  async h => {
    const desk = await h.member('operator')
    const cases = {
      'gmail.con': 'gmail.com',
      'hotmai1.com': 'hotmail.com',
      'gmial.com': 'gmail.com',
      'outlok.com': 'outlook.com',
    }
    for (const [domain, meant] of Object.entries(cases)) {
      const ana = await h.person()
      const address = `a.${Date.now().toString(36)}@${domain}`
      const { status, body } = await change(desk, ana.id, address)
      expect([status, body.looksLike], domain).toEqual([202, meant])
      expect(mailsTo(h, address)).toHaveLength(1)
      expect(mailsTo(h, address.replace(domain, meant))).toEqual([])
    }
  },
)

inHouse(
  'a wrong code changes nothing; after five there is no more guessing, also with a newer code',
  async h => {
    const desk = await h.member('operator')
    const ana = await h.person()
    const mailbox = newMailbox()
    await change(desk, ana.id, mailbox)
    expect((await verify(desk, ana.id, 'x')).body).toMatchObject({
      code: 'malformed',
      fields: [{ name: 'code', code: 'shape' }],
    })
    for (const left of [4, 3, 2, 1, 0]) {
      const { status, body } = await verify(desk, ana.id, another(lastCode(h, mailbox)))
      expect([status, body.code, body.left]).toEqual([403, 'code-wrong', left])
    }
    expect((await verify(desk, ana.id, lastCode(h, mailbox))).body.code).toBe('too-many-attempts')
    await change(desk, ana.id, mailbox)
    expect((await verify(desk, ana.id, lastCode(h, mailbox))).status).toBe(429)
    expect((await contactsOf(h, ana.id)).map(({ address }) => address)).toEqual([ana.alternate])
    await attemptsAgo(h, '2 days')
    expect((await verify(desk, ana.id, lastCode(h, mailbox))).status).toBe(200)
  },
)

inHouse('a code works once, only the newest one, only for her, and not after its time', async h => {
  const desk = await h.member('operator')
  const [ana, eva] = [await h.person(), await h.person()]
  const [first, second, hers] = [newMailbox(), newMailbox(), newMailbox()]
  await change(desk, ana.id, first)
  await change(desk, ana.id, second)
  await change(desk, eva.id, hers)
  for (const code of [lastCode(h, first), lastCode(h, hers)])
    expect((await verify(desk, ana.id, code)).body.code).toBe('code-wrong')
  expect((await verify(desk, ana.id, lastCode(h, second))).status).toBe(200)
  expect((await verify(desk, ana.id, lastCode(h, second))).status).toBe(404)
  await h.look(
    `update contact_change set code_expires_at = now() - interval '1 second' where person_id = '${eva.id}'`,
  )
  expect((await verify(desk, eva.id, lastCode(h, hers))).body).toMatchObject({
    code: 'code-wrong',
    expired: true,
  })
  expect((await desk.ask('GET', `/api/persons/${eva.id}`)).body.change).toBeNull()
  const kept = await h.look(
    `select code_hmac from contact_change where person_id in ('${ana.id}', '${eva.id}')`,
  )
  expect(JSON.stringify(kept)).not.toContain(lastCode(h, hers))
})

inHouse('nobody fills mailboxes: mails are counted on the address and on the person', async h => {
  const desk = await h.member('operator')
  const ana = await h.person()
  const statuses = []
  for (let n = 0; n < 7; n++) statuses.push((await change(desk, ana.id, newMailbox())).status)
  expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429])
  const one = newMailbox()
  const others = []
  for (const { id } of await h.people(6)) others.push((await change(desk, id, one)).status)
  expect(others).toEqual([202, 202, 202, 202, 202, 429])
})

inHouse('SEC-69 no public door changes an address, and a kiosk none at all', async h => {
  const ana = await h.person()
  await h.visitor().goThrough(ana)
  const visitor = h.visitor()
  await longAgo(h, ana)
  await visitor.identify(ana)
  const paths = [
    ['PUT', `/api/persons/${ana.id}/alternate-email`, { address: newMailbox(), check: 'x', reason: 'x' }],
    ['POST', `/api/persons/${ana.id}/alternate-email/verification`, { code: 'ABCDEFGH' }],
    ['POST', `/api/persons/${ana.id}/alternate-email/approval`, {}],
    ['DELETE', `/api/persons/${ana.id}/pause`, { check: 'x', reason: 'x' }],
  ] as const
  for (const [method, path, body] of paths)
    expect((await visitor.ask(method, path, body)).body.code, path).toBe('not-signed-in')
  const { kiosk } = await openKiosk(h)
  const desk = await h.member(['supervisor'])
  desk.cookies.set('mci-kiosk', kiosk.cookies.get('mci-kiosk') ?? '')
  for (const [method, path, body] of paths) {
    const { status, body: said } = await desk.ask(method, path, body)
    expect([status, said.code], path).toEqual([403, 'not-allowed'])
  }
  expect(await h.look(`select 1 from contact_change where person_id = '${ana.id}'`)).toEqual([])
})

inHouse('SEC-123 the people of another unit are nobody, whatever is asked about them', async h => {
  const ana = await h.person({ cct: cctOf(8101) })
  const eva = await h.person({ cct: cctOf(8102) })
  const [here, there] = [
    await h.member('supervisor', { units: [`centre:${cctOf(8101)}`] }),
    await h.member('supervisor', { units: [`centre:${cctOf(8102)}`] }),
  ]
  const asks = (id: string) =>
    [
      ['GET', `/api/persons/${id}`, undefined],
      ['POST', `/api/persons/${id}/unmaskings`, { reason: 'x' }],
      ['PUT', `/api/persons/${id}/alternate-email`, { address: newMailbox(), check: 'x', reason: 'x' }],
      ['POST', `/api/persons/${id}/alternate-email/verification`, { code: 'ABCDEFGH' }],
      ['POST', `/api/persons/${id}/alternate-email/approval`, {}],
      ['DELETE', `/api/persons/${id}/pause`, { check: 'x', reason: 'x' }],
    ] as const
  const nobody = crypto.randomUUID()
  for (const [who, id] of [
    [here, eva.id],
    [there, ana.id],
    [here, nobody],
  ] as const)
    for (const [method, path, body] of asks(id)) {
      const answer = await who.ask(method, path, body)
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([404, 'not-found'])
    }
  expect((await here.ask('GET', `/api/persons/${ana.id}`)).status).toBe(200)
  expect((await here.ask('GET', '/api/persons/1')).status).toBe(400)
})

inHouse('SEC-124 who only reads changes no address, and nobody changes her own', async h => {
  const ana = await h.person()
  for (const role of ['helpdesk', 'auditor', 'liaison', 'admin', 'intake'] as const) {
    const who = await h.member(role)
    const { status, body } = await change(who, ana.id, newMailbox())
    expect([status, body.code], role).toEqual([403, 'not-allowed'])
    const denied = await h.look(
      `select detail from event where kind = 'denied' and actor = 'member:${who.id}'`,
    )
    expect(denied).toHaveLength(1)
  }
  const herself = await h.member('operator', { person: ana.id })
  expect((await change(herself, ana.id, newMailbox())).body.code).toBe('own-account')
  expect(
    (await herself.ask('DELETE', `/api/persons/${ana.id}/pause`, { check: 'x', reason: 'x' })).body.code,
  ).toBe('own-account')
})

withApproval.inHouse('where a second person must approve, nothing is in force before she does', async h => {
  const [desk, boss, both] = [
    await h.member('operator'),
    await h.member('supervisor'),
    await h.member('supervisor'),
  ]
  const ana = await h.person()
  const mailbox = newMailbox()
  expect((await changed(h, desk, ana.id, mailbox)).body).toEqual({
    state: 'waiting-approval',
    coolingUntil: null,
    movement: null,
  })
  expect((await contactsOf(h, ana.id)).map(({ address }) => address)).toEqual([ana.alternate])
  expect(await h.look(`select 1 from movement where person_id = '${ana.id}'`)).toEqual([])
  expect((await boss.ask('GET', `/api/persons/${ana.id}`)).body.change).toMatchObject({
    state: 'waiting-approval',
    expiresAt: null,
  })
  expect((await approve(desk, ana.id)).status).toBe(403)
  const done = await approve(boss, ana.id)
  expect([done.status, done.body.state, typeof done.body.coolingUntil]).toEqual([200, 'done', 'string'])
  expect((await contactsOf(h, ana.id)).at(-1)).toMatchObject({
    address: mailbox,
    origin: `member:${desk.id}`,
    open: true,
    cooling: true,
  })
  expect((await approve(boss, ana.id)).status).toBe(404)
  const eva = await h.person()
  await changed(h, both, eva.id, newMailbox())
  expect((await approve(both, eva.id)).body.code).toBe('own-act')
  expect((await approve(boss, eva.id, { reject: 'No es su correo' })).body).toEqual({
    state: 'rejected',
    coolingUntil: null,
  })
  expect((await contactsOf(h, eva.id)).map(({ address }) => address)).toEqual([eva.alternate])
  const told = await h.look<{ detail: { why: string } }>(
    `select detail from event where kind = 'contact-rejected' and person_id = '${eva.id}'`,
  )
  expect(told[0]?.detail.why).toBe('No es su correo')
})

withApproval.inHouse('who approves proved a moment ago who she is', async h => {
  const boss = await h.member('supervisor')
  const ana = await h.person()
  await changed(h, await h.member('operator'), ana.id, newMailbox())
  await h.look(
    `update staff_session set proven_at = now() - interval '11 minutes' where member_id = '${boss.id}'`,
  )
  expect((await approve(boss, ana.id)).body.code).toBe('step-up-required')
})

onPostgres('two who verify at once make one change', async h => {
  const desk = await h.member('operator')
  const ana = await h.person()
  const mailbox = newMailbox()
  await change(desk, ana.id, mailbox)
  const code = lastCode(h, mailbox)
  const answers = await Promise.all([1, 2, 3, 4].map(() => verify(desk, ana.id, code)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await h.look(`select 1 from movement where person_id = '${ana.id}'`)).toHaveLength(1)
})
