import { describe, expect } from 'vitest'
import { type House, house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { movementsOf } from '../visits/rows.ts'
import { bookOf, mailsTo, takeUp, told } from './books.ts'

const { inHouse } = house({ institution: 'limits: { resets: [[100, 1h]], mailsPerAddress: [[100, 1h]] }' })
const signsIn = mailServers()
const note = 'se habló con ella'
const settle = (who: Awaited<ReturnType<House['member']>>, folio: string, how: string, more = {}) =>
  who.ask('POST', `/api/movements/${folio}/settlements`, { how, note, ...more })

/** Her first mail was refused for good. */
async function refused(h: House): Promise<{ her: Person; folio: string }> {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '550 5.1.1 No such user' } : {}))
  await h.visitor().goThrough(her)
  h.smtp.answer()
  await expect.poll(async () => (await bookOf(h, her)).state, { timeout: 20_000 }).toBe('needs-attention')
  return { her, folio: (await bookOf(h, her)).folio }
}

/** She gives another address at the counter. */
const newAddress = (h: House, her: Person, address: string) =>
  h.look(
    `insert into contact (person_id, address, origin, verified_at) values ('${her.id}', '${address}', 'member:1', now())`,
  )

inHouse('tried again it is done: one event with who and why, a new secret, and nothing twice', async h => {
  const desk = await h.member('operator')
  const { her, folio } = await refused(h)
  const vain = await settle(desk, folio, 'retry')
  expect([vain.status, vain.body.code]).toEqual([409, 'nothing-to-settle'])
  await newAddress(h, her, `otra-${her.alternate}`)
  const [one, two] = await Promise.all([settle(desk, folio, 'retry'), settle(desk, folio, 'retry')])
  expect([one?.status, two?.status].sort()).toEqual([200, 409])
  await takeUp(h, her)
  const book = await bookOf(h, her)
  expect(book).toMatchObject({ folio, state: 'done', problem: null, delivery_state: 'sent' })
  const [mail] = h.smtp.mails.filter(({ to }) => to.includes(`otra-${her.alternate}`))
  expect(mail?.text).toContain(`Folio: ${folio}`)
  const again = (await told(h, book)).slice((await told(h, book)).indexOf('needs-attention'))
  expect(again).toEqual(['needs-attention', 'applying', 'delivering', 'done'])
  const [event] = await h.look<{ actor: string; detail: object }>(
    `select actor, detail from event where movement_id = '${book.id}' and detail ->> 'why' = 'retry'`,
  )
  expect(event).toMatchObject({ actor: `member:${desk.id}`, detail: { note, problem: 'mail-refused' } })
  expect((await movementsOf(h, her)).length).toBe(1)
})

inHouse(
  'what something newer has overtaken is not tried again, and what is over asks for nothing',
  async h => {
    const desk = await h.member('operator')
    const { her, folio } = await refused(h)
    await newAddress(h, her, `otra-${her.alternate}`)
    await h.visitor().goThrough(her)
    for (const how of ['retry', 'done', 'not-done'])
      expect((await settle(desk, folio, how)).body.code).toBe('nothing-to-settle')
    const { folio: newer } = await bookOf(h, her)
    for (const how of ['retry', 'done', 'not-done', 'attended'])
      expect((await settle(desk, newer, how)).body.code, how).toBe('nothing-to-settle')
  },
)

inHouse('somebody saw to it outside: it keeps its state, leaves the list, and says who', async h => {
  const desk = await h.member('operator')
  const { her, folio } = await refused(h)
  const listed = async () =>
    (await desk.ask('GET', '/api/desk')).body.attention.map((one: { folio: string }) => one.folio)
  expect(await listed()).toContain(folio)
  expect((await settle(desk, folio, 'attended')).body).toMatchObject({ state: 'needs-attention' })
  expect(await listed()).not.toContain(folio)
  expect((await settle(desk, folio, 'attended')).body.code).toBe('nothing-to-settle')
  expect((await told(h, await bookOf(h, her))).at(-1)).toBe('attended')
  const { body } = await desk.ask('GET', `/api/movements/${folio}`)
  expect(body.attendedAt).not.toBeNull()
  expect(body.acts).not.toContain('attended')
  const found = await desk.ask('GET', `/api/movements?state=needs-attention&person=${her.id}`)
  expect(found.body.count).toBe(1)
})

inHouse('SEC-35 nobody settles or sends again what is about her own account', async h => {
  const { her, folio } = await refused(h)
  await newAddress(h, her, `otra-${her.alternate}`)
  const herself = await h.member('supervisor', { person: her.id })
  for (const how of ['retry', 'attended', 'done', 'not-done']) {
    const said = await settle(herself, folio, how)
    expect([said.status, said.body.code]).toEqual([403, 'own-account'])
  }
  const said = await herself.ask('POST', `/api/movements/${folio}/resends`, {})
  expect([said.status, said.body.code]).toEqual([403, 'own-account'])
  expect(await bookOf(h, her)).toMatchObject({ folio, state: 'needs-attention' })
})

