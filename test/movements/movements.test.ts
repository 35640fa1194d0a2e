import { expect } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { resetPassword } from '../../api/accounts/reset.ts'
import { event, eventSeal } from '../../api/db/schema.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { house } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { credentialsIn } from '../visitor.ts'
import { bookOf, mailsTo, takeUp, told } from './books.ts'

const { inHouse, onPostgres } = house({ pace: { attempts: 3, patienceSeconds: 5 } })
const signsIn = mailServers()
const staff: Actor = { as: 'member:1', channel: 'staff' }

inHouse('every change of state leaves one event, in order, and the books say who did what', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const book = await bookOf(h, her)
  expect(book).toMatchObject({ kind: 'account-creation', state: 'done', attempts: 1, sends: 1 })
  expect(book).toMatchObject({
    delivery_state: 'sent',
    delivery_smtp: expect.stringMatching(/^250/),
    problem: null,
  })
  expect(book.delivery_to).not.toContain(her.alternate)
  expect(await told(h, book)).toEqual(['intended', 'applying', 'delivering', 'done'])
  const [step] = await h.look(`select * from movement_step where movement_id = '${book.id}'`)
  expect(step).toMatchObject({ state: 'applied', attempt: 1, outcome: 'created' })
})

inHouse('INV-02 the intent stands in the books before the directory is touched', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcptDelayMs: 300 } : {}))
  const visitor = h.visitor()
  await visitor.identify(her)
  const confirming = visitor.confirm()
  await expect
    .poll(() => h.smtp.recipients.includes(her.alternate), { timeout: 10_000, interval: 20 })
    .toBe(true)
  const [order] = await h.look<{ first: boolean }>(`select m.intended_at < b.changed_at as first
    from movement m join mailbox b on b.marker = m.account_id where m.person_id = '${her.id}'`)
  expect(order?.first).toBe(true)
  expect((await confirming).status).toBe(201)
  h.smtp.answer()
})

inHouse(
  'SEC-141 an event is never changed or removed, by the service or by the owner of the tables',
  async h => {
    const { db } = h.ctx
    await expect(db.update(event).set({ kind: 'otra cosa' })).rejects.toThrow()
    await expect(db.delete(event)).rejects.toThrow()
    await expect(db.update(eventSeal).set({ digest: '' })).rejects.toThrow()
    await expect(db.delete(eventSeal)).rejects.toThrow()
    for (const change of ['update event set kind = kind', 'delete from event', 'truncate event cascade'])
      await expect(h.look(change)).rejects.toThrow(/append-only/)
  },
)

inHouse('one account has one live movement: the next one hears which', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '450 4.2.1 Busy' } : {}))
  await h.visitor().goThrough(her)
  const { folio, account_id: account } = await bookOf(h, her)
  const second = blockAccount(h.ctx, staff, { account, reason: 'oficio 1' })
  await expect(second).rejects.toMatchObject({ code: 'in-progress', more: { folio } })
  h.smtp.answer()
  expect((await takeUp(h, her)).state).toBe('done')
  expect((await blockAccount(h.ctx, staff, { account, reason: 'oficio 1' })).state).toBe('done')
})

inHouse(
  'while the mail server is out of reach nothing changes in the directory, later all is done',
  async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const [first] = mailsTo(h, her)
    const { account_id: account } = await bookOf(h, her)
    await h.smtp.down()
    // A mail taken over a moment ago still speaks for the server: the first who fails finds out.
    const other = await h.person()
    await h.visitor().goThrough(other)
    await resetPassword(h.ctx, staff, { account, person: her.id })
    expect(await bookOf(h, her)).toMatchObject({
      state: 'intended',
      problem: 'mail-unreachable',
      applied_at: null,
    })
    expect(await signsIn(h, first?.account ?? '', first?.password ?? '')).toBe(true)
    await h.smtp.up()
    await new Promise(done => setTimeout(done, 1100)) // the answer «out of reach» stands for a second
    expect(await takeUp(h, her)).toMatchObject({ kind: 'password-reset', state: 'done', sends: 1 })
    expect(await takeUp(h, other)).toMatchObject({ kind: 'account-creation', state: 'done' })
    const last = mailsTo(h, her).at(-1)
    expect(await signsIn(h, last?.account ?? '', last?.password ?? '')).toBe(true)
    expect(await signsIn(h, first?.account ?? '', first?.password ?? '')).toBe(false)
  },
)

