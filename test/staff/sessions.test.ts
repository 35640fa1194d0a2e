import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { abroad, visitorAbroad } from '../edge/abroad.ts'
import { type House, house } from '../house.ts'
import { codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse } = house()
const { onPostgres: inHouseAbroad } = house({ env: abroad })

const age = (h: House, member: string, column: string, ago: string) =>
  h.look(`update staff_session set ${column} = ${column} - interval '${ago}' where member_id = '${member}'`)

inHouse(
  'SEC-115 fifteen minutes without a request end a session; the page’s own questions are none',
  async h => {
    const lidia = await h.member('operator')
    const status = async (path = '/api/session') => (await lidia.ask('GET', path)).status
    await age(h, lidia.id, 'seen_at', '14 minutes 50 seconds')
    expect(await status()).toBe(200)
    const idle = await h.look<{ ago: number }>(
      `select extract(epoch from now() - seen_at)::int as ago from staff_session where member_id = '${lidia.id}'`,
    )
    expect(idle[0]?.ago).toBeGreaterThan(800)
    const kept = await lidia.ask('POST', '/api/session/extensions')
    expect(Date.parse(kept.body.idleUntil)).toBeGreaterThan(Date.now() + 14 * 60_000)
    await age(h, lidia.id, 'seen_at', '14 minutes 50 seconds')
    expect(await status('/api/sessions')).toBe(200)
    await age(h, lidia.id, 'seen_at', '14 minutes 50 seconds')
    expect(await status()).toBe(200)
    await age(h, lidia.id, 'seen_at', '15 seconds')
    expect(await status()).toBe(401)
    expect((await lidia.ask('POST', '/api/session/extensions')).body.code).toBe('not-signed-in')
  },
)

inHouse('SEC-115 eight hours end a session, whatever she does', async h => {
  const lidia = await h.member('operator')
  const { body } = await lidia.ask('GET', '/api/session')
  expect(Math.round((Date.parse(body.expiresAt) - Date.now()) / 60_000)).toBe(480)
  await age(h, lidia.id, 'expires_at', '7 hours 59 minutes')
  expect((await lidia.ask('POST', '/api/session/extensions')).status).toBe(200)
  await age(h, lidia.id, 'expires_at', '1 minute 1 second')
  expect((await lidia.ask('GET', '/api/session')).status).toBe(401)
})

inHouse('she sees her sessions in words, ends one, and then the others', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const firefox = {
    'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  }
  const agents = [firefox, { 'user-agent': 'x'.repeat(5000) }, {}]
  const browsers = []
  for (const [steps, headers] of agents.entries()) {
    const visitor = h.visitor()
    await h.look(`update member set totp_step = 0 where id = '${lidia.id}'`)
    const body = { ...typed(lidia), code: codeOf(lidia.seed, steps % 2) }
    expect((await visitor.ask('POST', '/api/session', body, headers)).status).toBe(201)
    browsers.push(visitor)
  }
  const [one, two, three] = browsers
  const listed = async () => (await one?.ask('GET', '/api/sessions'))?.body
  const all = await listed()
  expect(all.map(({ browser }: { browser: string }) => browser).sort()).toEqual([
    'Firefox en Windows',
    'Otro navegador',
    'Otro navegador',
  ])
  expect(all.filter(({ mine }: { mine: boolean }) => mine)).toMatchObject([
    { address: one?.from, factor: 'totp' },
  ])
  const theirs = all.find(({ address }: { address: string }) => address === two?.from)
  const stranger = await h.member('admin')
  expect((await stranger.ask('DELETE', `/api/sessions/${theirs.id}`)).status).toBe(404)
  expect((await one?.ask('DELETE', `/api/sessions/${theirs.id}`))?.status).toBe(204)
  expect((await two?.ask('GET', '/api/session'))?.status).toBe(401)
  expect((await one?.ask('DELETE', '/api/sessions/x'))?.status).toBe(400)
  expect((await one?.ask('DELETE', '/api/sessions'))?.status).toBe(204)
  expect((await three?.ask('GET', '/api/session'))?.status).toBe(401)
  expect((await one?.ask('GET', '/api/session'))?.status).toBe(200)
  expect(await listed()).toHaveLength(1)
})