inHouse('whoever only looks settles nothing and sends nothing', async h => {
  const { folio } = await refused(h)
  for (const role of ['helpdesk', 'auditor', 'admin'] as const) {
    const who = await h.member(role)
    expect((await settle(who, folio, 'attended')).status, role).toBe(403)
    expect((await who.ask('POST', `/api/movements/${folio}/resends`, {})).status, role).toBe(403)
  }
})

describe('«Reenviar»', () => {
  inHouse(
    'a mail that was refused goes to the address of today with a new secret, and the old act asks for nobody any more',
    async h => {
      const desk = await h.member('operator')
      const { her, folio } = await refused(h)
      const none = await desk.ask('POST', `/api/movements/${folio}/resends`, {})
      expect([none.status, none.body.code]).toEqual([409, 'no-alternate-email'])
      const address = `otra-${her.alternate}`
      await newAddress(h, her, address)
      const said = await desk.ask('POST', `/api/movements/${folio}/resends`, { reason: 'dio otro correo' })
      expect(said.status, said.text).toBe(201)
      expect(said.body).toMatchObject({
        kind: 'password-reset',
        state: 'done',
        reason: `Reenvío de ${folio}: dio otro correo`,
        actor: `member:${desk.id}`,
        delivery: { state: 'sent' },
      })
      expect(said.body.folio).not.toBe(folio)
      const old = await desk.ask('GET', `/api/movements/${folio}`)
      expect(old.body.story.at(-1)).toMatchObject({
        event: 'movement-attended',
        detail: { by: said.body.folio },
      })
      expect(
        (await desk.ask('GET', '/api/desk')).body.attention.map((one: { folio: string }) => one.folio),
      ).not.toContain(folio)
    },
  )

  inHouse('what she doubts has arrived: the password of before dies, the new one signs in', async h => {
    const desk = await h.member('operator')
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { folio } = await bookOf(h, her)
    expect((await desk.ask('POST', `/api/movements/${folio}/resends`, {})).status).toBe(201)
    const [before, after] = mailsTo(h, her)
    expect(after?.password).not.toBe(before?.password)
    expect(await signsIn(h, before?.account ?? '', before?.password ?? '')).toBe(false)
    expect(await signsIn(h, after?.account ?? '', after?.password ?? '')).toBe(true)
  })

  inHouse(
    'what was no mail is not sent again, nor for an account that is blocked or somebody else’s by now',
    async h => {
      const desk = await h.member('operator')
      const her = await h.person()
      await h.visitor().goThrough(her)
      const { folio, account_id: account } = await bookOf(h, her)
      const code = async () => (await desk.ask('POST', `/api/movements/${folio}/resends`, {})).body.code
      await h.look(`update account set state = 'blocked' where id = '${account}'`)
      expect(await code()).toBe('account-blocked')
      await h.look(`update account set state = 'closed' where id = '${account}'`)
      expect(await code()).toBe('nothing-to-resend')
      await h.look(`update account set state = 'active' where id = '${account}'`)
      await h.look(`update movement set delivery_state = null where folio = '${folio}'`)
      expect(await code()).toBe('nothing-to-resend')
      await h.look(`update movement set delivery_state = 'sent' where folio = '${folio}'`)
      await h.look(`update holding set "to" = now() where account_id = '${account}'`)
      expect(await code()).toBe('nothing-to-resend')
      expect((await movementsOf(h, her)).length).toBe(1)
    },
  )
})

const byHand = house({
  institution: `
providers:
  buzones: { type: sql }
  consola: { type: manual, instructions: "En la consola: {act} {address} ({name})." }
accounts:
${['personal', 'workCentre', 'service', 'function'].map(kind => `  ${kind}: { provider: [buzones, consola] }`).join('\n')}
`,
})

byHand.inHouse(
  'what a person did by hand is said at the desk; what she could not do is asked for once more',
  async h => {
    const desk = await h.member('operator')
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { folio } = await bookOf(h, her)
    const { body } = await desk.ask('GET', `/api/movements/${folio}`)
    expect(body.tasks).toMatchObject([
      { provider: 'consola', state: 'asked', task: expect.stringContaining('crear la cuenta') },
    ])
    expect(body.acts).toEqual(['done-by-hand', 'not-done-by-hand'])
    expect((await settle(desk, folio, 'not-done')).status).toBe(200)
    expect(await takeUp(h, her)).toMatchObject({ state: 'needs-attention', problem: 'not-done-by-hand' })
    expect((await settle(desk, folio, 'retry')).status).toBe(200)
    expect(await takeUp(h, her)).toMatchObject({ state: 'applying', problem: 'waiting' })
    expect((await settle(desk, folio, 'done', { provider: 'consola' })).status).toBe(200)
    expect(await takeUp(h, her)).toMatchObject({ folio, state: 'done', problem: null })
    // Her password went out once: only the other system was still to follow.
    expect(mailsTo(h, her)).toHaveLength(1)
  },
)
