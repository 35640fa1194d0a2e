import { expect } from 'vitest'
import { createAccount } from '../../api/accounts/create.ts'
import { type House, house, type Person } from '../house.ts'
import { type Answer, credentialsIn, type Visitor } from '../visitor.ts'
import { addressOf, longAgo, movementsOf } from './rows.ts'

const open = '[[1000000, 1s]]'
const { onPostgres } = house({
  institution: `limits: { identifyFailures: { source: ${open} }, mailsPerAddress: [[1000, 1h]], resets: [[1, 15m]] }`,
})

const at = <T>(list: T[], n: number) => list[n] as T
const times = <T>(n: number, make: (n: number) => T) => Array.from({ length: n }, (_, i) => make(i))

/** Other windows with the same cookies: a double click, a reload, a second browser with a copied session. */
function copies(h: House, visitor: Visitor, count: number): Visitor[] {
  return times(count, () => {
    const copy = h.visitor(visitor.from)
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value)
    return copy
  })
}

const bodies = (said: Answer[]) => new Set(said.map(({ text }) => text))
const mailsTo = (h: House, person: Person) => h.smtp.mails.filter(({ to }) => to.includes(person.alternate))

onPostgres('SEC-06, SEC-138, REL-46: one confirmation from 2, 5 and 20 windows is one movement', async h => {
  const rounds = [2, 2, 2, 2, 5, 5, 5, 20, 20]
  const people = await h.people(rounds.length, n => ({ primer_apellido: `Ola${'abcdefghijklmnopqrst'[n]}` }))
  for (const [round, windows] of rounds.entries()) {
    const ana = at(people, round)
    const visitor = h.visitor()
    await visitor.identify(ana)
    const said = await Promise.all(copies(h, visitor, windows).map(one => one.confirm()))
    expect(said.map(({ status }) => status)).toEqual(times(windows, () => 201))
    expect(bodies(said).size).toBe(1)
    expect(await movementsOf(h, ana)).toMatchObject([{ folio: said[0]?.body.folio, state: 'done' }])
    expect(mailsTo(h, ana)).toHaveLength(1)
    const again = await Promise.all(times(3, () => visitor.confirm()))
    expect(again.map(({ body }) => body)).toEqual(times(3, () => said[0]?.body))
  }
  const last = at(people, 0)
  const { account, password } = credentialsIn(at(mailsTo(h, last), 0).text)
  expect((await h.visitor().changePassword(account, password, 'la milpa crece despacio')).status).toBe(204)
})

onPostgres(
  'SEC-131: ten browsers of one person at once make one account; the others hear its folio',
  async h => {
    for (const ana of await h.people(3, n => ({ primer_apellido: `Ría${'abc'[n]}` }))) {
      const browsers = times(10, () => h.visitor())
      await Promise.all(browsers.map(browser => browser.identify(ana)))
      const said = await Promise.all(browsers.map(browser => browser.confirm()))
      const made = said.filter(({ status }) => status === 201)
      expect(made).toHaveLength(1)
      for (const other of said.filter(one => one !== made[0])) {
        expect(other.status, other.text).toBe(409)
        expect(['in-progress', 'reset-recently']).toContain(other.body.code)
        if (other.body.code === 'in-progress') expect(other.body.folio).toBe(made[0]?.body.folio)
      }
      expect(await movementsOf(h, ana)).toHaveLength(1)
      expect(
        await h.look(
          `select 1 from mailbox m join holding o on o.account_id = m.marker where o.person_id = '${ana.id}'`,
        ),
      ).toHaveLength(1)
    }
  },
)

onPostgres(
  'SEC-131: kiosk and staff at once make one account, and whoever is late hears the folio',
  async h => {
    for (const ana of await h.people(3, n => ({ primer_apellido: `Mar${'abc'[n]}` }))) {
      const [post] = await h.look<{ id: number }>(
        `select id::int from affiliation where person_id = '${ana.id}'`,
      )
      const ask = { person: ana.id, kind: 'personal', affiliation: post?.id ?? 0 }
      const staff = { as: 'member:1', channel: 'staff' } as const
      const browsers = times(5, () => h.visitor())
      await Promise.all(browsers.map(browser => browser.identify(ana)))
      const [desk, kiosk] = await Promise.all([
        Promise.allSettled(times(5, () => createAccount(h.ctx, staff, ask))),
        Promise.all(browsers.map(browser => browser.confirm())),
      ])
      const [made, ...more] = await movementsOf(h, ana)
      expect(more).toEqual([])
      for (const one of desk)
        if (one.status === 'fulfilled') expect(one.value.folio).toBe(made?.folio)
        else expect(one.reason).toMatchObject({ code: 'in-progress', more: { folio: made?.folio } })
      for (const { status, body } of kiosk)
        if (status === 201 || body.code === 'in-progress') expect(body.folio).toBe(made?.folio)
        else expect(body.code).toBe('reset-recently')
    }
  },
)

