import { expect } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { sendNotice } from '../../api/accounts/notice.ts'
import { resetPassword } from '../../api/accounts/reset.ts'
import { house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { bookOf, takeUp } from '../movements/books.ts'
import { longAgo, movementsOf } from '../visits/rows.ts'
import { askForOne, choose, everything, holder, look, mailed, staff } from './by-link.ts'

const { inHouse, onPostgres } = house({ institution: 'delivery: enlace', pace: { backoffSeconds: 0 } })
const signsIn = mailServers()
const mine = 'el faro cuenta las olas'

inHouse(
  'a worker without an account gets one that nobody can sign in to, and chooses its password',
  async h => {
    const maria = await h.person()
    const visitor = h.visitor()
    expect((await visitor.identify(maria)).body.act).toBe('create')
    const done = await visitor.confirm()
    expect(done.body).toMatchObject({ act: 'create', state: 'done' })
    const mail = await h.smtp.waitFor(({ to }) => to.includes(maria.alternate))
    expect(mail.subject).toBe('Su cuenta institucional está lista')
    expect(mail.text).not.toContain('Contraseña temporal')
    const { account, link, folio, expires } = mailed(h, maria)[0] as ReturnType<typeof mailed>[number]
    expect(mail.text.split('\n')).toContain(`Enlace: http://localhost:3000/activar#${link}`)
    expect([folio, expires]).toEqual([done.body.folio, expect.stringMatching(/\d{4}, \d{2}:\d{2} h$/)])
    const [entry] = await h.look(`select password, password_until from mailbox where marker =
    (select account_id from holding where person_id = '${maria.id}')`)
    expect(entry).toEqual({ password: null, password_until: null })

    const other = h.visitor()
    const told = await look(other, link)
    expect(told.status).toBe(200)
    expect(told.body).toEqual({ account, purpose: 'password', act: 'create', expiresAt: done.body.expiresAt })
    expect((await choose(other, link, mine)).status).toBe(204)
    expect(await signsIn(h, account, mine)).toBe(true)
    expect((await visitor.changePassword(account, mine, 'ahora otra bien distinta')).status).toBe(204)
  },
)

inHouse(
  'a reset by link changes nothing until she has chosen; only then she is told in her mailbox',
  async h => {
    const ana = await holder(h)
    await longAgo(h, ana)
    const done = await h.visitor().goThrough(ana)
    const { link, folio } = mailed(h, ana).at(-1) ?? { link: '', folio: '' }
    const term = Date.parse(done.body.expiresAt) - Date.parse(done.body.at)
    expect([done.body.folio, Math.round(term / 3_600_000)]).toEqual([folio, 24])
    expect(Date.parse(done.body.againAt) - Date.parse(done.body.at)).toBeLessThan(16 * 60_000)
    expect((await look(h.visitor(), link)).body).toMatchObject({ act: 'reset', account: ana.account })
    expect(await signsIn(h, ana.account, ana.own)).toBe(true)
    const issued = await bookOf(h, ana)
    expect(issued).toMatchObject({ kind: 'link-issue', state: 'done' })
    const noticed = async (id: string) =>
      (await h.look(`select 1 from pgboss.job where name = 'notice' and data->>'id' = '${id}'`)).length
    expect(await noticed(issued.id)).toBe(0)

    expect((await choose(h.visitor(), link, mine)).status).toBe(204)
    const changed = await bookOf(h, ana)
    expect(changed).toMatchObject({ kind: 'password-change', state: 'done' })
    expect(await noticed(changed.id)).toBe(1)
    await sendNotice(h.ctx, changed.id)
    const notice = await h.smtp.waitFor(({ to }) => to.includes(ana.account))
    expect(notice.text).toContain(`folio ${changed.folio}`)
    expect(await signsIn(h, ana.account, mine)).toBe(true)
    expect(await signsIn(h, ana.account, ana.own)).toBe(false)
  },
)

onPostgres(
  'A10 SEC-13 a link works once: used, expired and superseded ones say so with their moment',
  async h => {
    const ana = await holder(h)
    const [first] = mailed(h, ana)
    const visitor = h.visitor()
    const used = await look(visitor, first?.link ?? '')
    expect(used.body).toMatchObject({ status: 410, code: 'used', at: expect.stringMatching(/Z$/) })
    for (let replay = 0; replay < 10; replay++)
      expect((await choose(visitor, first?.link ?? '', mine)).body).toMatchObject({
        code: 'used',
        at: used.body.at,
      })

    await longAgo(h, ana)
    const older = await askForOne(h, ana)
    await longAgo(h, ana)
    const newer = await askForOne(h, ana)
    for (const ask of [look(visitor, older.link), choose(visitor, older.link, mine)])
      expect((await ask).body).toMatchObject({
        status: 410,
        code: 'superseded',
        at: expect.stringMatching(/Z$/),
      })
    await h.look(`update link set expires_at = now() where purpose = 'password' and person_id = '${ana.id}'`)
    for (const ask of [look(visitor, newer.link), choose(visitor, newer.link, mine)])
      expect((await ask).body).toMatchObject({
        status: 410,
        code: 'expired',
        at: expect.stringMatching(/Z$/),
      })
    expect(await signsIn(h, ana.account, ana.own)).toBe(true)
  },
)

onPostgres('a token that nobody knows gets one answer, however it is mangled', async h => {
  const ana = await h.person()
  const { link } = await askForOne(h, ana)
  const mangled = ['', link.slice(1), `${link}x`, link.toLowerCase(), '\0', "' or 1=1 --", 'Ñ'.repeat(500)]
  const said = []
  for (const token of mangled)
    said.push(await look(h.visitor(), token), await choose(h.visitor(), token, mine))
  const bare = said.map(({ status, body }) => ({ status, body: { ...body, reference: '' } }))
  expect(bare[0]).toEqual({
    status: 410,
    body: { code: 'expired', status: 410, title: expect.any(String), reference: '' },
  })
  for (const one of bare) expect(one).toEqual(bare[0])
  expect((await look(h.visitor(), link)).status).toBe(200)
})

onPostgres(
  'SEC-40 guesses at links are counted before they are looked at; a right one is no guess',
  async h => {
    const ana = await h.person()
    const { link } = await askForOne(h, ana)
    const visitor = h.visitor()
    for (let n = 0; n < 12; n++) expect((await look(visitor, link)).status).toBe(200)
    const statuses = []
    for (let n = 0; n < 10; n++) statuses.push((await look(visitor, `guess ${n}`)).status)
    expect(statuses).toEqual([...Array(8).fill(410), 429, 429])
    expect((await choose(visitor, link, mine)).status).toBe(429)
    expect((await choose(h.visitor(), link, mine)).status).toBe(204)
  },
)

onPostgres('neither GET nor HEAD nor a look nor a refused password spends a link', async h => {
  const ana = await h.person()
  const { link, account } = await askForOne(h, ana)
  const visitor = h.visitor()
  const before = await h.look('select * from link order by id')
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    for (const path of ['/activar', '/api/links', '/api/links/password', '/no-fui-yo', '/api/alerts'])
      await visitor.ask(method, path)
  for (const [password, code] of [
    ['corta', 'too-short'],
    ['contraseña1234', 'common'],
    [ana.claim.curp, 'personal'],
    [account, 'personal'],
  ] as const) {
    const said = await choose(visitor, link, password ?? '')
    expect(said.body).toMatchObject({ status: 400, code: 'password-refused' })
    expect(said.body.reasons[0].code).toBe(code)
  }
  expect((await look(visitor, link)).status).toBe(200)
  expect(await h.look('select * from link order by id')).toEqual(before)
  expect((await choose(visitor, link, mine)).status).toBe(204)
})

const between = {
  'is blocked': h => (ana: Ana) => blockAccount(h.ctx, staff, { account: ana.accountId, reason: 'oficio 1' }),
  'is blocked and unblocked': h => async (ana: Ana) => {
    await blockAccount(h.ctx, staff, { account: ana.accountId, reason: 'oficio 1' })
    await unblockAccount(h.ctx, staff, { account: ana.accountId, reason: 'oficio 2' })
  },
  'is closed': h => (ana: Ana) => closeAccount(h.ctx, staff, { account: ana.accountId, reason: 'oficio 1' }),
  'gets a temporary password from staff': h => (ana: Ana) =>
    resetPassword(h.ctx, staff, { account: ana.accountId, person: ana.id }),
  'gets another password of her own': h => async (ana: Ana) => {
    const said = await h.visitor().changePassword(ana.account, ana.own, 'otra que ya tenía pensada')
    expect(said.status).toBe(204)
  },
  'goes to somebody else': h => async (ana: Ana) => {
    const eva = await h.person()
    await h.look(`update holding set "to" = now() where account_id = '${ana.accountId}'`)
    await h.look(`insert into holding (account_id, person_id, "as", kind)
      values ('${ana.accountId}', '${eva.id}', 'holder', 'personal')`)
  },
} satisfies Record<
  string,
  (h: Parameters<Parameters<typeof inHouse>[1]>[0]) => (ana: Ana) => Promise<unknown>
>
type Ana = Person & { account: string; accountId: string; own: string }

for (const [what, act] of Object.entries(between))
  onPostgres(`SEC-41 a link opens nothing once the account ${what}`, async h => {
    const ana = await holder(h)
    await longAgo(h, ana)
    const { link } = await askForOne(h, ana)
    expect((await look(h.visitor(), link)).status).toBe(200)
    await act(h)(ana)
    const [before] = await h.look(`select password, fence from mailbox where marker = '${ana.accountId}'`)
    for (const said of [await look(h.visitor(), link), await choose(h.visitor(), link, mine)])
      expect(said.body).toMatchObject({ status: 410, code: 'expired' })
    expect(await h.look(`select password, fence from mailbox where marker = '${ana.accountId}'`)).toEqual([
      before,
    ])
    expect(await signsIn(h, ana.account, mine)).toBe(false)
  })

onPostgres(
  'SEC-06 one link in 2, 5 and 10 windows at once is one password; the others hear that it was used',
  async h => {
    for (const windows of [2, 5, 10]) {
      const ana = await h.person({ primer_apellido: `Ventana${'abcdefghijk'[windows]}` })
      const { account, link } = await askForOne(h, ana)
      const said = await Promise.all(
        Array.from({ length: windows }, (_, n) =>
          choose(h.visitor(), link, `la ventana que abre el ${n} primero`),
        ),
      )
      const won = said.findIndex(({ status }) => status === 204)
      expect(said.filter(({ status }) => status === 204)).toHaveLength(1)
      for (const other of said.filter((_, n) => n !== won))
        expect(other.body, other.text).toMatchObject({ status: 410, code: 'used' })
      expect(await signsIn(h, account, `la ventana que abre el ${won} primero`)).toBe(true)
      expect((await movementsOf(h, ana)).map(({ kind }) => kind)).toEqual([
        'account-creation',
        'password-change',
      ])
    }
  },
)

onPostgres('a directory that says no leaves the link unspent, and she is told', async h => {
  const ana = await holder(h)
  await longAgo(h, ana)
  const { link } = await askForOne(h, ana)
  await h.look('create sequence refusals')
  await h.look(`create function refuse_once() returns trigger security definer language plpgsql as $$
    begin if nextval('refusals') = 1 then raise exception 'full'; end if; return new; end $$`)
  await h.look(
    'create trigger refuse_once before update on mailbox for each row execute function refuse_once()',
  )
  const said = await choose(h.visitor(), link, mine)
  await h.look('drop function refuse_once cascade')
  await h.look('drop sequence refusals')
  const book = await bookOf(h, ana)
  expect(said.body).toMatchObject({ status: 503, code: 'not-available', folio: book.folio })
  expect(book).toMatchObject({ kind: 'password-change', state: 'failed' })
  expect(await signsIn(h, ana.account, ana.own)).toBe(true)
  expect((await look(h.visitor(), link)).status).toBe(200)
  expect((await choose(h.visitor(), link, mine)).status).toBe(204)
  expect(await signsIn(h, ana.account, mine)).toBe(true)
})

onPostgres('while the directory is away nobody says «used»; once it is back the same link works', async h => {
  const ana = await holder(h)
  await longAgo(h, ana)
  const { link } = await askForOne(h, ana)
  await h.look('alter table mailbox rename to mailbox_away')
  const said = await choose(h.visitor(), link, mine)
  const again = [await look(h.visitor(), link), await choose(h.visitor(), link, mine)]
  await h.look('alter table mailbox_away rename to mailbox')
  const book = await bookOf(h, ana)
  expect(book).toMatchObject({ kind: 'password-change', state: 'applying', problem: 'unexpected' })
  for (const one of [said, ...again])
    expect(one.body).toMatchObject({ status: 503, code: 'not-available', folio: book.folio })
  expect(await takeUp(h, ana)).toMatchObject({ state: 'failed' })
  expect(await signsIn(h, ana.account, ana.own)).toBe(true)
  expect(await signsIn(h, ana.account, mine)).toBe(false)
  expect((await choose(h.visitor(), link, mine)).status).toBe(204)
})

onPostgres('a node dies after her password arrived: it is found there, the link stays used', async h => {
  const ana = await h.person()
  const { account, link } = await askForOne(h, ana)
  expect((await choose(h.visitor(), link, mine)).status).toBe(204)
  const { id } = await bookOf(h, ana)
  await h.look(
    `update movement set state = 'applying', finished_at = null, applied_at = null, lease_until = now() where id = '${id}'`,
  )
  expect(await takeUp(h, ana)).toMatchObject({ kind: 'password-change', state: 'done', attempts: 2 })
  expect((await look(h.visitor(), link)).body.code).toBe('used')
  expect(await signsIn(h, account, mine)).toBe(true)
})

onPostgres(
  'REL-32 a mail cut at the dot is followed by one with another link, and the last one wins',
  async h => {
    const her = await h.person()
    h.smtp.answer(({ to, attempt }) => (to === her.alternate && attempt === 1 ? { cutAtDot: true } : {}))
    const done = await h.visitor().goThrough(her)
    h.smtp.answer()
    expect(done.body.state).toBe('in-progress')
    expect(await takeUp(h, her)).toMatchObject({ kind: 'account-creation', state: 'done', sends: 2 })
    const [first, last] = mailed(h, her)
    expect(first?.folio).toBe(last?.folio)
    expect((await look(h.visitor(), first?.link ?? '')).body.code).toBe('superseded')
    expect((await choose(h.visitor(), first?.link ?? '', mine)).body.code).toBe('superseded')
    expect((await choose(h.visitor(), last?.link ?? '', mine)).status).toBe(204)
    expect(await signsIn(h, last?.account ?? '', mine)).toBe(true)
  },
)

onPostgres(
  'a whole day of somebody who knows her keys costs her no minute: her password signs in all the time',
  async h => {
    const ana = await holder(h)
    await longAgo(h, ana)
    const before = mailed(h, ana).length
    const said = []
    for (let quarter = 0; quarter < 96; quarter++) {
      const attacker = h.visitor()
      const known = await attacker.identify(ana)
      said.push(known.status === 201 ? (await attacker.confirm()).status : known.body.code)
      if (quarter % 8 === 0) expect(await signsIn(h, ana.account, ana.own)).toBe(true)
      await longAgo(h, ana, '15 minutes')
      await h.look('delete from attempt')
    }
    expect(await signsIn(h, ana.account, ana.own)).toBe(true)
    expect(said.filter(one => one === 201).length).toBeGreaterThan(1)
    expect(said.filter(one => one === 'reset-recently').length).toBeGreaterThan(90)
    expect(mailed(h, ana).length - before).toBeLessThanOrEqual(3)
  },
)

onPostgres(
  'SEC-23 SEC-145 no token stands in the database or in its queue, nor after a mail that was cut',
  async h => {
    const ana = await holder(h)
    await longAgo(h, ana)
    h.smtp.answer(({ to }) => (to === ana.alternate ? { cutAtDot: true } : {}))
    await h.visitor().goThrough(ana)
    h.smtp.answer()
    await takeUp(h, ana)
    const secrets = mailed(h, ana).flatMap(({ link, alert }) => [link, alert])
    expect(secrets.length).toBeGreaterThanOrEqual(6)
    const text = await everything(h)
    expect(text).toContain(ana.row.curp)
    for (const secret of secrets) {
      expect(secret).toMatch(/^[\w-]{43}$/)
      expect(text).not.toContain(secret)
    }
  },
)

inHouse(
  'SEC-28 a link that the desk made for her opens her account alone, in whoever’s hands and whatever is added to it',
  async h => {
    const [ana, bea] = [await holder(h), await holder(h, 'otra marea que sube')]
    await longAgo(h, bea)
    const desk = await h.member('operator')
    const done = await desk.ask('POST', `/api/accounts/${ana.accountId}/password-resets`, { reason: 'llamó' })
    expect(done.status, done.text).toBe(201)
    const { link = '' } = mailed(h, ana).at(-1) ?? {}
    const between = h.visitor()
    await between.identify(bea)
    for (const added of [
      { account: bea.account },
      { person: bea.id },
      { movement: done.body.folio },
      { accountId: bea.accountId },
    ])
      expect(
        (await between.ask('POST', '/api/links/password', { token: link, password: mine, ...added })).status,
      ).toBe(400)
    for (const at of [0, 5, link.length - 1]) {
      const edited = link.slice(0, at) + (link[at] === 'a' ? 'b' : 'a') + link.slice(at + 1)
      expect((await choose(between, edited, mine)).status).toBe(410)
    }
    expect([await signsIn(h, ana.account, ana.own), await signsIn(h, bea.account, bea.own)]).toEqual([
      true,
      true,
    ])
    expect((await choose(between, link, mine)).status).toBe(204)
    expect([await signsIn(h, ana.account, mine), await signsIn(h, bea.account, mine)]).toEqual([true, false])
    expect(await signsIn(h, bea.account, bea.own)).toBe(true)
    expect((await between.confirm()).body).toMatchObject({ act: 'reset', state: 'done' })
    expect((await look(h.visitor(), mailed(h, bea).at(-1)?.link ?? '')).body.account).toBe(bea.account)
  },
)
