import { expect } from 'vitest'
import { addKiosk } from '../../api/kiosks/add.ts'
import { listKiosks } from '../../api/kiosks/list.ts'
import { setKiosk } from '../../api/kiosks/set.ts'
import { type House, house } from '../house.ts'
import { openKiosk, tokenOf } from './rows.ts'

const { inHouse, onPostgres } = house({ institution: 'kiosk: { idle: 45s, countdown: 20s }' })
const system = { as: 'system', channel: 'system' } as const
const current = '/api/visits/current'

const eventsOf = (h: House, name: string) =>
  h.look<{ kind: string; channel: string }>(
    `select kind, channel from event where detail->>'kiosk' = '${name}' order by id`,
  )
const secondsLeft = async (h: House, name: string) => {
  const [row] = await h.look<{ left: number }>(
    `select extract(epoch from expires_at - now())::float8 as left from visit where origin = '${name}' and ended_at is null order by created_at desc limit 1`,
  )
  return Number(row?.left)
}
const page = async (h: House, visitor: { cookies: Map<string, string> }, path = '/') => {
  const cookie = [...visitor.cookies].map(pair => pair.join('=')).join('; ')
  const headers = { host: 'localhost:3000', accept: 'text/html', ...(cookie ? { cookie } : {}) }
  return (await h.app.inject({ url: path, headers })).body
}

inHouse('a visit, its movement and its mail say that they come from a kiosk, and from which', async h => {
  const { name, kiosk } = await openKiosk(h)
  const maria = await h.person()
  const { body } = await kiosk.goThrough(maria)
  const [row] = await h.look(
    `select v.channel, v.origin, m.channel as acted, m.origin as at from visit v join movement m on m.visit_id = v.id where m.folio = '${body.folio}'`,
  )
  expect(row).toEqual({ channel: 'kiosk', origin: name, acted: 'kiosk', at: name })
  await expect.poll(() => h.smtp.recipients).toContain(maria.alternate)
  const mail = h.smtp.mails.find(({ to }) => to.includes(maria.alternate))
  expect(mail?.text).toContain('desde un quiosco')
  const seen = await h.look(
    `select distinct channel, origin from event where person_id = '${maria.id}' and kind in ('visit-opened', 'movement-intended')`,
  )
  expect(seen).toEqual([{ channel: 'kiosk', origin: name }])
})

inHouse(
  'with its cookie a kiosk gets its own pages, and without one `modo=kiosco` gives only the look',
  async h => {
    const { kiosk } = await openKiosk(h)
    expect(await page(h, kiosk)).toMatch(/<html[^>]* data-kiosk/)
    expect(await page(h, kiosk, '/trabajador')).toMatch(/<html[^>]* data-kiosk/)
    const other = h.visitor()
    expect(await page(h, other)).not.toContain('data-kiosk')
    expect(await page(h, other, '/?modo=kiosco')).toContain('data-kiosk')
    const ana = await h.person()
    const headers = { referer: 'http://localhost:3000/?modo=kiosco' }
    await other.ask('POST', '/api/visits', { profile: ana.profile, claim: ana.claim }, headers)
    const [row] = await h.look(`select channel, origin from visit where person_id = '${ana.id}'`)
    expect(row).toEqual({ channel: 'internet', origin: other.from })
  },
)

