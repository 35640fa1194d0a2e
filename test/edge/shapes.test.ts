import { expect } from 'vitest'
import { type Role, roles } from '../../api/roles.ts'
import { titles } from '../../api/titles.ts'
import { type House, house } from '../house.ts'
import { curpOf } from '../roster/synthetic.ts'
import type { Answer, Visitor } from '../visitor.ts'
import { allRoutes, fieldsOf, filledPath, rightBody, writes } from './contracts.ts'
import { ldap, sql } from './hostile.ts'

/** A key that takes nearly anything, so that what is hostile reaches the database. */
const { inHouse, onPostgres } = house({ institution: 'fields: { curt: { pattern: "^.{1,100}$" } }' })
const routes = await allRoutes()

const shapes: unknown[] = [
  null,
  true,
  false,
  0,
  -1.5,
  1e308,
  [],
  ['worker'],
  [['worker'], [['x']]],
  {},
  { $ne: null },
  { length: 1, toString: 'x' },
  { curp: ['AAAA000000HCMXXX00'] },
  'x'.repeat(20_000),
  'x'.repeat(1_000_000),
  '\0',
]

const isTold = (answer: Answer) => {
  expect(Object.values(titles)).toContain(answer.body.title)
  expect(answer.text).not.toMatch(/ at .*\.[jt]s|node_modules|Error:|stack/)
}

let unknown = 70_000_000
/** Claims of people who are in no padrón, each only once, so that no limit answers instead. */
const nobody = (other: object) => ({ curp: curpOf(unknown++), curt: 'T1', ...other })

/** A browser at which somebody has an open visit and somebody who may everything is signed in: shapes alone stop it. */
async function opened(h: House): Promise<Visitor> {
  const visitor = h.visitor()
  expect((await visitor.identify(await h.person())).status).toBe(201)
  const { cookies } = await h.member(Object.keys(roles) as Role[])
  visitor.cookies.set('mci-staff', cookies.get('mci-staff') ?? '')
  return visitor
}

inHouse('SEC-11 no field of any route takes another shape than its own', async h => {
  const visitor = await opened(h)
  let asked = 0
  for (const route of routes.filter(route => route.body))
    for (const name of fieldsOf(route)) {
      const known = rightBody(route)
      const wrong = shapes.filter(
        shape => typeof shape !== typeof known[name] || Array.isArray(shape) || !shape,
      )
      for (const shape of wrong) {
        const answer = await visitor.ask(route.method, filledPath(route), { ...known, [name]: shape })
        expect([400, 413], `${route.path} ${name} ${JSON.stringify(shape).slice(0, 40)}`).toContain(
          answer.status,
        )
        isTold(answer)
        asked++
      }
    }
  for (const inner of ['curp', 'curt', 'controlNumber'])
    for (const shape of shapes) {
      const claim = { curp: 'A', curt: 'T1', [inner]: shape }
      const answer = await visitor.ask('POST', '/api/visits', { profile: 'worker', claim })
      expect([400, 413], `${inner} ${JSON.stringify(shape).slice(0, 40)}`).toContain(answer.status)
      isTold(answer)
      asked++
    }
  expect(asked).toBeGreaterThan(100)
})

inHouse('SEC-11 a body that is no object is refused by every route that takes one', async h => {
  const visitor = await opened(h)
  for (const route of routes.filter(route => route.body))
    for (const body of ['null', '[]', '"x"', '1', 'true', '{', '', '{"a":1}{', '[[[[', 'nul']) {
      const answer = await visitor.ask(route.method, filledPath(route), body, {
        'content-type': 'application/json',
      })
      expect(answer.status, `${route.path} ${body}`).toBe(400)
      isTold(answer)
    }
})

inHouse('SEC-32 what a body may not say is refused, and changes nothing', async h => {
  const visitor = await opened(h)
  const before = await h.look('select * from visit order by id')
  const foreign = ['verificado', 'rol', 'estado', 'curp', 'dn', 'creado_por', 'state', 'id', 'personId']
  for (const route of routes.filter(route => writes(route) && !route.upload)) {
    for (const name of foreign.filter(name => !fieldsOf(route).includes(name))) {
      if (!route.body) continue
      const answer = await visitor.ask(route.method, filledPath(route), { ...rightBody(route), [name]: true })
      expect([answer.status, answer.body.code], `${route.path} ${name}`).toEqual([400, 'malformed'])
    }
    for (const text of [
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"a":{"__proto__":null}}',
    ]) {
      const answer = await visitor.ask(route.method, filledPath(route), text, {
        'content-type': 'application/json',
      })
      expect(answer.status, `${route.path} ${text}`).toBe(400)
    }
  }
  expect(await h.look('select * from visit order by id')).toEqual(before)
  expect(({} as { x?: number }).x).toBeUndefined()
})

