import { expect } from 'vitest'
import { type House, house } from '../house.ts'
import { auc, measure, pairs } from '../timing.ts'
import { codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse, onPostgres } = house()

const wrong = { password: 'no es la suya' }
/** How many sign-ins of each kind are timed; `SIGN_INS=500` is the full run. */
const signIns = Number(process.env.SIGN_INS ?? 45)
/** As if all that was counted had happened so long before. */
const later = (h: House, seconds: number) =>
  h.look(`update attempt set at = at - interval '${seconds} seconds'`)

inHouse('ten failures on one login, then waits that grow from one to fifteen minutes', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const fail = async () => {
    const said = await h.visitor().ask('POST', '/api/session', { login: lidia.login, ...wrong })
    expect(said.body.code).toBe('sign-in-refused')
  }
  /** The right password and a good code, which only a wait keeps out; nothing is used up by it. */
  const right = async () =>
    (await h.visitor().ask('POST', '/api/session', typed(lidia))).body.challenge === undefined
      ? 'waits'
      : 'open'
  for (let n = 0; n < 10; n++) {
    expect(await right()).toBe('open')
    await fail()
  }
  for (const minutes of [1, 2, 4, 8, 15, 15]) {
    await later(h, minutes * 60 - 3)
    expect(await right(), `${minutes} min`).toBe('waits')
    await later(h, 4)
    expect(await right(), `${minutes} min`).toBe('open')
    await fail()
  }
  expect(await right()).toBe('waits')
  await later(h, 901)
  await inOneGo(h.visitor(), lidia)
  await fail()
  expect(await right()).toBe('open')
})

inHouse('ten failures from one place, on whatever logins: that place is told to wait', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const place = h.visitor()
  for (let n = 0; n < 10; n++)
    expect((await place.ask('POST', '/api/session', { login: `nadie${n}@x.example`, ...wrong })).status).toBe(
      403,
    )
  const said = await place.ask('POST', '/api/session', { ...typed(lidia), code: codeOf(lidia.seed) })
  expect([said.status, said.body.code]).toEqual([429, 'too-many-attempts'])
  expect(Number(said.headers['retry-after'])).toBeGreaterThan(50)
  expect(Number(said.headers['retry-after'])).toBeLessThanOrEqual(60)
  await inOneGo(h.visitor(), lidia)
})

inHouse('codes are counted like passwords, in either half and in a proof', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const inside = h.visitor()
  await inOneGo(inside, lidia)
  const { body } = await h.visitor().ask('POST', '/api/session', typed(lidia))
  const tries = [
    () => h.visitor().ask('POST', '/api/session', { ...typed(lidia), code: '000000' }),
    () =>
      h.visitor().ask('POST', '/api/session/second-factor', { challenge: body.challenge, code: '000000' }),
    () => inside.ask('POST', '/api/session/proof', { code: '000000' }),
    () => inside.ask('POST', '/api/session/password', { current: 'no es', password: 'lago alto' }),
  ]
  for (let n = 0; n < 10; n++) expect((await tries[n % 4]?.())?.status).toBe(403)
  const told = await Promise.all(tries.map(one => one()))
  expect(told.map(({ body }) => body.code)).toEqual([
    'sign-in-refused',
    'too-many-attempts',
    'too-many-attempts',
    'too-many-attempts',
  ])
  const late = { challenge: body.challenge, code: codeOf(lidia.seed, 1) }
  expect((await h.visitor().ask('POST', '/api/session/second-factor', late)).status).toBe(429)
})

onPostgres('of thirty guesses at once ten are judged', async h => {
  const lidia = await newcomer(h, { enrolled: true })
  const guess = () => h.visitor().ask('POST', '/api/session', { login: lidia.login, ...wrong })
  await Promise.all(Array.from({ length: 30 }, guess))
  const judged = await h.look<{ why: string; n: number }>(
    `select detail->>'why' as why, count(*)::int as n from event
     where kind = 'sign-in-refused' and detail->>'member' = '${lidia.id}' group by 1 order by 1`,
  )
  expect(judged).toEqual([
    { why: 'waits', n: 20 },
    { why: 'wrong', n: 10 },
  ])
})

/** Somebody for each way to be refused, and what is typed for her. */
async function refusals(h: House) {
  const [known, gone, waiting] = [await newcomer(h), await newcomer(h, { enrolled: true }), await newcomer(h)]
  await h.look(`update member set off_at = now() where id = '${gone.id}'`)
  for (let n = 0; n < 10; n++)
    await h.visitor().ask('POST', '/api/session', { login: waiting.login, ...wrong })
  return {
    unknown: { login: 'nadie.nunca@escritorio.example', ...wrong },
    wrong: { login: known.login, ...wrong },
    off: typed(gone),
    waits: typed(waiting),
  }
}

inHouse('SEC-31 every «no» is the same, byte by byte and header by header', async h => {
  const seen = new Set<string>()
  for (const body of Object.values(await refusals(h))) {
    const said = await h.visitor().ask('POST', '/api/session', body)
    const { 'x-request-id': reference, date, ...headers } = said.headers
    const cookies = String(headers['set-cookie']).replace(/=[^;]+/, '')
    seen.add(JSON.stringify({ ...headers, 'set-cookie': cookies }) + said.text.replace(String(reference), ''))
    expect(said.status).toBe(403)
  }
  expect([...seen]).toHaveLength(1)
  const whys = await h.look<{ why: string }>(
    `select distinct detail->>'why' as why from event where kind = 'sign-in-refused'`,
  )
  expect(whys.map(({ why }) => why)).toEqual(expect.arrayContaining(['unknown', 'wrong', 'off', 'waits']))
})

onPostgres(
  'SEC-31 nor does its time tell who has an access',
  async h => {
    const bodies = await refusals(h)
    // Who waits does so to the end, and nobody else begins to on the way.
    await h.look('insert into attempt (key, at) select key, at from attempt')
    await later(h, 5)
    const keep = setInterval(
      () => void h.look(`delete from attempt where at > now() - interval '1 second'`),
      200,
    )
    const url = await h.app.listen({ port: 0, host: '127.0.0.1' })
    const visitor = h.visitor()
    await visitor.ask('GET', '/api/session/ways')
    const cookie = [...visitor.cookies].map(pair => pair.join('=')).join('; ')
    const classes = Object.fromEntries(
      Object.entries(bodies).map(([name, body]) => [
        name,
        (n: number) => ({ path: '/api/session', body, from: `10.80.${(n >> 8) & 255}.${n & 255}` }),
      ]),
    )
    const { times, replies } = await measure(url, classes, { each: signIns, lanes: 2, cookie })
    clearInterval(keep)
    expect(new Set([...replies.values()].map(seen => [...seen].join())).size).toBe(1)
    // Each costs a hash: the small sample sees a step left out, the full one what a patient stranger would.
    for (const [one, two] of pairs([...times.keys()])) {
      const seen = auc(times.get(one) ?? [], times.get(two) ?? [])
      expect(Math.abs(seen - 0.5), `${one} / ${two}`).toBeLessThan(signIns < 500 ? 0.25 : 0.05)
    }
  },
  300_000,
)
