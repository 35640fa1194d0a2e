import { expect } from 'vitest'
import { addMember } from '../../api/staff/members.ts'
import { setMember } from '../../api/staff/set-member.ts'
import { house } from '../house.ts'
import { codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse, onPostgres } = house()
const system = { as: 'system', channel: 'system' } as const
let logins = 0
const login = () => `alta${++logins}@escritorio.example`
const wish = (other: object = {}) => ({
  login: login(),
  name: 'Nadia Cota',
  roles: ['operator'],
  units: [],
  ...other,
})

inHouse('an administrator gives access, and the newcomer registers her second factor', async h => {
  const admin = await h.member('admin')
  const made = await admin.ask(
    'POST',
    '/api/members',
    wish({ units: ['06dpr0104x', 'municipality: Colima'] }),
  )
  expect(made.status, made.text).toBe(201)
  expect(made.body).toEqual({
    id: expect.any(String),
    login: made.body.login,
    name: 'Nadia Cota',
    roles: ['operator'],
    units: ['centre:06DPR0104X', 'municipality:Colima'],
    source: 'local',
    factors: [],
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    lastSignInAt: null,
    lastSeenAt: null,
    off: false,
    sessions: 0,
    password: expect.any(String),
  })
  const first = await h.visitor().ask('POST', '/api/session', typed(made.body))
  expect(first.body).toMatchObject({ needs: 'enrolment', factors: [] })
  const again = await admin.ask('POST', '/api/members', wish({ login: made.body.login.toUpperCase() }))
  expect([again.status, again.body.code]).toEqual([409, 'member-exists'])
  const auditor = await h.member('auditor')
  const { body: all } = await auditor.ask('GET', '/api/members')
  expect(JSON.stringify(all)).not.toContain(made.body.password)
  expect(all.find(({ id }: { id: string }) => id === admin.id)).toMatchObject({
    factors: ['totp'],
    sessions: 1,
    lastSignInAt: expect.stringMatching(/Z$/),
  })
})

inHouse('what makes no sense is named by its field', async h => {
  const admin = await h.member('admin')
  for (const [other, name, code] of [
    [{ roles: ['jefa'] }, 'roles', 'unknown'],
    [{ roles: ['constructor'] }, 'roles', 'unknown'],
    [{ units: ['Primaria'] }, 'units', 'unknown'],
    [{ units: ['domain:otro.example'] }, 'units', 'unknown'],
    [{ roles: ['director'] }, 'units', 'centre-missing'],
    [{ login: 'sin arroba' }, 'login', 'type'],
    [{ curp: 'XEXX010101HNEXXXA4' }, 'curp', 'unknown'],
  ] as const) {
    const said = await admin.ask('POST', '/api/members', wish(other))
    expect([said.status, said.body.code, said.body.fields], JSON.stringify(other)).toEqual([
      400,
      'malformed',
      [{ name, code }],
    ])
  }
})

inHouse('her person in the padrón is found by her CURP', async h => {
  const [admin, ana] = [await h.member('admin'), await h.person()]
  const made = await admin.ask('POST', '/api/members', wish({ curp: ana.claim.curp?.toLowerCase() }))
  expect(made.status).toBe(201)
  const [row] = await h.look(`select person_id as person from member where id = '${made.body.id}'`)
  expect(row).toEqual({ person: ana.id })
})

