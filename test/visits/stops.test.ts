import { expect } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { definitions } from '../../api/jobs.ts'
import { resume } from '../../api/movements/resume.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { longAgo, movementsOf } from './rows.ts'

const { inHouse } = house()
const staff = { as: 'member:1', channel: 'staff' } as const

/** A new load of her employer's padrón, where something about her is different. */
const loadAgain = (h: House, person: Person, other: Record<string, string>) =>
  h.load('workers', [{ ...person.row, ...other }])

/** Takes up again what waits, as the queue would. */
async function goOn(h: House, id: string) {
  await h.look(`update movement set next_at = now(), lease_until = null where id = '${id}'`)
  await resume(h.ctx, definitions, id)
}

const open = async (h: House, person: Person) => {
  await h.visitor().goThrough(person)
  await longAgo(h, person)
  const [made] = await movementsOf(h, person)
  return made?.account ?? ''
}

inHouse('whoever has no alternate address is told where to go, and nothing is made', async h => {
  const ana = await h.person({ correo_alterno: '' })
  const said = await h.visitor().identify(ana)
  expect(said.body).toMatchObject({ status: 409, code: 'no-alternate-email', directions: expect.any(String) })
  expect(said.body.directions).toBe(h.ctx.institution.directions['no-alternate-email'])
  expect(await movementsOf(h, ana)).toEqual([])
})

inHouse('a blocked account stops her before and after the proof, and never her data', async h => {
  const ana = await h.person()
  const account = await open(h, ana)
  const visitor = h.visitor()
  await visitor.identify(ana)
  await blockAccount(h.ctx, staff, { account, reason: 'oficio 12' })
  expect((await visitor.confirm()).body).toMatchObject({ status: 409, code: 'account-blocked' })
  const said = await visitor.identify(ana)
  expect(said.body).toMatchObject({
    code: 'account-blocked',
    directions: expect.stringContaining('Subjefatura'),
  })
  await unblockAccount(h.ctx, staff, { account, reason: 'oficio 13' })
  expect((await h.visitor().goThrough(ana)).body.state).toBe('done')
})

inHouse('a confirmation is void once anything else was done to the account', async h => {
  const ana = await h.person()
  const account = await open(h, ana)
  const visitor = h.visitor()
  await visitor.identify(ana)
  await blockAccount(h.ctx, staff, { account, reason: 'oficio 12' })
  await unblockAccount(h.ctx, staff, { account, reason: 'oficio 13' })
  expect((await visitor.confirm()).body).toMatchObject({ status: 410, code: 'visit-expired' })
  expect((await movementsOf(h, ana)).map(({ kind }) => kind)).toEqual(['account-creation'])
})

inHouse('an alternate address that changed pauses self-service; a first one does not', async h => {
  const [ana, eva] = (await h.people(2, n => ({ correo_alterno: n === 1 ? '' : 'ana@correo-libre.mx' }))) as [
    Person,
    Person,
  ]
  const visitor = h.visitor()
  await visitor.identify(ana)
  await loadAgain(h, ana, { correo_alterno: 'otra.ana@correo-libre.mx' })
  const paused = { status: 409, code: 'self-service-paused', until: expect.any(String) }
  expect((await visitor.confirm()).body).toMatchObject(paused)
  const said = await h.visitor().identify(ana)
  expect(said.body).toMatchObject(paused)
  expect(Date.parse(said.body.until)).toBeGreaterThan(Date.now() + 71 * 3_600_000)
  await h.look(`update contact set cooling_until = now() where person_id = '${ana.id}'`)
  expect((await h.visitor().goThrough(ana)).body.deliveredTo).toBe('otr***@c***.mx')
  await loadAgain(h, eva, { correo_alterno: 'eva@correo-libre.mx' })
  expect((await h.visitor().goThrough(eva)).body.state).toBe('done')
})

inHouse('a pause that only staff can lift stops her too', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  await h.look(`update person set paused_until = 'infinity' where id = '${ana.id}'`)
  expect((await visitor.confirm()).body).toMatchObject({ status: 409, code: 'self-service-paused' })
  expect((await h.visitor().identify(ana)).body.code).toBe('self-service-paused')
  await h.look(`update person set paused_until = null where id = '${ana.id}'`)
  expect((await visitor.confirm()).body.state).toBe('done')
})

inHouse('a reset a moment ago is told with its time, the next one and the masked address', async h => {
  const ana = await h.person()
  await h.visitor().goThrough(ana)
  const { body } = await h.visitor().identify(ana)
  expect(body).toMatchObject({ status: 409, code: 'reset-recently', alternateEmail: 'per***@c***.mx' })
  expect(Date.parse(body.againAt) - Date.parse(body.at)).toBe(15 * 60_000)
})

inHouse(
  'SEC-63: one in 15 minutes, three in a day, five in 30 days; the wait told is the whole wait',
  async h => {
    const ana = await h.person()
    const waits = async () => {
      const { body } = await h.visitor().identify(ana)
      return body.code === 'reset-recently'
        ? Math.round((Date.parse(body.againAt) - Date.parse(body.at)) / 60_000)
        : body.act
    }
    const reset = () => h.visitor().goThrough(ana)
    for (let handed = 1; handed <= 3; handed++) {
      await reset()
      if (handed < 3) await longAgo(h, ana, '16 minutes')
    }
    expect(await waits()).toBe(24 * 60 - 32)
    await longAgo(h, ana, '16 minutes')
    expect(await waits()).toBe(24 * 60 - 32)
    for (const ago of ['25 hours', '16 minutes']) {
      await longAgo(h, ana, ago)
      await h.look(`delete from attempt`)
      expect(await waits()).toBe('reset')
      await reset()
    }
    await longAgo(h, ana, '25 hours')
    expect(await waits()).toBeGreaterThan(24 * 60)
    await longAgo(h, ana, '30 days')
    expect(await waits()).toBe('reset')
  },
)

