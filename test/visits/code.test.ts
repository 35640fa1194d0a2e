import { expect } from 'vitest'
import { prune } from '../../api/visits/prune.ts'
import { type House, house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { credentialsIn, type Visitor } from '../visitor.ts'
import { attemptsAgo, codeFor, codesAgo, codesFor, longAgo, movementsOf } from './rows.ts'

const { inHouse, onPostgres } = house({ institution: 'confirmation: code' })
const direct = house()
const signsIn = mailServers()

const sendCode = (visitor: Visitor) => visitor.ask('POST', '/api/visits/current/codes')
const another = (code: string) => `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`

/** Somebody with an open visit and a code on its way. */
async function withCode(h: House, person: Person, visitor = h.visitor()): Promise<Visitor> {
  const known = await visitor.identify(person)
  expect(known.status, known.text).toBe(201)
  const sent = await sendCode(visitor)
  expect(sent.status, sent.text).toBe(202)
  return visitor
}

/** Her account, made by a code, with a password of her own; in the browser that comes back. */
async function holder(h: House) {
  const person = await h.person()
  const visitor = await withCode(h, person)
  expect((await visitor.confirm({ code: codeFor(h, person) })).body.state).toBe('done')
  const mail = await h.smtp.waitFor(({ to, text }) => to.includes(person.alternate) && /temporal/.test(text))
  const { account, password } = credentialsIn(mail.text)
  const own = 'la laguna de noche brilla'
  expect((await visitor.changePassword(account, password, own)).status).toBe(204)
  await longAgo(h, person, '2 days')
  await codesAgo(h, person, '2 days')
  await attemptsAgo(h, '2 days')
  return { person, visitor, account, own }
}

inHouse('a code goes to the alternate address, and nothing changes before it comes back', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  expect((await visitor.identify(ana)).body).toMatchObject({ act: 'create', confirmation: 'code' })
  const sent = await sendCode(visitor)
  expect(sent.status).toBe(202)
  expect(sent.body).toEqual({
    sentTo: 'per***@c***.mx',
    expiresAt: expect.any(String),
    againAt: expect.any(String),
  })
  expect(Date.parse(sent.body.expiresAt) - Date.parse(sent.body.againAt)).toBe(9 * 60_000)
  const mail = await h.smtp.waitFor(({ to }) => to.includes(ana.alternate))
  const code = codeFor(h, ana)
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
  expect(sent.text).not.toContain(code)
  expect(mail.text).toMatch(/^Vence: \d+ \w+ \d{4}, \d\d:\d\d h$/m)
  expect(mail.html).toContain(code)
  const links = `${mail.text}${mail.html}`.match(/https?:[^\s"<]+/g) ?? []
  expect(links.length).toBeGreaterThan(0)
  for (const link of links) expect(link).toMatch(/^http:\/\/localhost:3000\/no-fui-yo#[\w-]{43}\.?$/)
  const kept = await h.look(
    `select * from code c join visit v on v.id = c.visit_id where v.person_id = '${ana.id}'`,
  )
  expect(kept).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toContain(code)
  expect(await movementsOf(h, ana)).toEqual([])
  expect(await h.look(`select 1 from holding where person_id = '${ana.id}'`)).toEqual([])

  const where = await visitor.ask('GET', '/api/visits/current')
  expect(where.body.code).toEqual(sent.body)
  expect((await visitor.confirm()).body).toMatchObject({
    code: 'malformed',
    fields: [{ name: 'code', code: 'required' }],
  })
  const done = await visitor.confirm({ code })
  expect(done.status, done.text).toBe(201)
  expect(done.body).toMatchObject({ act: 'create', state: 'done' })
  expect((await visitor.confirm()).body).toEqual(done.body)
  expect((await visitor.confirm({ code: another(code) })).body).toEqual(done.body)
  expect((await sendCode(visitor)).status).toBe(410)
  expect((await visitor.ask('GET', '/api/visits/current')).body.code).toBeUndefined()
  expect(await movementsOf(h, ana)).toHaveLength(1)
})

inHouse('small letters, blanks and hyphens are forgiven; what no code can be costs no try', async h => {
  const ana = await h.person()
  const visitor = await withCode(h, ana)
  const code = codeFor(h, ana)
  for (const odd of ['', 'AAAA', `${code}A`, `${code.slice(1)}0`, `${code.slice(1)}I`, '\u0000'.repeat(8)])
    expect((await visitor.confirm({ code: odd })).body).toMatchObject({ status: 400, code: 'malformed' })
  expect((await visitor.confirm({ code: another(code) })).body).toMatchObject({ code: 'code-wrong', left: 4 })
  const typed = ` ${code.slice(0, 4).toLowerCase()} - ${code.slice(4)}\n`
  expect((await visitor.confirm({ code: typed })).body.state).toBe('done')
})

direct.onPostgres('where confirmation is direct no code is sent, and none is needed', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  expect((await sendCode(visitor)).body).toMatchObject({ status: 404, code: 'not-found' })
  expect(codesFor(h, ana.alternate)).toEqual([])
  expect((await visitor.confirm()).body.state).toBe('done')
})

onPostgres('five tries a day: each is told how many are left, the right one is given back', async h => {
  const ana = await h.person()
  const visitor = await withCode(h, ana)
  const code = codeFor(h, ana)
  for (const left of [4, 3, 2]) {
    const said = await visitor.confirm({ code: another(code) })
    expect(said.body).toMatchObject({ status: 403, code: 'code-wrong', left })
  }
  expect((await visitor.confirm({ code })).status).toBe(201)
  await longAgo(h, ana)
  await codesAgo(h, ana, '20 minutes')
  const stranger = await withCode(h, ana)
  const next = codeFor(h, ana)
  for (const left of [1, 0])
    expect((await stranger.confirm({ code: another(next) })).body).toMatchObject({ code: 'code-wrong', left })
  const full = await stranger.confirm({ code: next })
  expect(full.body).toMatchObject({ status: 429, code: 'too-many-attempts' })
  expect(full.body.retryAfter).toBeGreaterThan(86_000)
  expect(await movementsOf(h, ana)).toHaveLength(1)
})

onPostgres(
  'of forty tries at once five are looked at, and the right one only if it is among them',
  async h => {
    for (const ana of await h.people(3)) {
      const visitor = await withCode(h, ana)
      const code = codeFor(h, ana)
      const said = await Promise.all(
        Array.from({ length: 40 }, (_, n) => visitor.confirm({ code: n === 30 ? code : another(code) })),
      )
      // Once it is used there is nothing to compare with: that is no try.
      const wrong = said.filter(({ body }) => body.code === 'code-wrong' && !body.expired)
      const open = said.filter(({ status }) => status === 201)
      expect(wrong.length + Math.min(open.length, 1)).toBeLessThanOrEqual(6)
      const looked = await h.look(
        `select 1 from event where kind = 'code-refused' and person_id = '${ana.id}'`,
      )
      expect(looked.length).toBeLessThanOrEqual(5)
      // The right one may have been the first of all.
      expect(looked.length + open.length).toBeGreaterThan(0)
      expect(await movementsOf(h, ana)).toHaveLength(open.length > 0 ? 1 : 0)
    }
  },
)

onPostgres('SEC-13: a code pressed four times at once confirms once, and is dead', async h => {
  const ana = await h.person()
  const visitor = await withCode(h, ana)
  const code = codeFor(h, ana)
  const said = await Promise.all(Array.from({ length: 4 }, () => visitor.confirm({ code })))
  expect(new Set(said.map(({ body }) => body.folio))).toEqual(new Set([said[0]?.body.folio]))
  expect(await movementsOf(h, ana)).toHaveLength(1)
  await longAgo(h, ana)
  const other = h.visitor()
  await other.identify(ana)
  expect((await other.confirm({ code })).body).toMatchObject({ code: 'code-wrong', expired: true })
  expect(await movementsOf(h, ana)).toHaveLength(1)
})

onPostgres('SEC-36: a new code voids the one before, and says when the next may be asked for', async h => {
  const ana = await h.person()
  const visitor = await withCode(h, ana)
  const first = codeFor(h, ana)
  const early = await sendCode(visitor)
  expect(early.body).toMatchObject({ status: 429, code: 'too-many-attempts', againAt: expect.any(String) })
  expect(Number(early.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect(codesFor(h, ana.alternate)).toHaveLength(1)
  await codesAgo(h, ana, '61 seconds')
  expect((await sendCode(visitor)).status).toBe(202)
  const second = codeFor(h, ana)
  expect(second).not.toBe(first)
  expect((await visitor.confirm({ code: first })).body).toMatchObject({ code: 'code-wrong', left: 4 })
  expect((await visitor.confirm({ code: second })).status).toBe(201)
})

onPostgres('a code of another visit never works, and asking there voids it here', async h => {
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const hers = await withCode(h, ana)
  const code = codeFor(h, ana)
  const other = h.visitor()
  await other.identify(ana)
  expect((await other.confirm({ code })).body).toMatchObject({ code: 'code-wrong', expired: true })
  const evas = await withCode(h, eva)
  expect((await evas.confirm({ code })).body).toMatchObject({ code: 'code-wrong', left: 4 })
  await codesAgo(h, ana, '2 minutes')
  await sendCode(other)
  expect((await hers.confirm({ code })).body).toMatchObject({ code: 'code-wrong', expired: true })
  expect((await hers.confirm({ code: codeFor(h, ana) })).body.code).toBe('code-wrong')
  expect((await other.confirm({ code: codeFor(h, ana) })).status).toBe(201)
})

onPostgres('REL-51, SEC-45: a code ends by the database’s clock, and its visit lasts as long', async h => {
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const visitor = h.visitor()
  await visitor.identify(ana)
  await h.look(`update visit set expires_at = now() + interval '30 seconds' where person_id = '${ana.id}'`)
  const sent = await sendCode(visitor)
  expect((await visitor.ask('GET', '/api/visits/current')).body.expiresAt).toBe(sent.body.expiresAt)
  await codesAgo(h, ana, '595 seconds')
  expect((await visitor.confirm({ code: codeFor(h, ana) })).status).toBe(201)

  const late = await withCode(h, eva)
  await codesAgo(h, eva, '601 seconds')
  expect((await late.confirm({ code: codeFor(h, eva) })).body).toMatchObject({
    code: 'code-wrong',
    expired: true,
  })
  expect((await late.ask('GET', '/api/visits/current')).body.code).toBeUndefined()
  expect((await sendCode(late)).status).toBe(202)
  await h.look(`update visit set expires_at = now() where person_id = '${eva.id}'`)
  expect((await late.confirm({ code: codeFor(h, eva) })).status).toBe(410)
  expect((await sendCode(late)).status).toBe(410)
  expect(await movementsOf(h, eva)).toEqual([])
})

onPostgres('what stops her meanwhile leaves the code unspent', async h => {
  const ana = await h.person()
  const visitor = await withCode(h, ana)
  const code = codeFor(h, ana)
  await h.look(`update person set paused_until = 'infinity' where id = '${ana.id}'`)
  expect((await visitor.confirm({ code })).body.code).toBe('self-service-paused')
  expect((await sendCode(visitor)).body.code).toBe('self-service-paused')
  await h.look(`update person set paused_until = null where id = '${ana.id}'`)
  expect((await visitor.confirm({ code })).body.state).toBe('done')
})

onPostgres('a mail server that does not take the code leaves no code behind', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  h.smtp.answer(({ to }) => (to === ana.alternate ? { data: '451 4.3.0 Try later' } : {}))
  const said = await sendCode(visitor)
  h.smtp.answer()
  expect(said.body).toMatchObject({ status: 503, code: 'not-available' })
  expect((await visitor.ask('GET', '/api/visits/current')).body.code).toBeUndefined()
  expect(
    await h.look(
      `select 1 from code where voided_at is null and visit_id in (select id from visit where person_id = '${ana.id}')`,
    ),
  ).toEqual([])
  await codesAgo(h, ana, '61 seconds')
  expect((await sendCode(visitor)).status).toBe(202)
  expect((await visitor.confirm({ code: codeFor(h, ana) })).status).toBe(201)
})

onPostgres('an address that refuses the code for good is marked, as after any mail', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  h.smtp.answer(({ to }) => (to === ana.alternate ? { rcpt: '550 5.1.1 No such mailbox' } : {}))
  expect((await sendCode(visitor)).status).toBe(503)
  h.smtp.answer()
  expect((await h.visitor().identify(ana)).body.code).toBe('no-alternate-email')
})

onPostgres('visits that nobody confirmed are cleared away with their codes', async h => {
  const ana = await h.person()
  await withCode(h, ana)
  await h.look(`update visit set expires_at = now() - interval '2 days' where person_id = '${ana.id}'`)
  await prune(h.ctx)
  expect(await h.look(`select 1 from visit where person_id = '${ana.id}'`)).toEqual([])
})

onPostgres(
  'SEC-36: five hundred visits of one person and the same guess in each: five are looked at',
  async h => {
    const ana = await h.person()
    const visitors: Visitor[] = []
    for (let round = 0; round < 25; round++)
      visitors.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, async () => {
            const visitor = h.visitor()
            expect((await visitor.identify(ana)).status).toBe(201)
            await sendCode(visitor)
            return visitor
          }),
        )),
      )
    expect(visitors).toHaveLength(500)
    expect(codesFor(h, ana.alternate)).toHaveLength(1)
    const said = []
    for (const visitor of visitors)
      for (let time = 0; time < 2; time++) said.push(await visitor.confirm({ code: 'ABCDEFGH' }))
    // Where the visit has no code there is nothing to compare with.
    await codesAgo(h, ana, '2 minutes')
    const [last] = visitors.slice(-1) as [Visitor]
    expect((await sendCode(last)).status).toBe(202)
    for (let time = 0; time < 20; time++) said.push(await last.confirm({ code: 'ABCDEFGH' }))
    const looked = said.filter(({ body }) => body.left !== undefined)
    expect(looked.length).toBeLessThanOrEqual(5)
    expect(looked.length).toBeGreaterThan(2)
    expect(await movementsOf(h, ana)).toEqual([])
  },
  120_000,
)