onPostgres('SEC-131: ten browsers at once reset once', async h => {
  const ana = await h.person()
  await h.visitor().goThrough(ana)
  await longAgo(h, ana)
  const browsers = times(10, () => h.visitor())
  await Promise.all(browsers.map(browser => browser.identify(ana)))
  const said = await Promise.all(browsers.map(browser => browser.confirm()))
  expect(said.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(said.filter(({ status }) => status === 409)).toHaveLength(9)
  expect(await movementsOf(h, ana)).toHaveLength(2)
})

onPostgres(
  'two visits of one person that both offer a creation: the later one hears that it was done',
  async h => {
    const ana = await h.person()
    const [phone, desk] = [h.visitor(), h.visitor()]
    await phone.identify(ana)
    expect((await desk.identify(ana)).body.act).toBe('create')
    const done = await phone.confirm()
    const late = await desk.confirm()
    expect(late.body).toMatchObject({ status: 409, code: 'reset-recently', againAt: done.body.againAt })
    await longAgo(h, ana)
    expect((await desk.confirm()).body).toMatchObject({ status: 410, code: 'visit-expired' })
    expect(await movementsOf(h, ana)).toHaveLength(1)
  },
)

onPostgres('SEC-132: eight people with one name at once get eight addresses', async h => {
  for (let round = 0; round < 2; round++) {
    const name = `Citlali${'ab'[round]}`
    const people = await h.people(8, () => ({
      nombre: name,
      primer_apellido: 'Xicoténcatl',
      segundo_apellido: 'Ñ',
    }))
    const browsers = times(8, () => h.visitor())
    await Promise.all(people.map((person, n) => at(browsers, n).identify(person)))
    const said = await Promise.all(browsers.map(browser => browser.confirm()))
    expect(said.map(({ status, body }) => body.code ?? status)).toEqual(times(8, () => 201))
    const given = await Promise.all(people.map(person => addressOf(h, person)))
    const base = `citlali${'ab'[round]}.xicotencatl`
    expect(given.map(one => one?.split('@')[0]).sort()).toEqual([
      base,
      `${base}.n`,
      ...times(6, n => `${base}.n${n + 2}`),
    ])
    for (const [n, person] of people.entries())
      expect(credentialsIn(at(mailsTo(h, person), 0).text).account).toBe(given[n])
  }
})

onPostgres('SEC-68: however often a hundred people ask, each has one act going on', async h => {
  const people = await h.people(100, n => ({
    nombre: `Ixchel${n}`.replace(/\d/g, d => 'abcdefghij'[+d] ?? ''),
  }))
  await h.smtp.down()
  const said: Answer[] = []
  for (let from = 0; from < 100; from += 20)
    await Promise.all(
      people.slice(from, from + 20).map(async person => {
        const browsers = times(2, () => h.visitor())
        for (const browser of browsers) await browser.identify(person)
        said.push(...(await Promise.all(browsers.flatMap(browser => times(2, () => browser.confirm())))))
      }),
    )
  await h.smtp.up()
  const ids = people.map(({ id }) => `'${id}'`).join(',')
  const live = await h.look(
    `select person_id from movement where person_id in (${ids}) and state in ('intended', 'applying', 'delivering')`,
  )
  expect(live).toHaveLength(100)
  expect(new Set(live.map(row => row.person_id)).size).toBe(100)
  expect(said).toHaveLength(400)
  expect(new Set(said.map(({ status }) => status))).toEqual(new Set([201, 409]))
  expect(new Set(said.map(({ body }) => body.folio)).size).toBe(100)
  await h.look(
    `update movement set state = 'needs-attention', finished_at = now() where person_id in (${ids})`,
  )
})

const small = house({ pace: { liveAtMost: 5 } })

small.onPostgres(
  'SEC-68: past the service’s own limit it says so, and what was asked before is answered',
  async h => {
    const people = await h.people(8, n => ({ nombre: `Yolotl${'abcdefgh'[n]}` }))
    await h.smtp.down()
    const browsers = times(8, () => h.visitor())
    const said: Answer[] = []
    for (const [n, person] of people.entries()) {
      await at(browsers, n).identify(person)
      said.push(await at(browsers, n).confirm())
    }
    expect(said.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 503, 503, 503])
    expect(at(said, 7).body).toMatchObject({ code: 'not-available', directions: expect.any(String) })
    expect(at(said, 7).headers['retry-after']).toBeDefined()
    expect((await at(browsers, 0).confirm()).body.folio).toBe(at(said, 0).body.folio)
    await h.smtp.up()
    await h.look(`update movement set state = 'needs-attention', finished_at = now()`)
    expect((await at(browsers, 7).confirm()).status).toBe(201)
  },
)

onPostgres(
  'an address that somebody else took while she read is not hers; she gets the next one',
  async h => {
    const names = { nombre: 'Nicte', primer_apellido: 'Pech', segundo_apellido: '' }
    const [ana, eva] = (await h.people(2, () => names)) as [Person, Person]
    const [first, second] = [h.visitor(), h.visitor()]
    const shown = [(await first.identify(ana)).body.account, (await second.identify(eva)).body.account]
    expect(shown).toEqual(['n***.p***@colima.example', 'n***.p***@colima.example'])
    expect((await first.confirm()).status).toBe(201)
    expect((await second.confirm()).status).toBe(201)
    expect([await addressOf(h, ana), await addressOf(h, eva)]).toEqual([
      'nicte.pech@colima.example',
      'nicte.pech2@colima.example',
    ])
  },
)
