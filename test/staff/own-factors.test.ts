import { expect } from 'vitest'
import { pruneChallenges } from '../../api/staff/challenges.ts'
import { type House, house } from '../house.ts'
import type { Visitor } from '../visitor.ts'
import { openAuthenticator } from './authenticator.ts'
import { type Account, codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse } = house()
const aKey = () => openAuthenticator('http://localhost:3000', 'localhost')
const path = '/api/session/factors'
const factorsOf = async (door: Visitor) => (await door.ask('GET', path)).body

async function inside(h: House): Promise<{ her: Account; door: Visitor }> {
  const [her, door] = [await newcomer(h, { enrolled: true }), h.visitor()]
  await inOneGo(door, her)
  return { her, door }
}

/** Registers a key of hers; undefined where the service refuses it. */
async function addKey(door: Visitor, name: string, key = aKey()) {
  const { challenge, options } = (await door.ask('POST', `${path}/options`, { factor: 'passkey' })).body
  return {
    key,
    options,
    said: await door.ask('POST', path, { challenge, passkey: key.create(options), name }),
  }
}

/** In with a key, at a browser of its own. */
async function byKey(h: House, her: Account, key: ReturnType<typeof aKey>) {
  const door = h.visitor()
  const { challenge } = (await door.ask('POST', '/api/session', typed(her))).body
  const ask = { challenge, factor: 'passkey' }
  const { options } = (await door.ask('POST', '/api/session/factor-options', ask)).body
  const passkey = key.get(options)
  expect((await door.ask('POST', '/api/session/second-factor', { challenge, passkey })).status).toBe(201)
  return door
}

const eventsOf = (h: House, { id }: Account) =>
  h.look<{ kind: string; detail: object }>(
    `select kind, detail from event where actor = 'member:${id}' and kind <> 'signed-in' order by id`,
  )

inHouse(
  'beside her application she registers a key, signs in with it and then takes the application away',
  async h => {
    const { her, door } = await inside(h)
    expect(await factorsOf(door)).toEqual({
      ...{ password: true, here: true, recoveryCodes: 0 },
      factors: [{ id: 'totp', kind: 'totp', name: null, createdAt: null, usedAt: null }],
    })
    expect((await door.ask('DELETE', `${path}/totp`)).body.code).toBe('last-factor')
    const { key, said } = await addKey(door, 'Llave azul')
    expect(said.status, said.text).toBe(201)
    const [, kept] = said.body.factors
    expect(kept).toMatchObject({ kind: 'passkey', name: 'Llave azul', usedAt: null })
    // What her session stands on stays, until another has let her in.
    expect((await door.ask('DELETE', `${path}/totp`)).body.code).toBe('factor-in-use')
    const second = await byKey(h, her, key)
    expect((await second.ask('DELETE', `${path}/${kept.id}`)).body.code).toBe('factor-in-use')
    expect((await second.ask('DELETE', `${path}/totp`)).status).toBe(204)
    expect((await door.ask('GET', '/api/session')).status).toBe(401)
    expect((await factorsOf(second)).factors.map(({ kind }: { kind: string }) => kind)).toEqual(['passkey'])
    const byCode = { ...typed(her), code: codeOf(her.seed, 1) }
    expect((await h.visitor().ask('POST', '/api/session', byCode)).status).toBe(403)
    expect(await eventsOf(h, her)).toEqual([
      { kind: 'factor-added', detail: { member: her.id, factor: 'passkey', replaced: false } },
      { kind: 'factor-removed', detail: { member: her.id, factor: 'totp' } },
      { kind: 'sessions-ended', detail: { member: her.id, count: 1 } },
    ])
  },
)