inHouse('who loses a role loses what it opened at once; who loses access, everything', async h => {
  const admin = await h.member('admin')
  const nadia = await newcomer(h, { roles: ['auditor', 'operator'], enrolled: true })
  const her = h.visitor()
  await inOneGo(her, nadia)
  expect((await her.ask('GET', '/api/members')).status).toBe(200)
  const set = (other: object) =>
    admin.ask('PUT', `/api/members/${nadia.id}`, {
      ...{ name: 'Nadia Cota', roles: ['operator'], units: [], off: false },
      ...other,
    })
  expect((await set({})).body).toMatchObject({ roles: ['operator'], sessions: 1 })
  expect((await her.ask('GET', '/api/members')).body.code).toBe('not-allowed')
  expect((await her.ask('GET', '/api/session')).body.roles).toEqual(['operator'])
  expect((await set({ off: true })).body).toMatchObject({ off: true, sessions: 0 })
  expect((await her.ask('GET', '/api/session')).status).toBe(401)
  const refused = await h
    .visitor()
    .ask('POST', '/api/session', { ...typed(nadia), code: codeOf(nadia.seed, 1) })
  expect(refused.body.code).toBe('sign-in-refused')
  expect((await set({ off: false })).body).toMatchObject({ off: false })
  expect((await her.ask('GET', '/api/session')).status).toBe(401)
  await inOneGo(h.visitor(), nadia, 1)
  const told = await h.look<{ detail: object }>(
    `select detail from event where kind = 'member-changed' and detail->>'member' = '${nadia.id}' order by id`,
  )
  expect(told[0]?.detail).toMatchObject({
    roles: ['operator'],
    before: { roles: ['auditor', 'operator'], off: false },
  })
  const denied = await h.look(
    `select detail from event where kind = 'denied' and actor = 'member:${nadia.id}'`,
  )
  expect(denied).toEqual([{ detail: { deed: 'member.read', route: 'GET /api/members' } }])
})

inHouse('nobody changes her own access', async h => {
  const admin = await h.member('admin')
  const mine = { name: 'Yo', roles: ['admin', 'operator'], units: [], off: false }
  for (const said of [
    await admin.ask('PUT', `/api/members/${admin.id}`, mine),
    await admin.ask('POST', `/api/members/${admin.id}/renewals`),
  ])
    expect([said.status, said.body.code]).toEqual([403, 'own-account'])
  const unknown = await admin.ask('PUT', `/api/members/${crypto.randomUUID()}`, mine)
  expect(unknown.status).toBe(404)
})

onPostgres('of two administrators who take away each other’s access at once, one is left', async h => {
  await h.look(`update member set off_at = now() where 'admin' = any(roles)`)
  const [one, other] = [await h.member('admin'), await h.member('admin')]
  const off = { name: 'Otra', roles: ['admin'], units: [], off: true }
  // Both were let in already: only their rows can decide.
  const said = await Promise.allSettled([
    setMember(h.ctx, system, one as never, { ...off, id: other.id }),
    setMember(h.ctx, system, other as never, { ...off, id: one.id }),
  ])
  expect(said.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(said.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'not-allowed' } })
  expect(await h.look(`select 1 from member where 'admin' = any(roles) and off_at is null`)).toHaveLength(1)
})

inHouse('SEC-35 a second factor that was renewed counts nowhere any more, from that moment on', async h => {
  const admin = await h.member('admin')
  const nadia = await newcomer(h, { roles: ['operator'], enrolled: true })
  const [one, other] = [h.visitor(), h.visitor()]
  await inOneGo(one, nadia)
  await inOneGo(other, nadia, 1)
  const { body: halfway } = await h.visitor().ask('POST', '/api/session', typed(nadia))
  const renewed = await admin.ask('POST', `/api/members/${nadia.id}/renewals`)
  expect(renewed.status).toBe(201)
  for (const her of [one, other]) {
    expect((await her.ask('GET', '/api/session')).status).toBe(401)
    expect((await her.ask('POST', '/api/session/proof', { code: codeOf(nadia.seed, 2) })).status).toBe(401)
  }
  const late = { challenge: halfway.challenge, code: codeOf(nadia.seed, 2) }
  expect((await h.visitor().ask('POST', '/api/session/second-factor', late)).body.code).toBe(
    'sign-in-expired',
  )
  const old = await h.visitor().ask('POST', '/api/session', typed(nadia))
  expect(old.body.code).toBe('sign-in-refused')
  const anew = { ...nadia, password: renewed.body.password as string }
  const first = await h.visitor().ask('POST', '/api/session', { ...typed(anew), code: codeOf(nadia.seed, 2) })
  expect(first.body).toMatchObject({ needs: 'enrolment', factors: [] })
})

