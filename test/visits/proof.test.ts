import { createChallenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { expect } from 'vitest'
import { watch } from '../../api/visits/watch.ts'
import { type House, house, type Person } from '../house.ts'
import { curpOf } from '../roster/synthetic.ts'
import type { Answer, Visitor } from '../visitor.ts'
import { attemptsAgo, refusedClaims, wrong } from './rows.ts'

const { inHouse, onPostgres } = house()

let strangers = 60_000_000
/** Somebody in no padrón, another each time. */
const nobody = () => ({ profile: 'worker' as const, claim: { curp: curpOf(strangers++), curt: 'T000001' } })

const claim = (visitor: Visitor, { profile, claim }: Pick<Person, 'profile' | 'claim'>, proof?: string) =>
  visitor.ask('POST', '/api/visits', { profile, claim, ...(proof === undefined ? {} : { proof }) })

/** Fails about this person, three times from one place: half of what its limit allows. */
async function failed(h: House, person: Person): Promise<Visitor> {
  const visitor = h.visitor()
  for (let time = 0; time < 3; time++) expect((await claim(visitor, wrong(person))).status).toBe(403)
  return visitor
}

const isAsked = ({ body }: Answer) => body.code === 'proof-required'
const read = (proof: string) => JSON.parse(Buffer.from(proof, 'base64').toString())
const written = (said: unknown) => Buffer.from(JSON.stringify(said)).toString('base64')

inHouse(
  'after three failures about her a claim wants work first; done once, her keys open the visit',
  async h => {
    const ana = await h.person()
    const visitor = await failed(h, ana)
    const asked = await claim(visitor, ana)
    expect(asked.body).toMatchObject({ status: 403, code: 'proof-required' })
    expect(asked.headers['content-type']).toContain('application/problem+json')
    expect(await refusedClaims(h, ana)).toBe(3)
    const opened = await claim(visitor, ana, await visitor.prove())
    expect(opened.status, opened.text).toBe(201)
    // Elsewhere nobody failed: her keys are enough there.
    expect((await claim(h.visitor(), ana)).status).toBe(201)
  },
)

inHouse('a claim without its proof is neither looked at nor counted', async h => {
  const ana = await h.person()
  const visitor = await failed(h, ana)
  const before = await h.look('select id from attempt')
  for (let time = 0; time < 10; time++) expect(isAsked(await claim(visitor, wrong(ana)))).toBe(true)
  expect(await h.look('select id from attempt')).toEqual(before)
  expect(await refusedClaims(h, ana)).toBe(3)
})

onPostgres('known and unknown people are asked alike, byte by byte', async h => {
  const ana = await h.person()
  const gone = await h.person({ estatus: 'inactivo' })
  const stranger = nobody()
  const seen = new Set<string>()
  for (const who of [wrong(ana), gone, stranger]) {
    const visitor = h.visitor()
    const said = []
    for (let time = 0; time < 5; time++) said.push(await claim(visitor, who))
    expect(said.map(({ body }) => body.code)).toEqual([
      ...Array(3).fill('not-verified'),
      ...Array(2).fill('proof-required'),
    ])
    for (const { status, text, body, headers } of said.slice(3)) {
      const { 'x-request-id': _, date, ...rest } = headers
      seen.add(`${status} ${JSON.stringify(rest)} ${text.replace(body.reference, '')}`)
    }
  }
  expect([...seen]).toHaveLength(1)
})

onPostgres('a browser that failed four times, and a place that failed for many, do the work too', async h => {
  const browser = h.visitor()
  for (let time = 0; time < 4; time++) expect((await claim(browser, nobody())).body.code).toBe('not-verified')
  expect(isAsked(await claim(browser, nobody()))).toBe(true)
  const place = h.visitor()
  for (let time = 0; time < 15; time++)
    expect((await claim(h.visitor(place.from), nobody())).body.code).toBe('not-verified')
  expect(isAsked(await claim(h.visitor(place.from), nobody()))).toBe(true)
  expect((await claim(h.visitor(), nobody())).body.code).toBe('not-verified')
})

onPostgres('a proof is good once, here and in time; whatever else comes is none, and no error', async h => {
  const ana = await h.person()
  const visitor = await failed(h, ana)
  const proof = await visitor.prove()
  const { challenge, solution } = read(proof)
  const elsewhere = h.visitor()
  const { parameters } = challenge
  const cheap = await createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: 1,
    counter: 1,
    deriveKey,
    data: parameters.data,
    hmacSignatureSecret: 'guessed',
  })
  const old = await createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: parameters.cost,
    counter: 60,
    deriveKey,
    data: { ...parameters.data, until: parameters.data.until - 301 },
    hmacSignatureSecret: h.ctx.keysFor('proof')[0]?.toString('base64') ?? '',
  })
  const others = {
    'work whose time is over': written({
      challenge: old,
      solution: await solveChallenge({ challenge: old, deriveKey }),
    }),
    'nothing at all': '',
    'no base64': '%%%',
    'no JSON': Buffer.from('{').toString('base64'),
    'a number': written(7),
    'no challenge': written({ solution }),
    'an empty challenge': written({ challenge: {}, solution }),
    'no signature': written({ challenge: { parameters }, solution }),
    'a signature of another shape': written({ challenge: { parameters, signature: 7 }, solution }),
    'no solution': written({ challenge }),
    'a wrong solution': written({ challenge, solution: { ...solution, counter: solution.counter + 1 } }),
    'a solution of another shape': written({ challenge, solution: 'x' }),
    'more time than was given': written({
      challenge: { ...challenge, parameters: { ...parameters, data: { ...parameters.data, until: 4e9 } } },
      solution,
    }),
    'less work than was asked': written({
      challenge: { ...challenge, parameters: { ...parameters, cost: 1 } },
      solution,
    }),
    'work that nobody asked for': written({
      challenge: cheap,
      solution: await solveChallenge({ challenge: cheap, deriveKey }),
    }),
    'the work of another browser at this place': await h.visitor(visitor.from).prove(),
    'the work of another place': await elsewhere.prove(),
  }
  for (const [name, other] of Object.entries(others))
    expect(isAsked(await claim(visitor, wrong(ana), other)), name).toBe(true)
  expect((await claim(visitor, wrong(ana), 'x'.repeat(4001))).status).toBe(400)
  expect(await refusedClaims(h, ana)).toBe(3)

  expect((await claim(visitor, wrong(ana), proof)).body.code).toBe('not-verified')
  expect(isAsked(await claim(visitor, wrong(ana), proof))).toBe(true)
  expect(await refusedClaims(h, ana)).toBe(4)
})

