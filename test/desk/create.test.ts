import { expect } from 'vitest'
import { house } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { centreOf, lastMail, oficio } from './oficio.ts'

const { inHouse, onPostgres } = house()

inHouse(
  'a work centre gets its account from an oficio: named by its key, held by its director, mailed to her',
  async h => {
    const director = await h.person()
    const cct = await centreOf(h, director)
    const desk = await h.member('operator')
    const made = await desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })
    expect(made.status, made.text).toBe(201)
    expect(made.body).toMatchObject({
      kind: 'account-creation',
      state: 'done',
      account: `${cct.toLowerCase()}@colima.example`,
      oficio,
      actor: `member:${desk.id}`,
      channel: 'staff',
    })
    const { account, password } = credentialsIn(lastMail(h, director.alternate)?.text ?? '')
    expect(account).toBe(`${cct.toLowerCase()}@colima.example`)
    expect((await h.visitor().changePassword(account, password, 'la lluvia de septiembre')).status).toBe(204)
    const [held] = await h.look(
      `select h."as", h.kind, a.unit from holding h join account a on a.id = h.account_id where h.person_id = '${director.id}'`,
    )
    expect(held).toEqual({ as: 'responsible', kind: 'workCentre', unit: cct })
  },
)

inHouse('a centre has one account; whoever asks again is told so', async h => {
  const director = await h.person()
  const cct = await centreOf(h, director)
  const desk = await h.member('operator')
  expect((await desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })).status).toBe(
    201,
  )
  const again = await desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })
  expect([again.status, again.body.code]).toEqual([409, 'unit-has-account'])
})

inHouse('the address that a rule gives is foretold, for the member’s units alone', async h => {
  const [director, ana] = await h.people(2)
  const cct = await centreOf(h, director)
  const desk = await h.member('operator')
  const foretold = async (asked: string, who = desk) =>
    (await who.ask('GET', `/api/accounts/addresses/next?kind=${asked}`)).body
  const made = async (ask: object) =>
    (await desk.ask('POST', '/api/accounts', { ...ask, oficio, reason: 'lo pidió' })).body.account
  for (const [kind, whose] of [
    ['workCentre', { centre: cct }],
    ['personal', { person: ana?.id ?? '' }],
  ] as const) {
    const { address } = await foretold(`${kind}&${new URLSearchParams(whose)}`)
    expect(await made({ kind, ...whose })).toBe(address)
  }
  const elsewhere = await h.member('operator', { units: ['centre:06DPR0001S'] })
  expect((await foretold(`workCentre&centre=${cct}`, elsewhere)).code).toBe('not-found')
  expect((await foretold(`personal&person=${ana?.id}`, elsewhere)).code).toBe('not-found')
  expect((await foretold('service')).code).toBe('malformed')
  expect((await foretold('workCentre')).code).toBe('malformed')
})

inHouse('what a centre lacks is named, and nothing is made', async h => {
  const desk = await h.member('operator')
  const ask = async (cct: string) =>
    (await desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })).body.code
  const silent = await h.person({ correo_alterno: '' })
  const left = await h.person({ estatus: 'inactivo' })
  const cctOfLeft = await centreOf(h, left)
  expect(await ask(await centreOf(h))).toBe('centre-without-director')
  expect(await ask(await centreOf(h, silent))).toBe('no-alternate-email')
  expect(await ask(cctOfLeft)).toBe('person-not-active')
  expect(await ask(await centreOf(h, silent, { estatus: 'inactivo' }))).toBe('centre-not-active')
  expect(await ask('06DPR9999X')).toBe('not-found')
  expect(await h.look(`select 1 from holding where person_id in ('${silent.id}', '${left.id}')`)).toEqual([])
})

inHouse(
  'where a director has no address of her own, the registered address of the centre gets it',
  async h => {
    const silent = await h.person({ correo_alterno: '' })
    const cct = await centreOf(h, silent, { correo: 'escuela@correo-libre.mx' })
    const desk = await h.member('operator')
    const made = await desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })
    expect(made.body.state, made.text).toBe('done')
    expect(credentialsIn(lastMail(h, 'escuela@correo-libre.mx')?.text ?? '').folio).toBe(made.body.folio)
  },
)

