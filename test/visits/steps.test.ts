import { expect } from 'vitest'
import { createContext } from '../../api/context.ts'
import { openDatabase } from '../../api/db/open.ts'
import { createServer } from '../../api/server.ts'
import { allRoutes, writes } from '../edge/contracts.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn, openVisitor, type Visitor } from '../visitor.ts'
import { movementsOf, wrong } from './rows.ts'

const { inHouse, onPostgres } = house()
const visitCookie = 'mci-visit'

/** How somebody may come to the confirmation without having passed the proof of this very visit. */
const flows: Record<string, (h: House, person: Person) => Promise<Visitor>> = {
  'with nothing': async h => h.visitor(),
  'with a proof that failed': async (h, person) => {
    const visitor = h.visitor()
    expect((await visitor.identify(wrong(person))).status).toBe(403)
    return visitor
  },
  'with a visit that expired': async (h, person) => {
    const visitor = h.visitor()
    await visitor.identify(person)
    await h.look(
      `update visit set expires_at = now() - interval '1 second' where person_id = '${person.id}' and ended_at is null`,
    )
    return visitor
  },
  'with a visit she ended': async (h, person) => {
    const visitor = h.visitor()
    await visitor.identify(person)
    const kept = visitor.cookies.get(visitCookie) ?? ''
    expect((await visitor.ask('DELETE', '/api/visits/current')).status).toBe(204)
    visitor.cookies.set(visitCookie, kept)
    return visitor
  },
  'with a visit that a wrong proof replaced': async (h, person) => {
    const visitor = h.visitor()
    await visitor.identify(person)
    expect((await visitor.identify(wrong(person))).status).toBe(403)
    return visitor
  },
  'with a proof that a stop answered': async h => {
    const visitor = h.visitor()
    expect((await visitor.identify(await h.person({ correo_alterno: '' }))).body.code).toBe(
      'no-alternate-email',
    )
    return visitor
  },
  'with a cookie that nobody signed': async (h, person) => {
    const visitor = h.visitor()
    await h.visitor().identify(person)
    const part = (said: object) => Buffer.from(JSON.stringify(said)).toString('base64url')
    const claims = { jti: 'x', aud: 'visit', iss: 'mci', exp: 4e9, nbf: 0, iat: 0 }
    visitor.cookies.set(visitCookie, `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`)
    return visitor
  },
  'with the cookie of her browser in its place': async h => {
    const visitor = h.visitor()
    await visitor.ask('GET', '/api/visits/current')
    visitor.cookies.set(visitCookie, visitor.cookies.get('mci-browser') ?? '')
    return visitor
  },
}

const confirmation = '/api/visits/current/confirmation'
const ways: [string, (visitor: Visitor) => ReturnType<Visitor['ask']>][] = [
  ['confirms', v => v.confirm()],
  ['names an account', v => v.confirm({ account: '1' })],
  ['sends a code', v => v.confirm({ code: 'ABCD3456' })],
  ['says so in the query', v => v.ask('POST', `${confirmation}?confirmed=true&step=confirm&verified=1`, {})],
  [
    'says so in headers',
    v => v.ask('POST', confirmation, {}, { 'x-verified': 'true', 'x-step': 'confirmed' }),
  ],
  ['asks for more time', v => v.ask('POST', '/api/visits/current/extensions', {})],
  ['sends nothing at all', v => v.ask('POST', confirmation)],
  ['looks where it stands', v => v.ask('GET', '/api/visits/current')],
]
const flags = ['confirmed', 'verified', 'step', 'proof', 'act', 'expiresAt', 'visit', 'personId']

inHouse('SEC-01: no step is skipped, in 64 ways, twice each', async h => {
  const ana = await h.person()
  const before = h.smtp.mails.length
  let refused = 0
  for (const [how, come] of Object.entries(flows)) {
    const visitor = await come(h, ana)
    const cookies = [...visitor.cookies]
    for (const [what, go] of ways)
      for (const time of ['first', 'again']) {
        const said = await go(visitor)
        expect(said.status, `${how}, ${what}, ${time}: ${said.text}`).toBe(410)
        for (const [name, value] of cookies) visitor.cookies.set(name, value)
        refused++
      }
    for (const flag of flags)
      expect((await visitor.confirm({ [flag]: true })).status, `${how}, ${flag}`).toBe(400)
  }
  expect(refused).toBe(128)
  expect(await movementsOf(h, ana)).toEqual([])
  expect(h.smtp.mails.length).toBe(before)
})

