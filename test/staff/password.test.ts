import { expect } from 'vitest'
import { house } from '../house.ts'
import { inOneGo, newcomer, typed } from './desk.ts'

const { inHouse } = house()

inHouse('SEC-39 whoever changes her password ends her other sessions', async h => {
  const nadia = await newcomer(h, { enrolled: true })
  const [one, other] = [h.visitor(), h.visitor()]
  await inOneGo(one, nadia)
  await inOneGo(other, nadia, 1)
  const change = (current: string, password: string) =>
    one.ask('POST', '/api/session/password', { current, password })
  expect((await change('no es la suya', 'el volcán duerme')).body.code).toBe('not-verified')
  for (const [password, code] of [
    ['corta', 'too-short'],
    ['contraseña1', 'common'],
    ['12345678', 'common'],
    [nadia.login, 'personal'],
    [nadia.password, 'same'],
  ] as const) {
    const said = await change(nadia.password, password)
    expect([said.status, said.body.code], password).toEqual([400, 'password-refused'])
    expect(said.body.reasons.map((reason: { code: string }) => reason.code)).toContain(code)
  }
  expect((await change(nadia.password, 'lago alto')).status).toBe(204)
  expect((await one.ask('GET', '/api/session')).status).toBe(200)
  expect((await other.ask('GET', '/api/session')).status).toBe(401)
  expect((await h.visitor().ask('POST', '/api/session', typed(nadia))).status).toBe(403)
  const now = await h.visitor().ask('POST', '/api/session', { login: nadia.login, password: 'lago alto' })
  expect(now.body.needs).toBe('code')
})