inHouseAbroad(
  'SEC-111 the cookie of the staff is its own, for https alone, and follows no link from elsewhere',
  async h => {
    const lidia = await newcomer(h, { enrolled: true })
    const visitor = visitorAbroad(h, '10.79.0.1')
    const said = await inOneGo(visitor, lidia)
    const out = await visitor.ask('DELETE', '/api/session')
    const lines = [said, out].flatMap(({ headers }) => [headers['set-cookie'] ?? []].flat())
    const hers = lines.filter(line => line.startsWith('__Host-mci-staff='))
    expect(hers).toHaveLength(2)
    for (const line of hers) {
      for (const flag of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
        expect(line.split('; ')).toContain(flag)
      expect(line).not.toMatch(/domain=|max-age=[1-9]/i)
    }
  },
)

inHouseAbroad('SEC-112 no page of another site signs anybody in or out', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const visitor = visitorAbroad(h, '10.79.0.2')
  await inOneGo(visitor, lidia)
  const cookie = [...visitor.cookies].map(pair => pair.join('=')).join('; ')
  for (const headers of [
    { origin: 'https://mala.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    {},
  ])
    for (const [method, url] of [
      ['POST', '/api/session'],
      ['DELETE', '/api/session'],
      ['DELETE', '/api/sessions'],
      ['POST', '/api/session/password'],
    ] as const) {
      const reply = await h.app.inject({
        ...{ method, url, headers: { host: 'correo.colima.example', cookie, ...headers } },
        payload: { ...typed(lidia), code: codeOf(lidia.seed, 1) },
      })
      expect([reply.statusCode, reply.json().code], `${method} ${url}`).toEqual([403, 'cross-origin'])
    }
  expect((await visitor.ask('GET', '/api/session')).status).toBe(200)
})

inHouseAbroad('SEC-114 no other origin may read what the staff read', async h => {
  for (const origin of [
    'https://mala.example',
    'null',
    'http://correo.colima.example',
    'https://correo.colima.example.mala.example',
  ])
    for (const url of ['/api/session', '/api/session/ways', '/api/members', '/api/sessions']) {
      const headers = { host: 'correo.colima.example', origin }
      const reply = await h.app.inject({ method: 'GET', url, headers })
      expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([])
    }
})

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const signed = (key: Buffer, header: unknown, claims: unknown) => {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

/** Each is what a careless reader takes for the cookie of her session. */
function forgeries(h: House, token: string, other: string): Record<string, string> {
  const [key, foreign] = [h.ctx.keysFor('cookie')[0] as Buffer, h.ctx.keysFor('totp')[0] as Buffer]
  const [head = '', body = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const usual = { alg: 'HS256', typ: 'JWT' }
  const now = Math.floor(Date.now() / 1000)
  const but = (change: object) => signed(key, usual, { ...claims, ...change })
  const named = (more: object) => signed(key, { ...usual, ...more }, claims)
  return {
    'alg none': `${part({ alg: 'none', typ: 'JWT' })}.${body}.`,
    'alg None': `${part({ alg: 'None', typ: 'JWT' })}.${body}.`,
    'alg nOnE': `${part({ alg: 'nOnE', typ: 'JWT' })}.${body}.${signature}`,
    'RS256 signed as HS256': named({ alg: 'RS256' }),
    'empty signature': `${head}.${body}.`,
    'half a signature': token.slice(0, -10),
    'signature of another': `${head}.${body}.${other.split('.')[2]}`,
    'claims of another': `${head}.${other.split('.')[1]}.${signature}`,
    'key of another purpose': signed(foreign, usual, claims),
    'empty key': signed(Buffer.alloc(0), usual, claims),
    jku: named({ jku: 'https://mala.example/keys' }),
    x5u: named({ x5u: 'https://mala.example/cert' }),
    jwk: named({ jwk: { kty: 'oct', k: 'AA' } }),
    'kid that walks up': named({ kid: '../../../../dev/null' }),
    'kid that asks a database': named({ kid: "x' union select 'a" }),
    'no aud': but({ aud: undefined }),
    'aud of a visit': but({ aud: 'visit' }),
    'two auds': but({ aud: ['staff', 'visit'] }),
    'foreign iss': but({ iss: 'otro' }),
    'expired by a second': but({ exp: now - 1 }),
    'nbf to come': but({ nbf: now + 60 }),
    'no exp': but({ exp: undefined }),
    'claims twice': signed(key, usual, JSON.stringify(claims).replace('{', '{"aud":"visit",')),
    'jti of nobody': but({ jti: 'x'.repeat(43) }),
    'jti a list': but({ jti: [claims.jti] }),
    'the digest that is kept': but({ jti: createHmac('sha256', '').update(claims.jti).digest('base64url') }),
    'a hundred thousand bytes': but({ x: 'x'.repeat(100_000) }),
    'four parts': `${token}.${signature}`,
    padded: `${token}=`,
  }
}

inHouse('SEC-113 no token but the very one that was written opens the desk', async h => {
  const [lidia, nadia] = [await h.member('admin'), await h.member('admin')]
  const [token = '', other = ''] = [lidia, nadia].map(({ cookies }) => cookies.get('mci-staff'))
  const tried = Object.entries(forgeries(h, token, other))
  expect(tried.length).toBeGreaterThanOrEqual(20)
  for (const [what, forged] of tried) {
    lidia.cookies.set('mci-staff', forged)
    for (const path of ['/api/session', '/api/members']) {
      const answer = await lidia.ask('GET', path)
      expect([answer.status, answer.body.code], what).toEqual([401, 'not-signed-in'])
    }
  }
  lidia.cookies.set('mci-staff', token)
  expect((await lidia.ask('GET', '/api/members')).status).toBe(200)
})

inHouse('SEC-27 however a path of the desk is written, nobody enters without a session', async h => {
  const visitor = h.visitor()
  const paths = ['/api/members', '/api/sessions', '/api/session']
  const disguises: Record<string, string>[] = [
    {},
    { 'x-http-method-override': 'DELETE' },
    { 'x-original-url': '/api/institution' },
  ]
  const forms = (path: string) => [
    path,
    `${path}/`,
    `/${path}`,
    path.replace('/api/', '/api//'),
    path.replace('/api/', '/api/./'),
    path.replace('/api/', '/api/x/../'),
    path.replace('/api/', '/api/%2e/'),
    path.replace('/api/', '/api%2f'),
    path.replace('/api/', '/API/'),
    `${path};x`,
    `${path}?x=/api/institution`,
    `${path}%23`,
    `${path}%00`,
    `/api/institution/..${path.slice(4)}`,
  ]
  for (const path of paths)
    for (const form of forms(path))
      for (const headers of disguises)
        expect([401, 403, 404, 400], form).toContain(
          (await visitor.ask('GET', form, undefined, headers)).status,
        )
})