inHouse('what is still going on is told with its folio, and goes on by itself', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  const second = h.visitor()
  await second.identify(ana)
  await h.smtp.down()
  const late = await visitor.confirm()
  expect(late.body).toMatchObject({ act: 'create', state: 'in-progress', deliveredTo: 'per***@c***.mx' })
  const live = { status: 409, code: 'in-progress', folio: late.body.folio }
  expect((await h.visitor().identify(ana)).body).toMatchObject({ ...live, alternateEmail: 'per***@c***.mx' })
  expect((await second.confirm()).body).toMatchObject(live)
  expect((await visitor.confirm()).body.folio).toBe(late.body.folio)
  await h.smtp.up()
  const [row] = await movementsOf(h, ana)
  await goOn(h, row?.id ?? '')
  const done = await visitor.confirm()
  expect(done.body).toMatchObject({ state: 'done', folio: late.body.folio })
  expect(Object.keys(done.body).sort()).toEqual(Object.keys(late.body).sort())
})

inHouse('an account that never came to be wants a person, and nobody makes it twice', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  await h.smtp.down()
  await visitor.confirm()
  await h.smtp.up()
  await h.look(
    `update movement set state = 'needs-attention', finished_at = now(), lease_until = null where person_id = '${ana.id}'`,
  )
  const [row] = await movementsOf(h, ana)
  await h.look(`update account set state = 'pending' where id = '${row?.account}'`)
  expect((await h.visitor().identify(ana)).body).toMatchObject({
    status: 409,
    code: 'needs-review',
    directions: expect.any(String),
  })
  expect(await movementsOf(h, ana)).toHaveLength(1)
})

inHouse('a mailbox that refuses for good is marked, and a new one lets her reset', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  h.smtp.answer(({ to }) => (to === ana.alternate ? { rcpt: '550 5.1.1 No such mailbox' } : {}))
  const late = await visitor.confirm()
  expect(late.body.state).toBe('in-progress')
  expect(await movementsOf(h, ana)).toMatchObject([{ state: 'needs-attention' }])
  expect((await h.visitor().identify(ana)).body.code).toBe('no-alternate-email')
  h.smtp.answer()
  await loadAgain(h, ana, { correo_alterno: 'buena@correo-libre.mx' })
  expect((await h.visitor().identify(ana)).body.code).toBe('self-service-paused')
  await h.look(`update contact set cooling_until = now() where person_id = '${ana.id}'`)
  const again = h.visitor()
  expect((await again.identify(ana)).body.act).toBe('reset')
  expect((await again.confirm()).body).toMatchObject({ act: 'reset', state: 'done' })
  const mail = await h.smtp.waitFor(({ to }) => to.includes('buena@correo-libre.mx'))
  const { account, password } = credentialsIn(mail.text)
  expect((await again.changePassword(account, password, 'ya tengo mi cuenta nueva')).status).toBe(204)
})

inHouse('a post that ended while she read ends her visit, and a claim after it is not verified', async h => {
  const ana = await h.person()
  const visitor = h.visitor()
  await visitor.identify(ana)
  await h.look(`update affiliation set status = 'inactive', "to" = now() where person_id = '${ana.id}'`)
  expect((await visitor.confirm()).status).toBe(410)
  expect((await h.visitor().identify(ana)).body.code).toBe('not-verified')
  expect(await movementsOf(h, ana)).toEqual([])
})

inHouse('a corrected CURP answers, the former one is unknown', async h => {
  const ana = await h.person()
  const spare = await h.person()
  const account = await open(h, ana)
  await h.look(`delete from contact where person_id = '${spare.id}'`)
  await h.look(`delete from affiliation where person_id = '${spare.id}'`)
  await h.look(`delete from person_identifier where person_id = '${spare.id}'`)
  await loadAgain(h, ana, { curp: spare.row.curp ?? '' })
  const former = await h.visitor().identify(ana)
  const nobody = await h.visitor().identify({ ...ana, claim: { ...ana.claim, curp: 'IAQX850214MCMBZM78' } })
  const same = (body: object) => ({ ...body, reference: '' })
  expect(former.status).toBe(403)
  expect(same(former.body)).toEqual(same(nobody.body))
  const claim = { ...ana.claim, curp: spare.claim.curp ?? '' }
  const visitor = h.visitor()
  expect((await visitor.identify({ ...ana, claim })).body.act).toBe('reset')
  expect((await visitor.confirm()).status).toBe(201)
  expect((await movementsOf(h, ana)).map(row => row.account)).toEqual([account, account])
})

const byRequest = house({ institution: 'accounts: { personal: { selfService: [reset] } }' })

byRequest.inHouse('where a kind is made by request only, a person without it is told so', async h => {
  const said = await h.visitor().identify(await h.person())
  expect(said.body).toMatchObject({ status: 409, code: 'create-by-request' })
  expect(said.body.directions).toContain('Pida la cuenta a su nivel educativo')
})