inHouse('SEC-03: a finished reset opens nothing else', async h => {
  const visitor = h.visitor()
  await visitor.goThrough(await h.person())
  const closed = [
    ['GET', '/api/session'],
    ['GET', '/api/accounts?q=a'],
    ['POST', '/api/accounts'],
    ['GET', '/api/movements'],
    ['GET', '/api/movements.csv'],
    ['GET', '/api/demo'],
    ['PUT', '/api/persons/1/alternate-email'],
    ['POST', '/api/files'],
  ] as const
  for (const [method, path] of closed)
    expect([401, 404], path).toContain(
      (await visitor.ask(method, path, method === 'GET' ? undefined : {})).status,
    )
  expect([...visitor.cookies.keys()].sort()).toEqual(['mci-browser', visitCookie])
})

inHouse('SEC-10: a visit planted in a browser dies when somebody proves who she is', async h => {
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const attacker = h.visitor()
  await attacker.identify(ana)
  const planted = attacker.cookies.get(visitCookie) ?? ''
  const victim = h.visitor()
  victim.cookies.set(visitCookie, planted)
  expect((await victim.identify(eva)).status).toBe(201)
  expect(victim.cookies.get(visitCookie)).not.toBe(planted)
  expect((await attacker.confirm()).status).toBe(410)
  expect((await victim.confirm()).body.state).toBe('done')
  expect(await movementsOf(h, ana)).toEqual([])
  const invented = h.visitor()
  invented.cookies.set(visitCookie, 'planted')
  await invented.identify(await h.person())
  expect(invented.cookies.get(visitCookie)).not.toBe('planted')
})

inHouse('SEC-12: whoever is named later, the act is hers who proved who she is', async h => {
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const other = h.visitor()
  await other.identify(eva)
  const visitor = h.visitor()
  await visitor.identify(ana)
  for (const body of [
    { person: eva.id },
    { curp: eva.claim.curp },
    { claim: eva.claim },
    { account: eva.id },
  ])
    expect((await visitor.confirm(body)).status).toBe(400)
  const token = visitor.cookies.get(visitCookie)
  const done = await visitor.ask(
    'POST',
    `${confirmation}?person=${eva.id}&curp=${eva.claim.curp}`,
    {},
    {
      'x-person': eva.id,
      cookie: `visit=${other.cookies.get(visitCookie)}; mci-visit=${token}; person=${eva.id}`,
    },
  )
  expect(done.body.state).toBe('done')
  expect(await movementsOf(h, ana)).toHaveLength(1)
  expect(await movementsOf(h, eva)).toEqual([])
})

onPostgres('SEC-13: a confirmation said again has no second effect, not after a restart either', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  const first = await visitor.goThrough(ana)
  for (let time = 0; time < 10; time++) expect((await visitor.confirm()).body).toEqual(first.body)
  const ask = { url: h.databaseUrl, migrationUrl: undefined, folder: '', mustBeEmpty: false }
  const ctx = await createContext(h.ctx.config, h.ctx.log, { database: await openDatabase(ask) })
  const app = await createServer(ctx)
  const later = openVisitor(app, visitor.from)
  for (const [name, value] of visitor.cookies) later.cookies.set(name, value)
  for (let time = 0; time < 10; time++) expect((await later.confirm()).body).toEqual(first.body)
  await later.ask('DELETE', '/api/visits/current')
  for (const [name, value] of visitor.cookies) later.cookies.set(name, value)
  for (let time = 0; time < 10; time++) expect((await later.confirm()).status).toBe(410)
  await app.close()
  await ctx.close()
  expect(await movementsOf(h, ana)).toHaveLength(1)
  expect(h.smtp.mails.filter(({ to }) => to.includes(ana.alternate))).toHaveLength(1)
})

inHouse('SEC-14: the mail goes where the padrón says, whatever a browser adds', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  const foreign = 'ladron@correo-ajeno.mx'
  const values = [foreign, [foreign], { to: foreign }]
  for (const name of ['correo', 'email', 'to', 'destino', 'telefono', 'alternateEmail'])
    for (const value of values) {
      const said = await visitor.ask('POST', '/api/visits', {
        profile: ana.profile,
        claim: ana.claim,
        [name]: value,
      })
      expect(said.status).toBe(400)
      const inside = await visitor.ask('POST', '/api/visits', {
        profile: ana.profile,
        claim: { ...ana.claim, [name]: value },
      })
      expect(inside.status).toBe(400)
    }
  await visitor.identify(ana)
  for (const name of ['correo', 'to', 'alternateEmail'])
    for (const value of values) expect((await visitor.confirm({ [name]: value })).status).toBe(400)
  await visitor.ask('POST', `${confirmation}?correo=${foreign}&to=${foreign}`, {}, { 'x-to': foreign })
  expect(h.smtp.recipients).toContain(ana.alternate)
  expect(h.smtp.recipients).not.toContain(foreign)
})