onPostgres('SEC-17: two hundred asked for within the hour bring five mails at the most', async h => {
  const ana = await h.person()
  const visitors = await Promise.all(Array.from({ length: 10 }, async () => h.visitor()))
  for (const visitor of visitors) await visitor.identify(ana)
  const said = []
  for (let round = 0; round < 20; round++) {
    said.push(...(await Promise.all(visitors.map(sendCode))))
    await codesAgo(h, ana, '61 seconds')
  }
  expect(said).toHaveLength(200)
  const mails = h.smtp.mails.filter(({ to }) => to.includes(ana.alternate))
  expect(mails.length).toBeGreaterThan(1)
  expect(mails.length).toBeLessThanOrEqual(5)
  expect(new Set(said.map(({ status }) => status))).toEqual(new Set([202, 429]))
})

/** All that somebody can do who knows her keys and not her mailbox, from one place after the other. */
async function attack(h: House, person: Person) {
  const visitor = h.visitor()
  const known = await visitor.identify(person)
  const sent = await sendCode(visitor)
  const guesses = []
  for (const code of ['ABCDEFGH', 'HGFEDCBA']) guesses.push((await visitor.confirm({ code })).status)
  return [known.status, sent.status, ...guesses]
}

onPostgres(
  'SEC-63: whoever has her keys changes nothing in a day, her password signs in all along, and she can still reset',
  async h => {
    const { person, visitor, account, own } = await holder(h)
    const before = await h.look(`select * from mailbox where local = '${account.split('@')[0]}'`)
    expect(before).toHaveLength(1)
    const seen = new Set<number>()
    for (let half = 0; half < 50; half++) {
      for (const status of await attack(h, person)) seen.add(status)
      await codesAgo(h, person, '28 minutes')
      await attemptsAgo(h, '28 minutes')
      if (half % 10 === 0) expect(await signsIn(h, account, own)).toBe(true)
    }
    expect(seen).toEqual(new Set([201, 202, 403, 429]))
    expect(await h.look(`select * from mailbox where local = '${account.split('@')[0]}'`)).toEqual(before)
    expect((await movementsOf(h, person)).map(({ kind }) => kind)).toEqual([
      'account-creation',
      'password-change',
    ])
    expect(await signsIn(h, account, own)).toBe(true)

    // A minute after the attack she comes to her own browser, with the budget of strangers used up.
    for (let time = 0; time < 4; time++) await attack(h, person)
    await codesAgo(h, person, '61 seconds')
    const mailed = codesFor(h, person.alternate).length
    expect((await visitor.identify(person)).body.act).toBe('reset')
    expect((await sendCode(visitor)).status).toBe(202)
    expect(codesFor(h, person.alternate)).toHaveLength(mailed + 1)
    expect((await visitor.confirm({ code: codeFor(h, person) })).body).toMatchObject({
      act: 'reset',
      state: 'done',
    })
  },
  180_000,
)

direct.onPostgres('SEC-63: where confirmation is direct, fifty resets in a day are three', async h => {
  const ana = await h.person()
  await h.visitor().goThrough(ana)
  await longAgo(h, ana, '2 days')
  const made = []
  for (let half = 0; half < 50; half++) {
    const visitor = h.visitor()
    if ((await visitor.identify(ana)).status === 201) made.push((await visitor.confirm()).status)
    await longAgo(h, ana, '28 minutes')
    await attemptsAgo(h, '28 minutes')
  }
  expect(made.filter(status => status === 201)).toHaveLength(3)
  expect(await movementsOf(h, ana)).toHaveLength(4)
})
