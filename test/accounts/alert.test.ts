import { expect } from 'vitest'
import { issueActivationKey } from '../../api/accounts/activation-key.ts'
import { sendNotice } from '../../api/accounts/notice.ts'
import { type House, house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { bookOf } from '../movements/books.ts'
import { credentialsIn } from '../visitor.ts'
import { longAgo, movementsOf } from '../visits/rows.ts'
import { askForOne, choose, holder, look, mailed, notMe, staff } from './by-link.ts'

const { inHouse } = house()
const { onPostgres: whereLinksAreSent } = house({ institution: 'delivery: enlace' })
const signsIn = mailServers()
const mine = 'la brisa llega por el norte'

const paused = { status: 409, code: 'self-service-paused' }
const endPause = (h: House, { id }: Person) =>
  h.look(`update person set paused_until = null where id = '${id}'`)
const alertsOf = (h: House, { id }: Person) =>
  h.look<{ movement: string; actor: string; detail: object }>(
    `select movement_id as movement, actor, detail from event where person_id = '${id}' and kind = 'self-service-paused' order by id`,
  )

inHouse(
  'SEC-38 «no fui yo» from the mail freezes her self-service and tells staff from which act',
  async h => {
    const ana = await h.person()
    const early = h.visitor()
    const { alert, account, password, folio } = await askForOne(h, ana)
    await longAgo(h, ana)
    await early.identify(ana)
    expect((await notMe(h.visitor(), alert)).status).toBe(204)

    expect((await h.visitor().identify(ana)).body).toMatchObject(paused)
    expect((await early.confirm()).body).toMatchObject(paused)
    const [made] = await movementsOf(h, ana)
    expect(await alertsOf(h, ana)).toEqual([
      { movement: made?.id, actor: 'visitor', detail: { why: 'not-me', folio, kind: 'account-creation' } },
    ])
    // Whoever holds the mailed password learns it only with that password, and cannot make it her own.
    expect((await h.visitor().changePassword(account, 'otra', mine)).body.code).toBe('not-verified')
    expect((await h.visitor().changePassword(account, password, mine)).body).toMatchObject(paused)
    expect(await signsIn(h, account, mine)).toBe(false)
    expect((await movementsOf(h, ana)).map(({ kind }) => kind)).toEqual(['account-creation'])

    await endPause(h, ana)
    expect((await early.confirm()).body).toMatchObject({ status: 410, code: 'visit-expired' })
    expect((await h.visitor().goThrough(ana)).body.state).toBe('done')
  },
)

inHouse('SEC-38 it never touches anybody else, and a wrong one nobody at all', async h => {
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const { alert } = await askForOne(h, ana)
  const others = await h.look(`select id, paused_until from person where id <> '${ana.id}' order by id`)
  for (const token of ['', alert.slice(1), alert.toLowerCase(), `${alert}.`, '\0'])
    expect((await notMe(h.visitor(), token)).body).toMatchObject({ status: 410, code: 'expired' })
  expect(await alertsOf(h, ana)).toEqual([])
  expect((await notMe(h.visitor(), alert)).status).toBe(204)
  expect(await h.look(`select id, paused_until from person where id <> '${ana.id}' order by id`)).toEqual(
    others,
  )
  expect((await h.visitor().goThrough(eva)).body.state).toBe('done')
})

inHouse('SEC-38 whoever only opens the link, and every scanner, changes nothing', async h => {
  const ana = await h.person()
  const { alert } = await askForOne(h, ana)
  const before = await h.look(`select * from link where person_id = '${ana.id}' order by id`)
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
    for (const path of [
      '/no-fui-yo',
      `/no-fui-yo?token=${alert}`,
      `/no-fui-yo/${alert}`,
      '/api/alerts',
      `/api/alerts/${alert}`,
    ])
      expect((await h.visitor().ask(method, path)).status).toBeLessThan(500)
  // A page elsewhere cannot press the button either.
  const foreign: Record<string, string>[] = [
    { origin: 'https://mala.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of foreign)
    expect((await h.visitor().ask('POST', '/api/alerts', { token: alert }, headers)).status).toBe(403)
  expect(await h.look(`select * from link where person_id = '${ana.id}' order by id`)).toEqual(before)
  expect(await alertsOf(h, ana)).toEqual([])
})

inHouse(
  'pressed twice it says the same and tells staff once; after staff ended the pause it is used',
  async h => {
    const ana = await h.person()
    const { alert } = await askForOne(h, ana)
    for (let press = 0; press < 3; press++) expect((await notMe(h.visitor(), alert)).status).toBe(204)
    expect(await alertsOf(h, ana)).toHaveLength(1)
    await endPause(h, ana)
    expect((await notMe(h.visitor(), alert)).body).toMatchObject({
      status: 410,
      code: 'used',
      at: expect.stringMatching(/Z$/),
    })
    const [her] = await h.look(`select paused_until from person where id = '${ana.id}'`)
    expect(her?.paused_until).toBeNull()
  },
)

inHouse('every mail has its own: of a later one too, and after thirty days no more', async h => {
  const ana = await h.person()
  const first = await askForOne(h, ana)
  await longAgo(h, ana)
  const second = await askForOne(h, ana)
  expect(second.alert).not.toBe(first.alert)
  const [terms] = await h.look<{ days: number }>(
    `select extract(day from max(expires_at) - now())::int as days from link where purpose = 'alert' and person_id = '${ana.id}'`,
  )
  expect(terms?.days).toBeGreaterThanOrEqual(29)
  await h.look(`update link set expires_at = now() where person_id = '${ana.id}' and id =
    (select min(id) from link where person_id = '${ana.id}' and purpose = 'alert')`)
  expect((await notMe(h.visitor(), first.alert)).body).toMatchObject({
    code: 'expired',
    at: expect.any(String),
  })
  expect((await notMe(h.visitor(), second.alert)).status).toBe(204)
  expect(await alertsOf(h, ana)).toMatchObject([{ detail: { folio: second.folio } }])
})

inHouse('the notice in her institutional mailbox has one too', async h => {
  const ana = await h.person()
  const { account, password } = await askForOne(h, ana)
  expect((await h.visitor().changePassword(account, password, mine)).status).toBe(204)
  const { id, folio } = await bookOf(h, ana)
  await sendNotice(h.ctx, id)
  const notice = await h.smtp.waitFor(({ to }) => to.includes(account))
  const { alert } = credentialsIn(notice.text)
  expect((await notMe(h.visitor(), alert)).status).toBe(204)
  expect(await alertsOf(h, ana)).toMatchObject([{ movement: id, detail: { folio, kind: 'password-change' } }])
  expect((await h.visitor().identify(ana)).body).toMatchObject(paused)
})

inHouse('SEC-40 guesses at it are counted like any other', async h => {
  const ana = await h.person()
  const { alert } = await askForOne(h, ana)
  const visitor = h.visitor()
  const statuses = []
  for (let n = 0; n < 9; n++) statuses.push((await notMe(visitor, `guess ${n}`)).status)
  expect(statuses).toEqual([...Array(8).fill(410), 429])
  expect((await notMe(visitor, alert)).status).toBe(429)
  expect((await notMe(h.visitor(), alert)).status).toBe(204)
})

whereLinksAreSent(
  'SEC-38 links, keys and codes that were out are void, also when the pause is over',
  async h => {
    const ana = await holder(h)
    await longAgo(h, ana)
    const early = h.visitor()
    await early.identify(ana)
    const { link, alert } = await askForOne(h, ana)
    await h.look(`insert into code (visit_id, hmac, expires_at)
    select id, 'of-' || id, now() + interval '10 minutes' from visit where person_id = '${ana.id}'`)
    expect((await notMe(h.visitor(), alert)).status).toBe(204)
    for (const said of [
      await look(h.visitor(), link),
      await choose(h.visitor(), link, mine),
      await early.confirm(),
    ])
      expect(said.body).toMatchObject(paused)
    expect(
      await h.look(
        `select 1 from code where voided_at is null and visit_id in (select id from visit where person_id = '${ana.id}')`,
      ),
    ).toEqual([])
    await endPause(h, ana)
    for (const said of [await look(h.visitor(), link), await choose(h.visitor(), link, mine)])
      expect(said.body).toMatchObject({ status: 410, code: 'expired' })
    expect((await early.confirm()).body.code).toBe('visit-expired')
    expect(await signsIn(h, ana.account, ana.own)).toBe(true)

    // What staff hand over after it is good; while the pause lasts nothing is.
    const { key } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
    await h.look(`update person set paused_until = 'infinity' where id = '${ana.id}'`)
    expect((await choose(h.visitor(), key, mine)).body).toMatchObject(paused)
    await endPause(h, ana)
    expect((await choose(h.visitor(), key, mine)).status).toBe(204)
    expect(mailed(h, ana).length).toBeGreaterThan(1)
  },
)
