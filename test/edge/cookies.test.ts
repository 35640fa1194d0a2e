import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { type House, house } from '../house.ts'
import type { Answer, Visitor } from '../visitor.ts'
import { abroad, visitorAbroad } from './abroad.ts'
import { allRoutes, filledPath, rightBody, writes } from './contracts.ts'

const { inHouse } = house()
const { onPostgres: inHouseAbroad } = house({ env: abroad })
const routes = await allRoutes()

const setCookies = (answer: Answer) => [answer.headers['set-cookie'] ?? []].flat()

inHouseAbroad(
  'SEC-111 every cookie of an https service is its own, closed to scripts and to other sites',
  async h => {
    const maria = await h.person()
    const visitor = visitorAbroad(h, '10.77.0.1')
    const answers = [await visitor.ask('GET', '/api/institution'), await visitor.identify(maria)]
    expect(visitor.cookies.has('__Host-mci-visit')).toBe(true)
    expect((await visitor.ask('GET', '/api/visits/current')).status).toBe(200)
    answers.push(await visitor.confirm(), await visitor.ask('DELETE', '/api/visits/current'))
    const lines = answers.flatMap(setCookies)
    expect(lines.length).toBe(3)
    for (const line of lines) {
      expect(line).toMatch(/^__Host-mci-(visit|browser)=/)
      for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
        expect(line.split('; ')).toContain(flag)
      expect(line).not.toMatch(/domain=/i)
    }
    expect(visitor.cookies.has('__Host-mci-visit')).toBe(false)
  },
)

