import { assert, describe, expect, it } from 'vitest'
import { sourceOf } from '../api/limits.ts'
import { type House, house, type Person } from './house.ts'
import { movementsOf, refusedClaims, wrong } from './visits/rows.ts'

const { onPostgres } = house()

const attempts = async (h: House) =>
  Number((await h.look<{ n: number }>('select count(*)::int as n from attempt'))[0]?.n)
const codes = (said: { body: { code?: string } }[]) =>
  Object.entries(Object.groupBy(said, ({ body }) => body.code ?? 'open')).map(([code, all]) => [
    code,
    all?.length,
  ])

describe('where a request comes from', () => {
  it('is an IPv4 address as it is, also inside an IPv6 one', () => {
    expect(sourceOf('192.0.2.7')).toBe('192.0.2.7')
    expect(sourceOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
  })
  it('is the network of an IPv6 address, however it is written', () => {
    const one = sourceOf('2001:db8:0:7::1')
    expect(one).toBe('2001:db8:0:7')
    expect(sourceOf('2001:0DB8:0000:0007:ffff:ffff:ffff:ffff')).toBe(one)
    expect(sourceOf('2001:db8:0:8::1')).not.toBe(one)
    expect(sourceOf('2001:db8::1')).toBe('2001:db8:0:0')
    expect(sourceOf('2001:db8::7:0:0:0:1')).toBe('2001:db8:0:7')
    expect(sourceOf('::1')).toBe('0:0:0:0')
    expect(sourceOf('fe80::')).toBe('fe80:0:0:0')
  })
})

onPostgres(
  'five wrong claims about a person from one place, then she waits there and not elsewhere',
  async h => {
    const ana = await h.person()
    const place = h.visitor()
    for (let time = 0; time < 5; time++) expect((await place.identify(wrong(ana))).status).toBe(403)
    const full = await h.visitor(place.from).identify(ana)
    expect(full.body).toMatchObject({
      status: 429,
      code: 'too-many-attempts',
      directions: expect.any(String),
      retryAfter: expect.any(Number),
    })
    expect(Number(full.headers['retry-after'])).toBe(full.body.retryAfter)
    expect(full.body.retryAfter).toBeGreaterThan(86_000)
    expect((await h.visitor().identify(ana)).status).toBe(201)
  },
)

onPostgres('known and unknown people wait alike', async h => {
  const ana = await h.person()
  const nobody = { ...ana, claim: { curp: 'IAQX850214MCMBZM78', curt: 'T999' } }
  const bodies = []
  for (const who of [wrong(ana), nobody]) {
    const place = h.visitor()
    const said = []
    for (let time = 0; time < 6; time++) said.push(await place.identify(who))
    expect(said.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 429])
    bodies.push({ ...said[5]?.body, reference: '', retryAfter: 0 })
  }
  expect(bodies[0]).toEqual(bodies[1])
})

onPostgres('a right claim gives its attempt back, so that she may come often', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  const before = await attempts(h)
  for (let time = 0; time < 9; time++) expect((await visitor.identify(ana)).status).toBe(201)
  expect(await attempts(h)).toBe(before)
})

onPostgres('SEC-40, IDN-02: however her keys are written, she is one person to the limits', async h => {
  const ana = await h.person()
  const { curp = '' } = ana.claim
  const { curt } = wrong(ana).claim
  const spellings: [string, string][] = [
    [curp, curt],
    [curp.toLowerCase(), curt],
    [` ${curp}`, `${curt} `],
    [`\t${curp.toLowerCase()}\n`, curt.toLowerCase()],
    [`${curp.slice(0, 9).toLowerCase()}${curp.slice(9)}`, `  ${curt}`],
  ]
  const place = h.visitor()
  for (let time = 0; time < 60; time++) {
    const [said, key] = spellings[time % spellings.length] as [string, string]
    const answer = await h
      .visitor(time % 2 ? undefined : place.from)
      .identify({ ...ana, claim: { curp: said, curt: key } })
    expect([403, 429]).toContain(answer.status)
    // Each of these is no CURP at all: it gets its own answer, and is not counted.
    const disguises = [
      curp.replace('X', '\uff38'),
      `${curp.slice(0, 5)}\u200b${curp.slice(5)}`,
      curp.replace(/\d/, '\u0661'),
      `${curp}\u00a0`,
    ]
    const disguised = disguises[time % disguises.length] ?? ''
    expect((await h.visitor().identify({ ...ana, claim: { curp: disguised, curt } })).status).toBe(400)
  }
  expect(await refusedClaims(h, ana)).toBe(20)
  const keys = await h.look(
    `select distinct detail->>'key' from event where kind = 'claim-refused' and person_id = '${ana.id}'`,
  )
  expect(keys).toHaveLength(1)
  const rows = await h.look(
    `select 1 from person_identifier where kind = 'curp' and upper(value) = '${ana.claim.curp}'`,
  )
  expect(rows).toHaveLength(1)
})