inHouse('SEC-44 a mail goes to the one address of the padrón, whatever a request adds', async h => {
  const maria = await h.person()
  const visitor = h.visitor()
  const heard = h.smtp.recipients.length
  const two = [
    'a@ajena.mx',
    ['a@ajena.mx', 'b@ajena.mx'],
    'a@ajena.mx,b@ajena.mx',
    'a@ajena.mx;b@ajena.mx',
    'a@ajena.mx b@ajena.mx',
  ]
  for (const to of two)
    for (const name of ['correo', 'email', 'to', 'destino']) {
      const claimed = await visitor.ask('POST', '/api/visits', {
        profile: 'worker',
        claim: maria.claim,
        [name]: to,
      })
      expect(claimed.status).toBe(400)
      const inside = { ...maria.claim, [name]: to }
      expect((await visitor.ask('POST', '/api/visits', { profile: 'worker', claim: inside })).status).toBe(
        400,
      )
    }
  await visitor.identify(maria)
  for (const to of two) {
    expect((await visitor.confirm({ correo: to })).status).toBe(400)
    const account = { account: to, current: 'x', password: 'una frase larga y propia' }
    expect((await h.visitor().ask('POST', '/api/passwords', account)).status).toBeGreaterThanOrEqual(400)
  }
  expect((await visitor.confirm()).status).toBe(201)
  expect(h.smtp.recipients.slice(heard)).toEqual([maria.alternate])
})

const reference = (answer: Answer) => ({ ...answer.body, reference: '' })

inHouse('SEC-83 SEC-20 sixty pieces of SQL and filters of a directory are only a wrong key', async h => {
  expect(sql.length).toBeGreaterThanOrEqual(60)
  const wrong = await h.visitor().ask('POST', '/api/visits', { profile: 'worker', claim: nobody({}) })
  expect(wrong.body.code).toBe('not-verified')
  const ana = await h.person()
  const answers = await Promise.all(
    [...sql, ...ldap].map(async text => [
      await h.visitor().ask('POST', '/api/visits', { profile: 'worker', claim: nobody({ curt: text }) }),
      await h
        .visitor()
        .ask('POST', '/api/visits', { profile: 'worker', claim: { ...ana.claim, curt: text } }),
    ]),
  )
  const byLimits = ['too-many-attempts', 'proof-required']
  const counted = answers.flat().filter(({ body }) => !byLimits.includes(body.code))
  expect(counted.length).toBeGreaterThan(sql.length)
  for (const answer of counted) expect(reference(answer)).toEqual(reference(wrong))
})

onPostgres(
  'SEC-83 SEC-20 in every other field and in every query they are told apart by their shape alone',
  async h => {
    const visitor = h.visitor()
    const confirming = await opened(h)
    const people = await h.look('select count(*) as n from person')
    for (const [at, text] of [...sql, ...ldap].entries()) {
      const query = `?sort=${encodeURIComponent(text)}&limit=${encodeURIComponent(text)}`
      const claims = [
        { curp: text, curt: 'T1' },
        { controlNumber: text, curp: curpOf(1) },
      ]
      const answers = await Promise.all([
        visitor.ask('POST', '/api/visits', { profile: text, claim: nobody({}) }),
        visitor.ask('POST', '/api/visits', { profile: 'worker', claim: claims[0] }),
        visitor.ask('POST', '/api/visits', { profile: 'student', claim: claims[1] }),
        confirming.confirm({ account: text }),
        visitor.ask('GET', `/api/institution${query}`),
      ])
      const statuses = answers.map(({ status }) => status)
      expect(statuses, text).toEqual([400, 400, 400, 400, 200])
      // A password is compared slowly: every third will do.
      if (at % 3 > 0) continue
      const account = { account: text, current: text, password: text }
      expect((await h.visitor().ask('POST', '/api/passwords', account)).body.code, text).toBe('not-verified')
    }
    expect(await h.look('select count(*) as n from person')).toEqual(people)
  },
)

inHouse('SEC-49 no other content type brings an unchecked body in', async h => {
  const visitor = await opened(h)
  const types = [
    'application/json ;x',
    ' application/json',
    '\tapplication/json',
    'APPLICATION/JSON',
    'application/json garbage',
    'application/vnd.api+json',
    'application/json;charset=utf-16',
    'application/json,text/plain',
    'text/plain',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'x',
    '',
  ]
  for (const type of types)
    for (const bad of [
      '{"profile":["worker"],"claim":{}}',
      '{"profile":"worker","claim":[]}',
      'profile=worker',
    ]) {
      const answer = await visitor.ask('POST', '/api/visits', bad, { 'content-type': type })
      expect([400, 415], `${type} ${bad}`).toContain(answer.status)
      isTold(answer)
    }
  const none = await h.app.inject({
    method: 'POST',
    url: '/api/visits',
    payload: Buffer.from('{"profile":["worker"],"claim":{}}'),
    headers: { host: 'localhost:3000', origin: 'http://localhost:3000' },
  })
  expect(none.statusCode).toBe(415)
})