onPostgres(
  'one that is off gets `not-available` from everything, on again it works with the same cookie',
  async h => {
    const { name, token, kiosk } = await openKiosk(h)
    const maria = await h.person()
    await kiosk.identify(maria)
    await setKiosk(h.ctx, system, name, 'off')
    for (const [method, path, body] of [
      ['GET', '/api/institution', undefined],
      ['POST', '/api/visits', { profile: maria.profile, claim: maria.claim }],
      ['GET', current, undefined],
      ['POST', `${current}/extensions`, {}],
      ['POST', `${current}/confirmation`, {}],
      ['DELETE', current, undefined],
      ['POST', '/api/passwords', { account: 'a@b.mx', current: 'x', password: 'y' }],
      ['POST', '/api/kiosks/current', { token }],
    ] as const) {
      const { status, body: told, headers } = await kiosk.ask(method, path, body)
      expect([status, told?.code, headers['retry-after']], `${method} ${path}`).toEqual([
        503,
        'not-available',
        '30',
      ])
    }
    expect((await h.visitor().ask('GET', '/api/institution')).status).toBe(200)
    await setKiosk(h.ctx, system, name, 'on')
    expect((await kiosk.ask('GET', '/api/institution')).status).toBe(200)
    // The visit that was open when it was switched off does not come back.
    expect((await kiosk.ask('POST', `${current}/confirmation`, {})).body.code).toBe('visit-expired')
    expect((await kiosk.identify(maria)).status).toBe(201)
    expect((await eventsOf(h, name)).map(({ kind }) => kind)).toEqual([
      'kiosk-added',
      'kiosk-opened',
      'kiosk-off',
      'kiosk-on',
    ])
  },
)

onPostgres(
  'whatever is not the token of a kiosk is refused alike, and too many tries are counted',
  async h => {
    const { name, token } = await openKiosk(h)
    await setKiosk(h.ctx, system, name, 'off')
    const { address } = await addKiosk(h.ctx, system, name)
    const stranger = h.visitor()
    const bodies = []
    for (const wrong of [token, '', 'x', `${tokenOf(address)}x`, "' or true --", 'é'.repeat(40)]) {
      const answer = await stranger.ask('POST', '/api/kiosks/current', { token: wrong })
      const { reference: _, ...told } = answer.body
      bodies.push(JSON.stringify([answer.status, told]))
      expect(stranger.cookies.has('mci-kiosk')).toBe(false)
    }
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain('not-verified')
    for (let n = 0; n < 24; n++) await stranger.ask('POST', '/api/kiosks/current', { token: `guess ${n}` })
    const full = await stranger.ask('POST', '/api/kiosks/current', { token: tokenOf(address) })
    expect([full.status, full.body.code]).toEqual([429, 'too-many-attempts'])
    expect((await h.visitor().ask('POST', '/api/kiosks/current', { token: tokenOf(address) })).status).toBe(
      204,
    )
  },
)

onPostgres(
  'a new address makes the old one and the cookie that came of it worthless, never a private browser',
  async h => {
    const { name, kiosk } = await openKiosk(h)
    await expect(addKiosk(h.ctx, system, name)).rejects.toThrow('kiosk-exists')
    await setKiosk(h.ctx, system, name, 'off')
    const { address } = await addKiosk(h.ctx, system, name)
    const answer = await kiosk.identify(await h.person())
    expect([answer.status, answer.body.code]).toEqual([503, 'not-available'])
    expect((await kiosk.ask('POST', '/api/kiosks/current', { token: tokenOf(address) })).status).toBe(204)
    expect((await kiosk.identify(await h.person())).status).toBe(201)
  },
)

onPostgres(
  'SEC-113 a kiosk’s cookie that nobody signed is nobody’s, and its token stands nowhere in the clear',
  async h => {
    const { token, kiosk } = await openKiosk(h)
    const signed = kiosk.cookies.get('mci-kiosk') ?? ''
    kiosk.cookies.set('mci-kiosk', `${signed.slice(0, -6)}aaaaaa`)
    expect(await page(h, kiosk)).not.toContain('data-kiosk')
    kiosk.cookies.set('mci-kiosk', kiosk.cookies.get('mci-browser') ?? '')
    expect(await page(h, kiosk)).not.toContain('data-kiosk')
    const everything = await h.look<{ row: string }>(
      'select to_jsonb(k)::text as row from kiosk k union all select to_jsonb(e)::text from event e',
    )
    expect(everything.length).toBeGreaterThan(1)
    expect(everything.filter(({ row }) => row.includes(token))).toEqual([])
  },
)