inHouse(
  'REL-30 a mail server that says «later» gets the next mail with a new password, and one password works',
  async h => {
    for (const reply of ['450 4.7.1 Greylisted', '451 4.3.0 Local error', '421 4.7.0 Try again']) {
      const her = await h.person()
      h.smtp.answer(({ to, attempt }) => (to === her.alternate && attempt === 1 ? { data: reply } : {}))
      await h.visitor().goThrough(her)
      expect(await bookOf(h, her)).toMatchObject({ state: 'delivering', problem: 'mail-not-accepted' })
      expect((await bookOf(h, her)).delivery_smtp).toBe(reply.slice(0, 9))
      expect(await takeUp(h, her)).toMatchObject({ state: 'done', attempts: 2, sends: 2 })
      const [only, ...others] = mailsTo(h, her)
      expect(others).toEqual([])
      expect(await signsIn(h, only?.account ?? '', only?.password ?? '')).toBe(true)
    }
    h.smtp.answer()
  },
)

inHouse('a greylist is given its minute', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '450 4.7.1 Greylisted' } : {}))
  await h.visitor().goThrough(her)
  h.smtp.answer()
  const [wait] = await h.look<{ seconds: number }>(
    `select round(extract(epoch from next_at - now()))::int as seconds from movement where person_id = '${her.id}'`,
  )
  expect(wait?.seconds).toBeGreaterThan(50)
})

inHouse(
  'REL-31 an address that refuses for good needs a person: the code stands in the books, the contact is marked',
  async h => {
    const her = await h.person()
    h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '550 5.1.1 No such user' } : {}))
    const visitor = h.visitor()
    expect((await visitor.goThrough(her)).body).toMatchObject({ state: 'in-progress' })
    h.smtp.answer()
    const book = await bookOf(h, her)
    expect(book).toMatchObject({
      state: 'needs-attention',
      problem: 'mail-refused',
      delivery_smtp: '550 5.1.1',
    })
    expect(book).toMatchObject({ delivery_state: 'refused', finished_at: expect.any(Date) })
    expect(await told(h, book)).toEqual(['intended', 'applying', 'delivering', 'needs-attention'])
    const [contact] = await h.look(`select bounced_at from contact where person_id = '${her.id}'`)
    expect(contact?.bounced_at).toBeInstanceOf(Date)
    expect((await h.visitor().identify(her)).body.code).toBe('no-alternate-email')
  },
)

inHouse(
  'REL-32 a connection cut at the dot: a second mail with another password, and the last one wins',
  async h => {
    const her = await h.person()
    h.smtp.answer(({ to, attempt }) => (to === her.alternate && attempt === 1 ? { cutAtDot: true } : {}))
    await h.visitor().goThrough(her)
    h.smtp.answer()
    expect(await takeUp(h, her)).toMatchObject({ state: 'done', sends: 2 })
    const [first, last] = mailsTo(h, her)
    expect(first?.folio).toBe(last?.folio)
    expect(first?.password).not.toBe(last?.password)
    expect(await signsIn(h, last?.account ?? '', last?.password ?? '')).toBe(true)
    expect(await signsIn(h, first?.account ?? '', first?.password ?? '')).toBe(false)
  },
)

inHouse('after so many tries a person must look at it, and the machine leaves it alone', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '451 4.3.0 Local error' } : {}))
  await h.visitor().goThrough(her)
  expect((await takeUp(h, her)).state).toBe('delivering')
  const book = await takeUp(h, her)
  expect(book).toMatchObject({ state: 'needs-attention', attempts: 3, problem: 'mail-not-accepted' })
  h.smtp.answer()
  expect(await takeUp(h, her)).toEqual(book)
})

inHouse('a movement that is a day old needs a person, by the clock of the database', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '451 4.3.0 Local error' } : {}))
  await h.visitor().goThrough(her)
  await h.look(`update movement set intended_at = now() - interval '25 hours' where person_id = '${her.id}'`)
  expect(await takeUp(h, her)).toMatchObject({ state: 'needs-attention', attempts: 2 })
  h.smtp.answer()
})