onPostgres('the same proof sent twenty times at once is believed once', async h => {
  const ana = await h.person()
  const visitor = await failed(h, ana)
  const proof = await visitor.prove()
  const said = await Promise.all(Array.from({ length: 20 }, () => claim(visitor, wrong(ana), proof)))
  expect(said.filter(({ body }) => body.code === 'not-verified')).toHaveLength(1)
  expect(said.filter(isAsked)).toHaveLength(19)
})

onPostgres('the work is no more than a phone does in two seconds, and names nobody', async h => {
  const ana = await h.person()
  const visitor = await failed(h, ana)
  const nonces = new Set<string>()
  for (let time = 0; time < 8; time++) {
    const { challenge, solution } = read(await visitor.prove())
    const { cost, nonce, data } = challenge.parameters
    expect(cost * solution.counter).toBeGreaterThanOrEqual(250_000)
    expect(cost * solution.counter).toBeLessThanOrEqual(500_000)
    expect(Object.keys(data).sort()).toEqual(['for', 'until'])
    expect(JSON.stringify(challenge)).not.toContain(visitor.from)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(8)
})

onPostgres('who is locked out is told to wait, and not to work', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  for (let time = 0; time < 5; time++) expect((await visitor.identify(wrong(ana))).status).toBe(403)
  expect((await claim(visitor, ana)).status).toBe(429)
})

const spraying = house()
const alerts = (h: House) =>
  h.look<{ detail: Record<string, number>; origin: string | null; person: string | null }>(
    `select detail, origin, person_id as person from event where kind = 'spray-suspected'`,
  )

spraying.onPostgres(
  'SEC-64: one key tried on four hundred people from ten places: thirty a place at most, and one alert',
  async h => {
    const places = Array.from({ length: 10 }, () => h.visitor().from)
    const looked = async () =>
      h.look<{ origin: string; n: number }>(
        `select origin, count(*)::int as n from event where kind = 'claim-refused' group by origin`,
      )
    await watch(h.ctx)
    expect(await alerts(h)).toEqual([])
    const said: Answer[] = []
    for (let round = 0; round < 40; round++)
      said.push(...(await Promise.all(places.map(place => claim(h.visitor(place), nobody())))))
    expect(said).toHaveLength(400)
    const counts = await looked()
    expect(counts).toHaveLength(10)
    for (const { n } of counts) expect(n).toBe(15)
    expect(said.filter(isAsked)).toHaveLength(250)

    // With the work done for each it goes on to the limit, and no further.
    const place = places[0] ?? ''
    for (let time = 0; time < 20; time++) await h.visitor(place).identify(nobody())
    expect((await looked()).find(({ origin }) => origin === place)?.n).toBe(30)

    await watch(h.ctx)
    await Promise.all([watch(h.ctx), watch(h.ctx)])
    const told = await alerts(h)
    expect(told).toEqual([
      { detail: { people: 165, sources: 10, fromOne: 30, seconds: 300 }, origin: null, person: null },
    ])
    // Somebody with her own keys at another place feels nothing of it.
    expect((await h.visitor().identify(await h.person())).status).toBe(201)
    await attemptsAgo(h, '61 minutes')
    await watch(h.ctx)
    expect(await alerts(h)).toHaveLength(2)
  },
  120_000,
)

const wide = house()

wide.onPostgres(
  'SEC-64: from a hundred places, four people each: no place stands out, and it is seen',
  async h => {
    const places = Array.from({ length: 100 }, () => h.visitor().from)
    for (let round = 0; round < 4; round++) {
      const said = await Promise.all(places.map(place => claim(h.visitor(place), nobody())))
      expect(new Set(said.map(({ body }) => body.code))).toEqual(new Set(['not-verified']))
    }
    await watch(h.ctx)
    expect((await alerts(h)).map(({ detail }) => detail)).toEqual([
      { people: 400, sources: 100, fromOne: 4, seconds: 300 },
    ])
  },
)
