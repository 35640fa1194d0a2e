import { expect } from 'vitest'
import { type House, house } from '../house.ts'
import { openAuthenticator } from './authenticator.ts'
import { newcomer, typed } from './desk.ts'

const { inHouse } = house()
const ours = () => openAuthenticator('http://localhost:3000', 'localhost')

/** First use with a key. */
async function registered(h: House, key = ours()) {
  const [her, visitor] = [await newcomer(h), h.visitor()]
  const { challenge } = (await visitor.ask('POST', '/api/session', typed(her))).body
  const ask = { challenge, factor: 'passkey' }
  const { options } = (await visitor.ask('POST', '/api/session/factor-options', ask)).body
  const body = { challenge, passkey: key.create(options), name: 'Llave azul' }
  return { her, visitor, key, said: await visitor.ask('POST', '/api/session/enrolment', body) }
}

/** A second half: the challenge, and what the key is asked to sign. */
async function asked(h: House, her: { login: string; password: string }) {
  const visitor = h.visitor()
  const first = (await visitor.ask('POST', '/api/session', typed(her as never))).body
  const ask = { challenge: first.challenge, factor: 'passkey' }
  const { options } = (await visitor.ask('POST', '/api/session/factor-options', ask)).body
  const finish = (passkey: object) =>
    visitor.ask('POST', '/api/session/second-factor', { challenge: first.challenge, passkey })
  return { first, options, finish }
}

inHouse('she registers a key at her first use, signs in with it and proves with it', async h => {
  const { her, visitor, key, said } = await registered(h)
  expect(said.status, said.text).toBe(201)
  expect(said.body.recoveryCodes).toHaveLength(10)
  const { first, options, finish } = await asked(h, her)
  expect(first).toMatchObject({ needs: 'code', factors: ['passkey'] })
  expect(options.allowCredentials).toHaveLength(1)
  expect((await finish(key.get(options))).status).toBe(201)
  const { body } = await visitor.ask('POST', '/api/session/proof/options')
  expect(body.factors).toEqual(['passkey'])
  const proof = { challenge: body.challenge, passkey: key.get(body.options) }
  const proven = await visitor.ask('POST', '/api/session/proof', proof)
  expect(proven.body.provenUntil, proven.text).toEqual(expect.any(String))
  expect((await visitor.ask('POST', '/api/session/proof', proof)).body.code).toBe('code-wrong')
})

inHouse(
  'SEC-118 a key of another site, of another person, a copy or an old answer opens nothing',
  async h => {
    const [ana, eva] = [await registered(h), await registered(h)]
    const used = await asked(h, ana.her)
    const answer = ana.key.get(used.options)
    expect((await used.finish(answer)).status).toBe(201)
    const { options, finish } = await asked(h, ana.her)
    for (const wrong of [
      answer,
      eva.key.get(options),
      ana.key.get(options, true),
      ana.key.get({ challenge: 'x'.repeat(43) }),
      { ...ana.key.get(options), id: 'otra' },
      {},
    ])
      expect((await finish(wrong)).body.code, JSON.stringify(wrong).slice(0, 60)).toBe('code-wrong')
    expect((await finish(ana.key.get(options))).status).toBe(201)
    const abroad = openAuthenticator('https://mala.example', 'localhost')
    expect((await registered(h, abroad)).said.body.code).toBe('code-wrong')
    const elsewhere = openAuthenticator('http://localhost:3000', 'mala.example')
    expect((await registered(h, elsewhere)).said.body.code).toBe('code-wrong')
  },
)