inHouse('one that took its process with it every time is not tried for ever', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '451 4.3.0 Local error' } : {}))
  await h.visitor().goThrough(her)
  h.smtp.answer()
  // As three crashes leave it: leased three times, and nobody wrote what became of it.
  await h.look(`update movement set attempts = 3, problem = null where person_id = '${her.id}'`)
  expect(await takeUp(h, her)).toMatchObject({ state: 'needs-attention', problem: 'interrupted' })
})

inHouse('whom nobody can tell her new password keeps the one that she has', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const [mail] = mailsTo(h, her)
  const { account_id: account } = await bookOf(h, her)
  await h.look(`update contact set bounced_at = now() where person_id = '${her.id}'`)
  await resetPassword(h.ctx, staff, { account, person: her.id })
  expect(await bookOf(h, her)).toMatchObject({ state: 'needs-attention', problem: 'no-alternate-email' })
  expect(await signsIn(h, mail?.account ?? '', mail?.password ?? '')).toBe(true)
})

inHouse('an entry that is gone from the directory needs a person at once', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const { account_id: account } = await bookOf(h, her)
  await h.look(`delete from mailbox where marker = '${account}'`)
  await resetPassword(h.ctx, staff, { account, person: her.id })
  expect(await bookOf(h, her)).toMatchObject({ state: 'needs-attention', problem: 'gone', attempts: 1 })
})

inHouse(
  'an address that somebody else has in the directory is left to her, and a new account takes the next one',
  async h => {
    const names = { nombre: 'Citlali', primer_apellido: 'Xochimitl', segundo_apellido: 'Tepetl' }
    await h.look(`insert into mailbox (local, domain, display_name, quota_mb, marker, fence)
    values ('citlali.xochimitl', 'colima.example', 'Otra persona', 1, gen_random_uuid(), 1)`)
    const her = await h.person(names)
    await h.visitor().goThrough(her)
    const book = await takeUp(h, her)
    expect(book).toMatchObject({ state: 'done', problem: null })
    const [mail] = mailsTo(h, her)
    expect(mail?.account).not.toBe('citlali.xochimitl@colima.example')
    expect(await signsIn(h, mail?.account ?? '', mail?.password ?? '')).toBe(true)
    const [address] = await h.look(`select role, account_id from address where local = 'citlali.xochimitl'`)
    expect(address).toEqual({ role: 'foreign', account_id: null })
  },
)

inHouse('the holder is told in her institutional mailbox, once a slow mail server takes it', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const [mail] = mailsTo(h, her)
  const account = mail?.account ?? ''
  expect((await h.visitor().changePassword(account, mail?.password ?? '', 'la laguna de noche')).status).toBe(
    204,
  )
  const { sendNotice } = await import('../../api/accounts/notice.ts')
  const { id } = await bookOf(h, her)
  h.smtp.answer(({ to }) => (to === account ? { rcpt: '450 4.7.1 Greylisted' } : {}))
  await expect(sendNotice(h.ctx, id)).rejects.toThrow('450')
  h.smtp.answer()
  await sendNotice(h.ctx, id)
  const notice = await h.smtp.waitFor(({ to }) => to.includes(account))
  expect(credentialsIn(notice.text).password).toBe('')
  const [queue] = await h.look<{ retry_limit: number }>(
    `select retry_limit from pgboss.queue where name = 'notice'`,
  )
  expect(queue?.retry_limit).toBeGreaterThan(20)
})

onPostgres(
  'INV-03 eight movements asked for at once on one account: one is done, the others hear «in progress»',
  async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { account_id: account } = await bookOf(h, her)
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => resetPassword(h.ctx, staff, { account, person: her.id })),
    )
    const refused = all.filter(end => end.status === 'rejected')
    expect(refused.every(({ reason }) => reason.code === 'in-progress')).toBe(true)
    const resets = await h.look(
      `select state from movement where account_id = '${account}' and kind = 'password-reset'`,
    )
    expect(resets.length).toBe(8 - refused.length)
    expect(new Set(resets.map(({ state }) => state))).toEqual(new Set(['done']))
  },
)
