import { expect } from 'vitest'
import { sendMemberNotice } from '../../api/staff/notice.ts'
import { allRoutes, filledPath } from '../edge/contracts.ts'
import { type House, house } from '../house.ts'
import type { Visitor } from '../visitor.ts'
import { type Account, codeOf, inOneGo, newcomer, typed } from './desk.ts'

const { inHouse } = house()
const own = 'el volcán duerme de día'
const choose = (door: Visitor, password: string, more: object = {}) =>
  door.ask('POST', '/api/session/password', { password, ...more })

/** In with what somebody else made. */
async function arrived(h: House): Promise<{ her: Account; door: Visitor }> {
  const her = await newcomer(h, { roles: ['supervisor', 'admin'], enrolled: true, given: true })
  const door = h.visitor()
  expect((await inOneGo(door, her)).body.passwordDue).toBe(true)
  return { her, door }
}

inHouse('whoever was given a password chooses her own, and then her work is open to her', async h => {
  const { her, door } = await arrived(h)
  expect((await door.ask('GET', '/api/members')).body.code).toBe('password-due')
  expect((await choose(door, own)).status).toBe(204)
  expect((await door.ask('GET', '/api/session')).body).toMatchObject({ passwordDue: false })
  expect((await door.ask('GET', '/api/members')).status).toBe(200)
  expect((await h.visitor().ask('POST', '/api/session', typed(her))).body.code).toBe('sign-in-refused')
  await inOneGo(h.visitor(), { ...her, password: own }, 1)
  const told = await h.look<{ detail: object }>(
    `select detail from event where kind = 'member-password-changed' and actor = 'member:${her.id}'`,
  )
  expect(told).toEqual([{ detail: { member: her.id, first: true } }])
  expect((await choose(door, 'otra frase distinta')).body.code).toBe('not-verified')
})

inHouse('SEC-27 SEC-118 before that no door of the staff opens but those that lead there', async h => {
  const { door } = await arrived(h)
  const staff = (await allRoutes()).filter(({ may }) => may !== 'anyone' && may !== 'visitor')
  const open = staff.filter(({ beforeOwnPassword }) => beforeOwnPassword)
  expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'GET /api/session',
    'POST /api/session/extensions',
    'POST /api/session/password',
    'POST /api/session/proof',
    'POST /api/session/proof/options',
  ])
  for (const route of staff) {
    if (route.beforeOwnPassword) continue
    const said = await door.ask(route.method, filledPath(route), route.method === 'GET' ? undefined : {})
    expect([said.status, said.body?.code], `${route.method} ${route.path}`).toEqual([403, 'password-due'])
  }
})

inHouse('her own keeps the rules: not the one she was given, not short, not everybody’s', async h => {
  const { her, door } = await arrived(h)
  for (const [password, code] of [
    [her.password, 'same'],
    ['corta', 'too-short'],
    ['contraseña1', 'common'],
    [her.login, 'personal'],
  ] as const) {
    const said = await choose(door, password)
    expect([said.status, said.body.code], password).toEqual([400, 'password-refused'])
    expect(said.body.reasons.map((reason: { code: string }) => reason.code)).toContain(code)
  }
  const [row] = await h.look(`select password_given as given from member where id = '${her.id}'`)
  expect(row).toEqual({ given: true })
})

inHouse('a renewed access asks for it again, and a second browser waits for it too', async h => {
  const admin = await h.member('admin')
  const nadia = await newcomer(h, { enrolled: true })
  const { body } = await admin.ask('POST', `/api/members/${nadia.id}/renewals`)
  const anew = { ...nadia, password: body.password as string }
  const door = h.visitor()
  const { challenge } = (await door.ask('POST', '/api/session', typed(anew))).body
  const offer = await door.ask('POST', '/api/session/factor-options', { challenge, factor: 'totp' })
  const seed = offer.body.secret as string
  const said = await door.ask('POST', '/api/session/enrolment', { challenge, code: codeOf(seed) })
  expect(said.body.session.passwordDue, said.text).toBe(true)
  const second = h.visitor()
  expect((await inOneGo(second, { ...anew, seed }, 1)).body.passwordDue).toBe(true)
  expect((await choose(door, own)).status).toBe(204)
  // What was opened with the password of before is over.
  expect((await second.ask('GET', '/api/session')).status).toBe(401)
})

inHouse('a given password that was used but never replaced is good for a week alone', async h => {
  const { her } = await arrived(h)
  await h.look(`update member set password_at = now() - interval '8 days' where id = '${her.id}'`)
  const late = { ...typed(her), code: codeOf(her.seed, 1) }
  expect((await h.visitor().ask('POST', '/api/session', late)).body.code).toBe('sign-in-refused')
})

inHouse('she is told by mail that her access changed, without what it changed to', async h => {
  const her = await newcomer(h)
  for (const what of ['password', 'factor-added', 'factor-removed', 'codes', 'renewed'])
    await sendMemberNotice(h.ctx, `${what} ${her.id} ${Date.UTC(2026, 10, 20, 18)}`)
  const mails = h.smtp.mails.filter(({ to }) => to.includes(her.login))
  expect(mails).toHaveLength(5)
  for (const { subject, text = '' } of mails) {
    expect(subject).toBe('Cambió su acceso para atender cuentas')
    expect(text).toContain(`Acceso: ${her.login}`)
    expect(text).not.toContain(her.password)
  }
  await sendMemberNotice(h.ctx, `password ${crypto.randomUUID()} 0`)
  await sendMemberNotice(h.ctx, `otra-cosa ${her.id} 0`)
  expect(h.smtp.mails.filter(({ to }) => to.includes(her.login))).toHaveLength(5)
})