inHouse('a new application takes the place of the old one, and closes her other sessions', async h => {
  const { her, door } = await inside(h)
  const other = h.visitor()
  await inOneGo(other, her, 1)
  const offered = await door.ask('POST', `${path}/options`, { factor: 'totp' })
  const { challenge, secret, uri } = offered.body
  expect(uri).toContain(`secret=${secret}`)
  const wrong = await door.ask('POST', path, { challenge, code: codeOf(her.seed) })
  expect([wrong.status, wrong.body.code]).toEqual([403, 'code-wrong'])
  const code = codeOf(secret)
  expect((await door.ask('POST', path, { challenge, code })).status).toBe(201)
  expect((await door.ask('POST', path, { challenge, code })).body.code).toBe('factor-expired')
  expect((await other.ask('GET', '/api/session')).status).toBe(401)
  const old = await h.visitor().ask('POST', '/api/session', { ...typed(her), code: codeOf(her.seed, 2) })
  expect(old.status).toBe(403)
  await inOneGo(h.visitor(), { ...her, seed: secret }, 1)
  const kept = JSON.stringify([
    ...(await h.look(`select totp from member where id = '${her.id}'`)),
    ...(await h.look('select expects from challenge')),
    ...(await h.look('select detail from event')),
  ])
  expect(kept).not.toContain(secret)
})

inHouse('SEC-28 what one was offered registers nothing for another', async h => {
  const [ana, eva] = [await inside(h), await inside(h)]
  const key = aKey()
  const offered = (await ana.door.ask('POST', `${path}/options`, { factor: 'passkey' })).body
  const answer = { challenge: offered.challenge, passkey: key.create(offered.options) }
  expect((await eva.door.ask('POST', path, answer)).body.code).toBe('factor-expired')
  const abroad = await addKey(ana.door, 'Ajena', openAuthenticator('https://mala.example', 'localhost'))
  expect(abroad.said.body.code).toBe('code-wrong')
  expect((await ana.door.ask('POST', path, answer)).status).toBe(201)
  const [, { id }] = (await factorsOf(ana.door)).factors
  await addKey(eva.door, 'Suya')
  expect((await eva.door.ask('DELETE', `${path}/${id}`)).body.code).toBe('not-found')
  const again = await addKey(ana.door, 'La misma', key)
  expect(again.options.excludeCredentials).toHaveLength(1)
  expect(again.said.body.code).toBe('code-wrong')
})

inHouse('new printed codes are told once, and those of before are worth nothing', async h => {
  const { her, door } = await inside(h)
  const make = () => door.ask('POST', '/api/session/recovery-codes')
  const [first, second] = [(await make()).body.recoveryCodes, (await make()).body.recoveryCodes]
  expect((await factorsOf(door)).recoveryCodes).toBe(10)
  const enter = (code: string) => h.visitor().ask('POST', '/api/session', { ...typed(her), code })
  expect((await enter(first[0])).status).toBe(403)
  expect((await enter(second[0])).status).toBe(201)
  expect((await factorsOf(door)).recoveryCodes).toBe(9)
  const told = JSON.stringify(await h.look('select detail from event'))
  for (const code of [...first, ...second]) expect(told).not.toContain(code)
  expect((await eventsOf(h, her)).map(({ kind }) => kind)).toEqual([
    'recovery-codes-renewed',
    'recovery-codes-renewed',
  ])
})

inHouse('SEC-118 none of it without a fresh proof, and for nobody else', async h => {
  const { her, door } = await inside(h)
  await h.look(
    `update staff_session set proven_at = now() - interval '10 minutes 1 second' where member_id = '${her.id}'`,
  )
  for (const [method, where, body] of [
    ['POST', '/api/session/password', { current: her.password, password: 'el volcán duerme' }],
    ['POST', `${path}/options`, { factor: 'totp' }],
    ['POST', path, { challenge: 'x', code: '000000' }],
    ['DELETE', `${path}/totp`, undefined],
    ['POST', '/api/session/recovery-codes', {}],
  ] as const)
    expect((await door.ask(method, where, body)).body.code, where).toBe('step-up-required')
  const told = await h.look(`select 1 from event where actor = 'member:${her.id}' and kind <> 'signed-in'`)
  expect(told).toEqual([])
})

inHouse('what was begun and is over since yesterday is kept no longer', async h => {
  const { door } = await inside(h)
  await door.ask('POST', `${path}/options`, { factor: 'totp' })
  await h.look(`update challenge set expires_at = now() - interval '25 hours'`)
  await door.ask('POST', `${path}/options`, { factor: 'passkey' })
  await pruneChallenges(h.ctx)
  const left = await h.look<{ purpose: string }>('select purpose from challenge')
  expect(left).toEqual([{ purpose: 'own-factor' }])
})