inHouse('a service gets the name that staff wrote, without domain, and a responsible person', async h => {
  const ana = await h.person()
  const desk = await h.member('operator')
  const ask = (name: string, unit = `Programa ${name}`) =>
    desk.ask('POST', '/api/accounts', { kind: 'service', unit, name, person: ana.id, oficio })
  const withDomain = await ask('direccion@colima.example')
  expect([withDomain.status, withDomain.body.fields]).toEqual([400, [{ name: 'name', code: 'domain' }]])
  for (const [name, code] of [
    ['', 'required'],
    ['dirección', 'shape'],
    ['a..b', 'shape'],
    ['postmaster', 'reserved'],
  ])
    expect((await ask(name ?? '')).body.fields, name).toEqual([{ name: 'name', code }])
  const made = await ask('lectura.estatal')
  expect(made.body, made.text).toMatchObject({ state: 'done', account: 'lectura.estatal@colima.example' })
  const twice = await ask('lectura.estatal', 'Otro programa')
  expect([twice.status, twice.body.code]).toEqual([409, 'address-taken'])
  const tried = await desk.ask('GET', '/api/accounts/addresses?kind=service&name=lectura-estatal')
  expect(tried.body).toMatchObject({ address: 'lectura-estatal@colima.example', free: true })
  expect(tried.body.similar).toContainEqual({
    address: 'lectura.estatal@colima.example',
    of: 'Programa lectura.estatal',
  })
  const taken = await desk.ask('GET', '/api/accounts/addresses?kind=function&name=lectura.estatal')
  expect(taken.body).toMatchObject({ free: false, takenBy: 'Programa lectura.estatal' })
  expect(taken.body.proposals).toHaveLength(3)
  for (const one of taken.body.proposals)
    expect((await desk.ask('GET', `/api/accounts/addresses?kind=function&name=${one}`)).body.free).toBe(true)
})

inHouse('without the oficio that the institution asks for nothing is made', async h => {
  const ana = await h.person()
  const desk = await h.member('operator')
  const ask = { kind: 'function', unit: 'Supervisión 14', name: 'supervision14', person: ana.id }
  const bare = await desk.ask('POST', '/api/accounts', ask)
  expect([bare.status, bare.body.code]).toEqual([409, 'oficio-required'])
  const reasoned = await desk.ask('POST', '/api/accounts', { ...ask, reason: 'me lo pidieron' })
  expect(reasoned.body.code).toBe('oficio-required')
  expect(await h.look(`select 1 from holding where person_id = '${ana.id}'`)).toEqual([])
})

inHouse('staff make a personal account as the kiosk would, once, and not their own', async h => {
  const ana = await h.person()
  const desk = await h.member('operator')
  const ask = { kind: 'personal', person: ana.id, reason: 'no pudo en el quiosco' }
  const made = await desk.ask('POST', '/api/accounts', ask)
  expect(made.body, made.text).toMatchObject({ kind: 'account-creation', state: 'done', reason: ask.reason })
  expect((await desk.ask('POST', '/api/accounts', ask)).body.code).toBe('in-progress')
  expect((await h.visitor().identify(ana)).body.code).toBe('reset-recently')
  const self = await h.person()
  const hers = await h.member('operator', { person: self.id })
  const own = await hers.ask('POST', '/api/accounts', { ...ask, person: self.id })
  expect([own.status, own.body.code]).toEqual([403, 'own-account'])
})

onPostgres('many hands at one name: one account, the others are told', async h => {
  const people = await h.people(6)
  const desk = await h.member('operator')
  const asked = await Promise.all(
    people.map((one, n) =>
      desk.ask('POST', '/api/accounts', {
        kind: 'service',
        unit: `Taller ${n}`,
        name: 'taller',
        person: one.id,
        oficio,
      }),
    ),
  )
  expect(asked.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(asked.filter(({ body }) => body.code === 'address-taken')).toHaveLength(5)
})

inHouse('nobody makes an account for a centre of another unit', async h => {
  const director = await h.person()
  const cct = await centreOf(h, director, { nivel: 'secundaria' })
  const other = await h.member('operator', { units: ['level:primaria'] })
  const refused = await other.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })
  expect([refused.status, refused.body.code]).toEqual([404, 'not-found'])
  const own = await h.member('operator', { units: ['level:secundaria'] })
  expect((await own.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio })).status).toBe(
    201,
  )
})

inHouse(
  'the policy of use that was accepted stands in the movement by its version; no other one is taken',
  async h => {
    const director = await h.person()
    const cct = await centreOf(h, director)
    const desk = await h.member('operator')
    const kinds = (await desk.ask('GET', '/api/accounts/kinds')).body
    expect(kinds[0].policy).toMatchObject({
      version: '1',
      text: expect.stringContaining('asuntos oficiales'),
    })
    const make = (policy: string) =>
      desk.ask('POST', '/api/accounts', { kind: 'workCentre', centre: cct, oficio, policy })
    const old = await make('0')
    expect([old.status, old.body.fields]).toEqual([400, [{ name: 'policy', code: 'superseded' }]])
    const { folio } = (await make('1')).body
    const { body } = await desk.ask('GET', `/api/movements/${folio}`)
    expect([body.policy, body.intendedAt]).toEqual(['1', expect.any(String)])
  },
)