onPostgres('when a kiosk was last seen is written by the minute', async h => {
  const { name, kiosk } = await openKiosk(h)
  const seen = async () => (await listKiosks(h.ctx)).find(one => one.name === name)?.seenAt
  const first = await seen()
  await kiosk.ask('GET', '/api/institution')
  expect(await seen()).toBe(first)
  await h.look(`update kiosk set seen_at = now() - interval '61 seconds' where name = '${name}'`)
  await kiosk.ask('GET', '/api/institution')
  expect(Date.parse((await seen()) ?? '')).toBeGreaterThanOrEqual(Date.parse(first ?? ''))
})

onPostgres(
  'SEC-116 a visit on a kiosk lives as long as its page would wait, and a touch starts that anew',
  async h => {
    const { name, kiosk } = await openKiosk(h)
    await kiosk.identify(await h.person())
    expect(await secondsLeft(h, name)).toBeGreaterThan(55)
    expect(await secondsLeft(h, name)).toBeLessThanOrEqual(65)
    await h.look(`update visit set expires_at = now() + interval '5 seconds' where origin = '${name}'`)
    for (let touches = 0; touches < 12; touches++)
      expect((await kiosk.ask('POST', `${current}/extensions`, { here: true })).status).toBe(200)
    expect(await secondsLeft(h, name)).toBeGreaterThan(55)
    expect(await secondsLeft(h, name)).toBeLessThanOrEqual(65)
    // Five minutes after it opened it is over, touched or not.
    await h.look(
      `update visit set created_at = now() - interval '295 seconds', expires_at = now() + interval '1 second' where origin = '${name}' and ended_at is null`,
    )
    await kiosk.ask('POST', `${current}/extensions`, { here: true })
    expect(await secondsLeft(h, name)).toBeLessThanOrEqual(5)
    await h.look(`update visit set expires_at = now() where origin = '${name}'`)
    expect((await kiosk.ask('POST', `${current}/extensions`, { here: true })).body.code).toBe('visit-expired')
    expect((await kiosk.confirm()).body.code).toBe('visit-expired')
  },
)

onPostgres('K01 who asks for more time on a kiosk has ten times as much, and keeps it', async h => {
  const { name, kiosk } = await openKiosk(h)
  await kiosk.identify(await h.person())
  expect((await kiosk.ask('POST', `${current}/extensions`, {})).status).toBe(200)
  expect(await secondsLeft(h, name)).toBeGreaterThan(600)
  await h.look(`update visit set expires_at = now() + interval '5 seconds' where origin = '${name}'`)
  await kiosk.ask('POST', `${current}/extensions`, { here: true })
  expect(await secondsLeft(h, name)).toBeGreaterThan(600)
  expect(await secondsLeft(h, name)).toBeLessThanOrEqual(650)
})

onPostgres('on a phone a touch gives no time, and more of it is given ten times', async h => {
  const phone = h.visitor()
  const { body } = await phone.identify(await h.person())
  expect((await phone.ask('POST', `${current}/extensions`, { here: true })).body).toEqual({
    expiresAt: body.expiresAt,
  })
  for (let n = 0; n < 10; n++) expect((await phone.ask('POST', `${current}/extensions`, {})).status).toBe(200)
  expect((await phone.ask('POST', `${current}/extensions`, {})).body.code).toBe('no-more-time')
})

onPostgres(
  'SEC-115 the end of a visit kills it and clears what the site kept, but not the kiosk’s own name',
  async h => {
    const { kiosk } = await openKiosk(h)
    await kiosk.identify(await h.person())
    const kept = kiosk.cookies.get('mci-visit') ?? ''
    const over = await kiosk.ask('DELETE', current)
    expect([over.status, over.headers['clear-site-data']]).toEqual([204, '"storage"'])
    expect([...kiosk.cookies.keys()].sort()).toEqual(['mci-browser', 'mci-kiosk'])
    kiosk.cookies.set('mci-visit', kept)
    for (const [method, path] of [
      ['GET', current],
      ['POST', `${current}/extensions`],
      ['POST', `${current}/confirmation`],
    ] as const) {
      const { status, body } = await kiosk.ask(method, path, method === 'POST' ? {} : undefined)
      expect([status, body.code], path).toEqual([410, 'visit-expired'])
    }
  },
)