inHouse('SEC-111 on this machine cookies lack only what needs https', async h => {
  const visitor = h.visitor()
  const lines = setCookies(await visitor.identify(await h.person()))
  expect(lines.map(line => line.split('=')[0])).toEqual(['mci-browser', 'mci-visit'])
  for (const line of lines)
    for (const flag of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(line.split('; ')).toContain(flag)
})

/** What no page of ours sends. */
const foreign: Record<string, string>[] = [
  { origin: 'https://mala.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'https://correo.colima.example.mala.example' },
  { origin: 'https://mala.correo.colima.example' },
  { origin: 'http://correo.colima.example' },
  { origin: 'https://correo.colima.example:8443' },
  { origin: 'https://correo.colima.example, https://mala.example' },
  { origin: 'https://correo.colima.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://correo.colima.example', 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  {},
]
const forms = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json',
]

inHouseAbroad('SEC-112 no page of another site changes anything, in whatever form it asks', async h => {
  const maria = await h.person()
  const visitor = visitorAbroad(h, '10.77.0.2')
  await visitor.identify(maria)
  const cookie = [...visitor.cookies].map(pair => pair.join('=')).join('; ')
  const before = await h.look('select id, ended_at, confirmed_at, expires_at from visit order by id')
  for (const route of routes.filter(writes))
    for (const headers of foreign)
      for (const type of forms) {
        const reply = await h.app.inject({
          method: route.method,
          url: filledPath(route),
          headers: { host: 'correo.colima.example', cookie, 'content-type': type, ...headers },
          payload: type === 'application/json' ? JSON.stringify(rightBody(route)) : 'a=1',
        })
        const told = [reply.statusCode, reply.json().code]
        expect(told, `${route.method} ${route.path} ${JSON.stringify(headers)} ${type}`).toEqual([
          403,
          'cross-origin',
        ])
      }
  expect(await h.look('select id, ended_at, confirmed_at, expires_at from visit order by id')).toEqual(before)
  expect(h.smtp.recipients).not.toContain(maria.alternate)
  const asked = { host: 'correo.colima.example', cookie, 'sec-fetch-site': 'same-origin' }
  const own = await h.app.inject({ method: 'DELETE', url: '/api/visits/current', headers: asked })
  expect(own.statusCode).toBe(204)
})

inHouseAbroad('SEC-114 no other origin is let in to read, nor told that it might be', async h => {
  const origins = [
    'https://mala.example',
    'null',
    'https://correo.colima.example.mala.example',
    'http://correo.colima.example',
    '*',
  ]
  for (const route of routes)
    for (const origin of origins)
      for (const method of ['OPTIONS', 'GET'] as const) {
        const headers = {
          host: 'correo.colima.example',
          origin,
          'access-control-request-method': route.method,
        }
        const reply = await h.app.inject({ method, url: filledPath(route), headers })
        expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([])
      }
})

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const signed = (key: Buffer, header: unknown, claims: unknown) => {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

async function opened(h: House): Promise<{ visitor: Visitor; token: string }> {
  const visitor = h.visitor()
  expect((await visitor.identify(await h.person())).status).toBe(201)
  return { visitor, token: visitor.cookies.get('mci-visit') ?? '' }
}

/** Each is a cookie that a careless reader takes for the visit's own. */
function confusions(h: House, token: string, other: string): Record<string, string> {
  const key = h.ctx.keysFor('cookie')[0] as Buffer
  const limiter = h.ctx.keysFor('limiter')[0] as Buffer
  const [head = '', body = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const usual = { alg: 'HS256', typ: 'JWT' }
  const now = Math.floor(Date.now() / 1000)
  const but = (change: object) => signed(key, usual, { ...claims, ...change })
  const without = (name: string) => but({ [name]: undefined })
  const text = JSON.stringify(claims)
  return {
    'alg none': `${part({ alg: 'none', typ: 'JWT' })}.${body}.`,
    'alg None': `${part({ alg: 'None', typ: 'JWT' })}.${body}.`,
    'alg nOnE with a signature': `${part({ alg: 'nOnE', typ: 'JWT' })}.${body}.${signature}`,
    'no alg': signed(key, { typ: 'JWT' }, claims),
    HS384: `${part({ alg: 'HS384', typ: 'JWT' })}.${body}.${createHmac('sha384', key)
      .update(`${part({ alg: 'HS384', typ: 'JWT' })}.${body}`)
      .digest('base64url')}`,
    'RS256 signed as HS256': signed(key, { alg: 'RS256', typ: 'JWT' }, claims),
    'empty signature': `${head}.${body}.`,
    'half a signature': token.slice(0, -10),
    'signature of another token': `${head}.${body}.${other.split('.')[2]}`,
    'claims of another token': `${head}.${other.split('.')[1]}.${signature}`,
    'key of another purpose': signed(limiter, usual, claims),
    'empty key': signed(Buffer.alloc(0), usual, claims),
    jku: signed(key, { ...usual, jku: 'https://mala.example/keys' }, claims),
    x5u: signed(key, { ...usual, x5u: 'https://mala.example/cert' }, claims),
    jwk: signed(key, { ...usual, jwk: { kty: 'oct', k: 'AA' } }, claims),
    'kid that walks up': signed(key, { ...usual, kid: '../../../../dev/null' }, claims),
    'kid that asks a database': signed(key, { ...usual, kid: "x' union select 'a" }, claims),
    crit: signed(key, { ...usual, crit: ['exp'] }, claims),
    'another typ': signed(key, { alg: 'HS256', typ: 'at+jwt' }, claims),
    'no typ': signed(key, { alg: 'HS256' }, claims),
    'no aud': without('aud'),
    'foreign aud': but({ aud: 'browser' }),
    'both auds': but({ aud: ['visit', 'browser'] }),
    'no iss': without('iss'),
    'foreign iss': but({ iss: 'otro' }),
    'no exp': without('exp'),
    'expired by a second': but({ exp: now - 1 }),
    'exp in words': but({ exp: 'mañana' }),
    'exp beyond all numbers': signed(key, usual, text.replace(/"exp":\d+/, '"exp":1e999')),
    'no nbf': without('nbf'),
    'nbf to come': but({ nbf: now + 60 }),
    'no jti': without('jti'),
    'jti of nobody': but({ jti: 'x'.repeat(43) }),
    'jti a list': but({ jti: [claims.jti] }),
    'claims twice': signed(key, usual, text.replace('{', '{"aud":"browser",')),
    'claims with blanks': signed(key, usual, ` ${text}`),
    'a hundred thousand bytes': but({ x: 'x'.repeat(100_000) }),
    'four parts': `${token}.${signature}`,
    padded: `${token}=`,
    'in quotes': `"${token}x"`,
  }
}

inHouse('SEC-113 no token but the very one that was written opens a visit', async h => {
  const { visitor, token } = await opened(h)
  const other = (await opened(h)).token
  const tried = Object.entries(confusions(h, token, other))
  expect(tried.length).toBeGreaterThan(30)
  for (const [what, forged] of tried) {
    visitor.cookies.set('mci-visit', forged)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/extensions'],
      ['POST', '/confirmation'],
    ] as const) {
      const answer = await visitor.ask(
        method,
        `/api/visits/current${path}`,
        method === 'POST' ? {} : undefined,
      )
      expect([answer.status, answer.body.code], what).toEqual([410, 'visit-expired'])
    }
  }
  visitor.cookies.set('mci-visit', token)
  expect((await visitor.ask('GET', '/api/visits/current')).status).toBe(200)
})

inHouse('SEC-113 SEC-02 the cookie of a browser opens no visit, nor a visit a browser', async h => {
  const { visitor, token } = await opened(h)
  const browser = visitor.cookies.get('mci-browser') ?? ''
  visitor.cookies.set('mci-visit', browser)
  expect((await visitor.ask('GET', '/api/visits/current')).status).toBe(410)
  visitor.cookies.set('mci-browser', token)
  const renewed = await visitor.ask('GET', '/api/institution')
  expect(setCookies(renewed)[0]).toMatch(/^mci-browser=/)
})

inHouse('SEC-45 a cookie outlives neither its visit nor the last extension', async h => {
  const { visitor, token } = await opened(h)
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const [row] = await h.look<{ from: number; id: string }>(
    'select floor(extract(epoch from created_at))::float8 as "from", id from visit order by created_at desc limit 1',
  )
  expect(claims).toMatchObject({ nbf: row?.from, iat: row?.from, exp: (row?.from ?? 0) + 11 * 600 + 1 })
  await h.look(`update visit set expires_at = now() where id = '${row?.id}'`)
  expect((await visitor.ask('GET', '/api/visits/current')).body.code).toBe('visit-expired')
})