inHouse('SEC-35 a second factor that disappears ends what was opened with it', async h => {
  const nadia = await newcomer(h, { enrolled: true })
  const her = h.visitor()
  await inOneGo(her, nadia)
  const { body: halfway } = await h.visitor().ask('POST', '/api/session', typed(nadia))
  const sealed = await h.look<{ totp: string }>(`select totp from member where id = '${nadia.id}'`)
  await h.look(`update member set totp = null where id = '${nadia.id}'`)
  expect((await her.ask('GET', '/api/session')).status).toBe(401)
  const code = codeOf(nadia.seed, 1)
  const late = { challenge: halfway.challenge, code }
  expect((await h.visitor().ask('POST', '/api/session/second-factor', late)).body.code).toBe('code-wrong')
  // A seed of somebody else's does not open under this name.
  const other = await newcomer(h, { enrolled: true })
  await h.look(`update member set totp = '${sealed[0]?.totp}' where id = '${other.id}'`)
  expect((await h.visitor().ask('POST', '/api/session', { ...typed(other), code })).status).toBe(403)
})

inHouse('an administrator ends the sessions of another', async h => {
  const [admin, nadia] = [await h.member('admin'), await h.member('operator')]
  expect((await admin.ask('DELETE', `/api/members/${nadia.id}/sessions`)).status).toBe(204)
  expect((await nadia.ask('GET', '/api/session')).status).toBe(401)
  expect((await admin.ask('DELETE', `/api/members/${crypto.randomUUID()}/sessions`)).status).toBe(404)
})

inHouse('SEC-118 what changes access asks for a fresh proof', async h => {
  const nadia = await newcomer(h, { roles: ['admin'], enrolled: true })
  const her = h.visitor()
  // One and the same code, also where half a minute ends in between.
  const code = codeOf(nadia.seed)
  expect((await her.ask('POST', '/api/session', { ...typed(nadia), code })).status).toBe(201)
  const asks = [
    () => her.ask('POST', '/api/members', wish()),
    () =>
      her.ask('PUT', `/api/members/${crypto.randomUUID()}`, {
        name: 'X',
        roles: ['operator'],
        units: [],
        off: false,
      }),
    () => her.ask('POST', `/api/members/${crypto.randomUUID()}/renewals`),
  ]
  await h.look(
    `update staff_session set proven_at = now() - interval '10 minutes 1 second' where member_id = '${nadia.id}'`,
  )
  for (const ask of asks) expect((await ask()).body.code).toBe('step-up-required')
  expect((await her.ask('GET', '/api/session')).body.provenUntil).toBeNull()
  const wrong = await her.ask('POST', '/api/session/proof', { code: '000000' })
  expect([wrong.status, wrong.body.code]).toEqual([403, 'code-wrong'])
  const used = await her.ask('POST', '/api/session/proof', { code })
  expect(used.body.code).toBe('code-wrong')
  const options = await her.ask('POST', '/api/session/proof/options')
  expect(options.body).toEqual({ factors: ['totp'] })
  const proven = await her.ask('POST', '/api/session/proof', { code: codeOf(nadia.seed, 1) })
  expect(proven.body.provenUntil, proven.text).toEqual(expect.any(String))
  expect((await Promise.all(asks.map(ask => ask()))).map(({ status }) => status)).toEqual([201, 404, 404])
})

inHouse('a member of staff who holds a role that is no more may do nothing by it', async h => {
  const made = await addMember(h.ctx, system, wish({ enrolled: true }))
  const her = h.visitor()
  await inOneGo(her, { ...made, password: made.password ?? '', seed: made.totpSecret ?? '' })
  await h.look(`update member set roles = '{jefa}' where id = '${made.id}'`)
  expect((await her.ask('GET', '/api/session')).body).toMatchObject({ roles: [], deeds: [] })
})