inHouse('SEC-45: a visit serves until its end and not after it, by the database’s clock', async h => {
  const endsIn = (person: Person, time: string) =>
    h.look(`update visit set expires_at = now() + interval '${time}' where person_id = '${person.id}'`)
  const [ana, eva] = (await h.people(2)) as [Person, Person]
  const [first, second] = [h.visitor(), h.visitor()]
  await first.identify(ana)
  await second.identify(eva)
  await endsIn(ana, '2 seconds')
  await endsIn(eva, '-1 second')
  expect((await second.confirm()).body.code).toBe('visit-expired')
  expect((await second.ask('POST', '/api/visits/current/extensions', {})).status).toBe(410)
  expect((await first.confirm()).body.state).toBe('done')
})

inHouse('SEC-45: a temporary password serves until its end and not after it', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.goThrough(ana)
  const { account, password } = credentialsIn(
    (await h.smtp.waitFor(({ to }) => to.includes(ana.alternate))).text,
  )
  const endsIn = (time: string) =>
    h.look(
      `update mailbox set password_until = now() + interval '${time}' where local || '@' || domain = '${account}'`,
    )
  await endsIn('-1 second')
  expect((await visitor.changePassword(account, password, 'la lluvia cae en Comala')).status).toBe(403)
  await endsIn('5 seconds')
  expect((await visitor.changePassword(account, password, 'la lluvia cae en Comala')).status).toBe(204)
})

inHouse('SEC-45: nothing that expires can lack its time', async h => {
  const found = await h.look<{ nullable: string }>(
    `select table_name || '.' || column_name as nullable from information_schema.columns
     where (table_name, column_name) in (('visit', 'expires_at'), ('code', 'expires_at'), ('link', 'expires_at'),
       ('credential_issue', 'expires_at'), ('attempt', 'at')) and is_nullable = 'NO'`,
  )
  expect(found).toHaveLength(5)
})

inHouse('SEC-69: no public route changes where mails go', async h => {
  const open = (await allRoutes()).filter(({ may }) => may === 'anyone' || may === 'visitor')
  const mutations = open.filter(writes).map(({ method, path }) => `${method.toLowerCase()} ${path}`)
  expect(mutations.sort()).toEqual([
    'delete /api/session',
    'delete /api/visits/current',
    'post /api/alerts',
    'post /api/kiosks/current',
    'post /api/links',
    'post /api/links/password',
    'post /api/passwords',
    'post /api/session',
    'post /api/session/enrolment',
    'post /api/session/factor-options',
    'post /api/session/provider',
    'post /api/session/provider/answers',
    'post /api/session/second-factor',
    'post /api/visits',
    'post /api/visits/current/codes',
    'post /api/visits/current/confirmation',
    'post /api/visits/current/extensions',
  ])
  const ana = await h.person()
  const visitor = h.visitor()
  const contacts = () => h.look(`select address, "to" from contact where person_id = '${ana.id}'`)
  const before = await contacts()
  await visitor.identify(ana)
  for (const method of ['PUT', 'POST', 'DELETE'])
    for (const path of [
      `/api/persons/${ana.id}/alternate-email`,
      '/api/visits/current/alternate-email',
      '/api/contacts',
    ])
      expect([401, 404]).toContain(
        (await visitor.ask(method, path, { address: 'otra@correo-ajeno.mx' })).status,
      )
  expect(await contacts()).toEqual(before)
})

inHouse('she asks for more time ten times, and no more', async h => {
  const visitor = h.visitor()
  const { body } = await visitor.identify(await h.person())
  const more = () => visitor.ask('POST', '/api/visits/current/extensions', {})
  for (let time = 0; time < 10; time++) {
    const said = await more()
    expect(said.status).toBe(200)
    expect(Date.parse(said.body.expiresAt)).toBeGreaterThanOrEqual(Date.parse(body.expiresAt))
  }
  expect((await more()).body.code).toBe('no-more-time')
  expect((await visitor.confirm()).body.state).toBe('done')
})

inHouse('a visit that she ends is dead, and a reload shows where it stands', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  const shown = await visitor.identify(ana)
  expect((await visitor.ask('GET', '/api/visits/current')).body).toEqual(shown.body)
  const done = await visitor.confirm()
  const reloaded = await visitor.ask('GET', '/api/visits/current')
  expect(reloaded.body).toEqual({ ...shown.body, result: done.body })
  expect((await visitor.ask('DELETE', '/api/visits/current')).status).toBe(204)
  expect((await visitor.ask('GET', '/api/visits/current')).status).toBe(410)
  expect((await visitor.ask('DELETE', '/api/visits/current')).status).toBe(204)
})
