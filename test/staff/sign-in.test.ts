import { expect } from 'vitest'
import { type House, house } from '../house.ts'
import type { Visitor } from '../visitor.ts'
import { codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse, onPostgres } = house()

const eventsOf = (h: House, id: string) =>
  h.look<{ kind: string; detail: Record<string, unknown> }>(
    `select kind, detail from event where actor = 'member:${id}' or detail->>'member' = '${id}' order by id`,
  )
const setCookies = (headers: Record<string, string | string[] | undefined>) =>
  [headers['set-cookie'] ?? []].flat().filter(line => line.startsWith('mci-staff='))

inHouse('she signs in with password and code in one go, and out again', async h => {
  const lidia = await newcomer(h, {
    roles: ['operator', 'helpdesk'],
    units: ['level:Primaria'],
    enrolled: true,
  })
  const visitor = h.visitor()
  const said = await inOneGo(visitor, lidia)
  expect(said.body).toMatchObject({
    member: { id: lidia.id, login: lidia.login, name: 'Lidia Pérez' },
    roles: ['operator', 'helpdesk'],
    units: ['level:Primaria'],
    deeds: expect.arrayContaining(['account.find', 'account.block']),
    provenUntil: expect.any(String),
  })
  expect(setCookies(said.headers)[0]).toMatch(/HttpOnly; SameSite=Strict$/)
  expect((await visitor.ask('GET', '/api/session')).body).toMatchObject({ member: { id: lidia.id } })
  const token = visitor.cookies.get('mci-staff') ?? ''
  const out = await visitor.ask('DELETE', '/api/session')
  expect([out.status, out.headers['clear-site-data']]).toEqual([204, '"cache", "storage"'])
  expect(visitor.cookies.has('mci-staff')).toBe(false)
  visitor.cookies.set('mci-staff', token)
  expect((await visitor.ask('GET', '/api/session')).body.code).toBe('not-signed-in')
  const kinds = (await eventsOf(h, lidia.id)).map(({ kind }) => kind)
  expect(kinds).toEqual(['member-added', 'signed-in', 'signed-out'])
})

inHouse('her login is one however she writes it, and her code too', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const code = codeOf(lidia.seed)
  const said = await h.visitor().ask('POST', '/api/session', {
    ...typed(lidia),
    login: ` ${lidia.login.toUpperCase()}\t`,
    code: `${code.slice(0, 3)} ${code.slice(3)}`,
  })
  expect(said.status, said.text).toBe(201)
})

inHouse('in two halves: the first says what is missing and opens nothing', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const visitor = h.visitor()
  const first = await visitor.ask('POST', '/api/session', typed(lidia))
  expect(first.body).toEqual({ challenge: expect.any(String), needs: 'code', factors: ['totp'] })
  expect(visitor.cookies.has('mci-staff')).toBe(false)
  const { challenge } = first.body
  const finish = (code: string) => visitor.ask('POST', '/api/session/second-factor', { challenge, code })
  const wrong = await finish('000000')
  expect([wrong.status, wrong.body.code]).toEqual([403, 'code-wrong'])
  const code = codeOf(lidia.seed)
  expect((await finish(code)).status).toBe(201)
  expect((await finish(codeOf(lidia.seed, 1))).body.code).toBe('sign-in-expired')
})

inHouse('SEC-118 no way leads in without a second factor', async h => {
  const [lidia, nadia] = [await newcomer(h, { enrolled: true }), await newcomer(h)]
  const visitor = h.visitor()
  for (const her of [lidia, nadia]) {
    const { body } = await visitor.ask('POST', '/api/session', typed(her))
    const { challenge } = body
    for (const [path, ask] of [
      ['second-factor', { challenge }],
      ['second-factor', { challenge, code: '' }],
      ['second-factor', { challenge, code: ' ' }],
      ['second-factor', { challenge, passkey: {} }],
      ['second-factor', { challenge, passkey: { id: 'x', response: {}, verified: true } }],
      ['enrolment', { challenge }],
      ['enrolment', { challenge, code: '000000' }],
      ['enrolment', { challenge, passkey: {} }],
      ['second-factor', { challenge: 'x'.repeat(43), code: codeOf(lidia.seed) }],
    ] as const) {
      const said = await visitor.ask('POST', `/api/session/${path}`, ask)
      expect([400, 403, 410], `${path} ${JSON.stringify(ask)}`).toContain(said.status)
    }
    expect(visitor.cookies.has('mci-staff')).toBe(false)
    expect((await visitor.ask('GET', '/api/session')).status).toBe(401)
  }
  expect(
    await h.look(`select 1 from staff_session where member_id in ('${lidia.id}', '${nadia.id}')`),
  ).toEqual([])
})