onPostgres('SEC-08: whoever is locked out meanwhile does not finish', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  for (let place = 0; place < 4; place++) {
    const other = h.visitor()
    for (let time = 0; time < 5; time++) await other.identify(wrong(ana))
  }
  const said = await visitor.confirm()
  expect(said.body).toMatchObject({ status: 429, code: 'too-many-attempts' })
  expect(said.body.retryAfter).toBeGreaterThan(86_000)
  expect(await movementsOf(h, ana)).toEqual([])
})

onPostgres('SEC-08: nor whoever is locked out at her own place', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  const other = h.visitor(visitor.from)
  for (let time = 0; time < 5; time++) await other.identify(wrong(ana))
  expect((await visitor.confirm()).status).toBe(429)
  expect(await movementsOf(h, ana)).toEqual([])
})

onPostgres(
  'SEC-09: a hundred wrong claims never touch the account, and stop her only past the day’s count',
  async h => {
    const ana = await h.person()
    await h.visitor().goThrough(ana)
    await h.look(`update credential_issue set issued_at = issued_at - interval '1 hour'`)
    const active = () =>
      h.look(
        `select m.active from mailbox m join holding h on h.account_id = m.marker where h.person_id = '${ana.id}' and m.active`,
      )
    const fail = async (times: number) => {
      const place = h.visitor()
      await Promise.all(Array.from({ length: times }, () => h.visitor(place.from).identify(wrong(ana))))
    }
    await fail(34)
    await fail(33)
    await fail(33)
    expect(await refusedClaims(h, ana)).toBe(15)
    expect(await active()).toHaveLength(1)
    expect((await h.visitor().identify(ana)).body.act).toBe('reset')
    await fail(20)
    await fail(20)
    expect(await refusedClaims(h, ana)).toBe(20)
    expect((await h.visitor().identify(ana)).status).toBe(429)
    expect(await active()).toHaveLength(1)
  },
)

onPostgres(
  'SEC-29: of a hundred guesses at once five are looked at, and the right one is not among them',
  async h => {
    for (const ana of await h.people(4)) {
      const place = h.visitor()
      const guess = (who: Pick<Person, 'profile' | 'claim'>) => h.visitor(place.from).identify(who)
      const guessWrong = (times: number) => Array.from({ length: times }, () => guess(wrong(ana)))
      const first = guessWrong(59)
      // They come in no order: the right one is the sixtieth only when the first of them has been sent away.
      await Promise.any(first.map(async one => assert((await one).status === 429)))
      const right = guess(ana)
      const said = await Promise.all([...first, right, ...guessWrong(40)])
      expect(codes(said).sort()).toEqual([
        ['not-verified', 5],
        ['too-many-attempts', 95],
      ])
      expect((await right).status).toBe(429)
      expect(await refusedClaims(h, ana)).toBe(5)
    }
  },
)

onPostgres('SEC-22, SEC-158: while attempts cannot be counted nobody is looked at', async h => {
  const people = (await h.people(3)) as [Person, Person, Person]
  const open = h.visitor()
  await open.identify(people[2])
  const events = () =>
    h.look(`select id from event where kind in ('claim-refused', 'visit-opened', 'visit-stopped')`)
  const before = await events()
  await h.look('revoke insert on attempt from mci_app')
  try {
    const said = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        h.visitor().identify(n % 2 ? (people[0] as Person) : wrong(people[1] as Person)),
      ),
    )
    expect(codes(said)).toEqual([['not-available', 60]])
    expect(new Set(said.map(({ status }) => status))).toEqual(new Set([503]))
    expect((await open.confirm()).body).toMatchObject({ status: 503, code: 'not-available' })
    expect((await h.visitor().changePassword('a@colima.example', 'x', 'una frase muy larga')).status).toBe(
      503,
    )
  } finally {
    await h.look('grant insert on attempt to mci_app')
  }
  expect(await events()).toEqual(before)
  expect(await movementsOf(h, people[2])).toEqual([])
  expect((await open.confirm()).body.state).toBe('done')
})

const mails = house({
  institution: 'limits: { resets: [[100, 1m]], identifyFailures: { browser: [[500, 1h]] } }',
})

mails.onPostgres('SEC-17: two hundred requests in ten minutes bring five mails to one mailbox', async h => {
  const shared = 'familia@correo-libre.mx'
  const people = await h.people(3, n => ({
    primer_apellido: ['Olmos', 'Rivas', 'Tapia'][n] ?? '',
    correo_alterno: n === 2 ? 'FAMILIA@correo-libre.mx' : shared,
  }))
  const said = []
  for (let round = 0; round < 20; round++) {
    const who = people[round % 3] as Person
    const visitor = h.visitor()
    const known = await visitor.identify(who)
    expect(known.status, known.text).toBe(201)
    said.push(...(await Promise.all(Array.from({ length: 10 }, () => visitor.confirm()))))
  }
  expect(said).toHaveLength(200)
  expect(h.smtp.mails.filter(({ to }) => to.join().toLowerCase() === shared)).toHaveLength(5)
  expect(new Set(said.map(({ status, body }) => body.code ?? status))).toEqual(
    new Set([201, 'too-many-attempts']),
  )
  expect(said.filter(({ status }) => status === 201)).toHaveLength(50)
})
