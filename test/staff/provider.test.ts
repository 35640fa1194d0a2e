import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../house.ts'
import { type Fault, startProvider } from '../servers/oidc.ts'
import type { Visitor } from '../visitor.ts'
import { newcomer } from './desk.ts'

const client = {
  id: 'mci',
  secret: 'frase-del-proveedor',
  redirect: 'http://localhost:3000/personal/proveedor',
}
let provider: Awaited<ReturnType<typeof startProvider>>
let h: House

beforeAll(async () => {
  provider = await startProvider(client)
  const institution = `
signIn:
  oidc:
    name: Acceso Único
    issuer: ${provider.issuer()}
    clientId: mci
    clientSecret: { env: OIDC_SECRET }
    groups: { g-operacion: [operator], g-admin: [admin, auditor] }
`
  h = await openHouse('PGlite', { institution, env: { OIDC_SECRET: client.secret } })
})
afterAll(async () => {
  await h?.close()
  await provider?.stop()
})

let people = 0
const somebody = (groups: string[]) => {
  const n = ++people
  return { sub: `sub-${n}`, preferred_username: `Persona${n}@Colima.Example`, name: `Persona ${n}`, groups }
}
const started = async (visitor: Visitor): Promise<string> => {
  const said = await visitor.ask('POST', '/api/session/provider')
  expect(said.status, said.text).toBe(201)
  return said.body.address
}
const through = async (visitor: Visitor, person: ReturnType<typeof somebody>, fault?: Fault) =>
  visitor.ask('POST', '/api/session/provider/answers', {
    answer: provider.answer(await started(visitor), person, fault),
  })

test('she signs in there, and her groups say what she may do here', async () => {
  const ways = await h.visitor().ask('GET', '/api/session/ways')
  expect(ways.body).toEqual({ password: true, provider: 'Acceso Único' })
  const [visitor, her] = [h.visitor(), somebody(['g-operacion', 'otro'])]
  const said = await through(visitor, her)
  expect(said.status, said.text).toBe(201)
  expect(said.body).toMatchObject({
    member: { login: her.preferred_username.toLowerCase(), name: her.name },
    roles: ['operator'],
    provenUntil: expect.any(String),
  })
  expect((await visitor.ask('GET', '/api/sessions')).body).toMatchObject([{ factor: 'provider', mine: true }])
  const url = provider.asked.at(-1)
  expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
    response_type: 'code',
    response_mode: 'fragment',
    prompt: 'login',
    redirect_uri: client.redirect,
  })
})

test('her groups are read at each sign-in: new ones count, and without any her sessions end', async () => {
  const [one, her] = [h.visitor(), somebody(['g-operacion'])]
  expect((await through(one, her)).status).toBe(201)
  const more = await through(h.visitor(), { ...her, groups: ['g-admin'] })
  expect(more.body.roles).toEqual(['admin', 'auditor'])
  expect((await one.ask('GET', '/api/session')).body.roles).toEqual(['admin', 'auditor'])
  const none = await through(h.visitor(), { ...her, groups: [] })
  expect([none.status, none.body.code]).toEqual([403, 'sign-in-refused'])
  expect((await one.ask('GET', '/api/session')).status).toBe(401)
  const renamed = { ...her, groups: ['g-operacion'], preferred_username: 'otra@colima.example' }
  expect((await through(h.visitor(), renamed)).body.member.login).toBe('otra@colima.example')
})

test('without a group of ours, switched off, or under somebody else’s login nobody enters', async () => {
  const local = await newcomer(h)
  const her = somebody(['g-operacion'])
  expect((await through(h.visitor(), her)).status).toBe(201)
  await h.look(`update member set off_at = now() where subject like '% ${her.sub}'`)
  for (const person of [
    somebody([]),
    her,
    { ...somebody(['g-admin']), preferred_username: local.login },
    { ...somebody(['g-admin']), preferred_username: her.preferred_username },
  ]) {
    const visitor = h.visitor()
    const said = await through(visitor, person)
    expect([said.status, said.body.code], JSON.stringify(person)).toEqual([403, 'sign-in-refused'])
    expect(visitor.cookies.has('mci-staff')).toBe(false)
  }
})

test.each<[Fault, number]>([
  ['access-denied', 403],
  ['foreign-key', 403],
  ['alg-none', 403],
  ['foreign-audience', 403],
  ['foreign-issuer', 403],
  ['expired', 403],
  ['other-nonce', 403],
  ['server-error', 503],
])('an answer that is «%s» opens nothing', async (fault, status) => {
  const visitor = h.visitor()
  const said = await through(visitor, somebody(['g-operacion']), fault)
  expect(said.status, said.text).toBe(status)
  expect(visitor.cookies.has('mci-staff')).toBe(false)
})

test('SEC-28 an answer works once, and only at the browser that asked', async () => {
  const [mine, hers] = [h.visitor(), h.visitor()]
  const answer = provider.answer(await started(mine), somebody(['g-operacion']))
  const say = (visitor: Visitor, text: string) =>
    visitor.ask('POST', '/api/session/provider/answers', { answer: text })
  await hers.ask('GET', '/api/session/ways')
  expect((await say(hers, answer)).body.code).toBe('sign-in-expired')
  for (const broken of [answer.replace(/state=[^&]+/, 'state=x'), '#', '#code=x', 'x'.repeat(8000)])
    expect((await say(mine, broken)).body.code).toBe('sign-in-expired')
  expect((await say(mine, answer)).status).toBe(201)
  expect((await say(mine, answer)).body.code).toBe('sign-in-expired')
  const kept = JSON.stringify(await h.look(`select * from challenge where purpose = 'oidc'`))
  for (const [, value] of new URLSearchParams(answer.slice(1))) expect(kept).not.toContain(value)
})