/** First use with an application. */
async function enrolled(h: House, visitor: Visitor) {
  const her = await newcomer(h)
  const { body: first } = await visitor.ask('POST', '/api/session', typed(her))
  expect(first).toMatchObject({ needs: 'enrolment', factors: [] })
  const { challenge } = first
  const { body: offered } = await visitor.ask('POST', '/api/session/factor-options', {
    challenge,
    factor: 'totp',
  })
  expect(offered.uri).toContain(`secret=${offered.secret}`)
  const code = codeOf(offered.secret)
  const said = await visitor.ask('POST', '/api/session/enrolment', { challenge, code })
  expect(said.status, said.text).toBe(201)
  return {
    her: { ...her, seed: offered.secret as string },
    codes: said.body.recoveryCodes as string[],
    code,
    said,
  }
}

inHouse('at her first use she registers an application and gets codes to print', async h => {
  const visitor = h.visitor()
  const { her, codes, code, said } = await enrolled(h, visitor)
  expect(said.body.session.member.id).toBe(her.id)
  expect((await visitor.ask('GET', '/api/session')).status).toBe(200)
  expect(new Set(codes).size).toBe(10)
  for (const one of codes) expect(one).toMatch(/^[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}$/)
  const kept = JSON.stringify([
    ...(await h.look(`select totp, password from member where id = '${her.id}'`)),
    ...(await h.look(`select digest from recovery_code where member_id = '${her.id}'`)),
    ...(await h.look('select detail from event')),
    ...(await h.look('select expects from challenge')),
  ])
  for (const secret of [her.seed, her.password, code, ...codes, ...codes.map(one => one.replace('-', ''))])
    expect(kept).not.toContain(secret)
  const again = await h.visitor().ask('POST', '/api/session', { ...typed(her), code })
  expect(again.body.code).toBe('sign-in-refused')
})

inHouse('a code of her application works once, and none from before it', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const code = codeOf(lidia.seed)
  const before = codeOf(lidia.seed, -1)
  expect((await h.visitor().ask('POST', '/api/session', { ...typed(lidia), code })).status).toBe(201)
  for (const one of [code, before])
    expect((await h.visitor().ask('POST', '/api/session', { ...typed(lidia), code: one })).body.code).toBe(
      'sign-in-refused',
    )
  for (const far of [-3, 3, 4])
    expect(
      (await h.visitor().ask('POST', '/api/session', { ...typed(lidia), code: codeOf(lidia.seed, far) }))
        .status,
    ).toBe(403)
  await inOneGo(h.visitor(), lidia, 1)
})

onPostgres('the same code at ten browsers at once lets one in', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const body = { ...typed(lidia), code: codeOf(lidia.seed) }
  const said = await Promise.all(
    Array.from({ length: 10 }, () => h.visitor().ask('POST', '/api/session', body)),
  )
  expect(said.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(said.filter(({ status }) => status === 403)).toHaveLength(9)
})

inHouse('a printed code works once; a stranger’s never', async h => {
  const { her, codes } = await enrolled(h, h.visitor())
  const other = await newcomer(h, { enrolled: true })
  const code = codes[0]?.toLowerCase().replace('-', ' ')
  const go = (one: typeof her, typedCode = code) =>
    h.visitor().ask('POST', '/api/session', { ...typed(one), code: typedCode })
  expect((await go(other)).body.code).toBe('sign-in-refused')
  expect((await go(her)).status).toBe(201)
  expect((await go(her)).body.code).toBe('sign-in-refused')
  expect((await go(her, codes[1])).status).toBe(201)
  const factors = await h.look<{ factor: string }>(
    `select factor from staff_session where member_id = '${her.id}' order by created_at`,
  )
  expect(factors.map(({ factor }) => factor)).toEqual(['totp', 'recovery', 'recovery'])
})

inHouse('a first password that nobody used for a week opens nothing any more', async h => {
  const lidia = await newcomer(h, { given: true })
  await h.look(`update member set password_at = now() - interval '8 days' where id = '${lidia.id}'`)
  expect((await h.visitor().ask('POST', '/api/session', typed(lidia))).body.code).toBe('sign-in-refused')
})

inHouse('a browser that signs in again leaves its former session behind', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const visitor = h.visitor()
  await inOneGo(visitor, lidia)
  const before = visitor.cookies.get('mci-staff') ?? ''
  await inOneGo(visitor, lidia, 1)
  const now = visitor.cookies.get('mci-staff') ?? ''
  expect(now).not.toBe(before)
  visitor.cookies.set('mci-staff', before)
  expect((await visitor.ask('GET', '/api/session')).status).toBe(401)
  visitor.cookies.set('mci-staff', now)
  expect((await visitor.ask('GET', '/api/session')).status).toBe(200)
})

inHouse('bad input is never an error of ours', async h => {
  const lidia = await newcomer(h)
  for (const body of [
    {},
    { login: lidia.login },
    { login: 7, password: [] },
    { ...typed(lidia), remember: true },
    { login: 'a\u0000b@x.mx', password: 'x' },
    { login: 'ñandú@x.mx', password: '\u0000' },
    { login: `' or 1=1 --`, password: 'x', code: '1' },
    { login: lidia.login, password: 'x'.repeat(1025) },
  ]) {
    const { status } = await h.visitor().ask('POST', '/api/session', body)
    expect([400, 403], JSON.stringify(body).slice(0, 80)).toContain(status)
  }
})
