import { expect } from 'vitest'
import { endBlocks } from '../../api/accounts/block.ts'
import { tell } from '../../api/accounts/tell.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { lastMail, oficio } from './oficio.ts'

const { inHouse, onPostgres } = house()
const reason = 'lo pidió por teléfono'
/** How often two acts race for one account; `RACES=200` is the full run. */
const races = Number(process.env.RACES ?? 10)
const long = 30_000 + races * 15_000
/** A service is reset only on a letter, as the guide of Colima says. */
const grounds = { oficio, reason }

/** A service account that she answers for, with the password that was mailed. */
async function serviceOf(h: House, person: Person, name: string) {
  const desk = await h.member('operator')
  const made = await desk.ask('POST', '/api/accounts', {
    ...{ kind: 'service', unit: `Programa ${name}`, name, person: person.id, oficio },
  })
  expect(made.status, made.text).toBe(201)
  const { account, password } = credentialsIn(lastMail(h, person.alternate)?.text ?? '')
  return { id: made.body.accountId as string, account, password, desk }
}

const signsIn = async (h: House, account: string, password: string) => {
  const [box] = await h.look<{ id: string }>(
    `select m.id from mailbox m where m.local || '@' || m.domain = '${account}' and m.closed_at is null`,
  )
  const provider = h.ctx.providers.get('buzones')
  const [shown] = await h.look(`select 1 from mailbox_login where username || '@' || domain = '${account}'`)
  return shown !== undefined && ((await provider?.accepts(box?.id, password)) ?? false)
}

inHouse(
  'a reset by phone: the old password ends, the new one goes to her alternate address alone',
  async h => {
    const ana = await h.person()
    const { id, account, password, desk } = await serviceOf(h, ana, 'telefono')
    const done = await desk.ask('POST', `/api/accounts/${id}/password-resets`, {
      ...{ ...grounds, check: 'dijo su CURP y su centro' },
    })
    expect(done.body, done.text).toMatchObject({ kind: 'password-reset', state: 'done', reason })
    const fresh = credentialsIn(lastMail(h, ana.alternate)?.text ?? '')
    expect(fresh.folio).toBe(done.body.folio)
    expect([await signsIn(h, account, password), await signsIn(h, account, fresh.password)]).toEqual([
      false,
      true,
    ])
    const [kept] = await h.look<{ detail: object }>(
      `select detail from movement where folio = '${done.body.folio}'`,
    )
    expect(kept?.detail).toEqual({ check: 'dijo su CURP y su centro' })
  },
)

inHouse(
  'INV-10 SEC-133 a reassignment: one act, both told, only the new one signs in, both periods stand',
  async h => {
    const [ana, bea] = await h.people(2)
    if (!ana || !bea) throw new Error('nobody')
    const { id, account, password, desk } = await serviceOf(h, ana, 'relevo')
    const done = await desk.ask('POST', `/api/accounts/${id}/reassignments`, { to: bea.id, oficio, reason })
    expect(done.body, done.text).toMatchObject({ kind: 'account-reassignment', state: 'done' })
    const fresh = credentialsIn(lastMail(h, bea.alternate)?.text ?? '')
    expect([await signsIn(h, account, password), await signsIn(h, account, fresh.password)]).toEqual([
      false,
      true,
    ])
    const [row] = await h.look<{ id: string }>(`select id from movement where folio = '${done.body.folio}'`)
    await tell(h.ctx, row?.id ?? '')
    expect(lastMail(h, ana.alternate)?.text).toContain('desde hoy usted ya no usa la cuenta')
    expect(lastMail(h, ana.alternate)?.text).not.toContain(fresh.password)
    const held = await h.look<{ person: string; open: boolean; number: string }>(
      `select person_id as person, "to" is null as open, oficio->>'number' as number from holding where account_id = '${id}' order by id`,
    )
    expect(held).toEqual([
      { person: ana.id, open: false, number: oficio.number },
      { person: bea.id, open: true, number: oficio.number },
    ])
  },
)

inHouse(
  'a personal account is not reassigned, nor a shared one to who has it, is gone, or is oneself',
  async h => {
    const [ana, bea] = await h.people(2)
    const left = await h.person({ estatus: 'inactivo' })
    await h.load('workers', [{ ...left.row, estatus: 'inactivo' }])
    if (!ana || !bea) throw new Error('nobody')
    const { id, desk } = await serviceOf(h, ana, 'quieta')
    const to = async (person: string, door = desk) =>
      (await door.ask('POST', `/api/accounts/${id}/reassignments`, { to: person, oficio })).body.code
    expect(await to(ana.id)).toBe('same-holder')
    expect(await to(left.id)).toBe('person-not-active')
    expect(await to(bea.id, await h.member('operator', { person: bea.id }))).toBe('own-account')
    const personal = await desk.ask('POST', '/api/accounts', { kind: 'personal', person: bea.id, reason })
    const refused = await desk.ask('POST', `/api/accounts/${personal.body.accountId}/reassignments`, {
      ...{ to: ana.id, oficio },
    })
    expect(refused.body.code).toBe('personal-account')
  },
)

inHouse('INV-09 a block: nobody signs in, the holder is told, until somebody says so', async h => {
  const ana = await h.person()
  const { id, account, password, desk } = await serviceOf(h, ana, 'bloqueo')
  const done = await desk.ask('PUT', `/api/accounts/${id}/block`, { reason })
  expect(done.body, done.text).toMatchObject({ kind: 'account-blocked', state: 'done' })
  expect(await signsIn(h, account, password)).toBe(false)
  const [row] = await h.look<{ id: string }>(`select id from movement where folio = '${done.body.folio}'`)
  await tell(h.ctx, row?.id ?? '')
  expect(lastMail(h, ana.alternate)?.subject).toBe(`Su cuenta ${account} fue bloqueada`)
  const reset = await desk.ask('POST', `/api/accounts/${id}/password-resets`, grounds)
  expect([reset.status, reset.body.code]).toEqual([409, 'account-blocked'])
  const back = await desk.ask('DELETE', `/api/accounts/${id}/block`, {})
  expect(back.body, back.text).toMatchObject({ kind: 'account-unblocked', state: 'done' })
  expect(await signsIn(h, account, password)).toBe(true)
})

inHouse('a block with a last day ends by itself after it, and not before', async h => {
  const ana = await h.person()
  const { id, account, password, desk } = await serviceOf(h, ana, 'plazo')
  const past = await desk.ask('PUT', `/api/accounts/${id}/block`, { reason, until: '2020-01-01' })
  expect([past.status, past.body.fields]).toEqual([400, [{ name: 'until', code: 'past' }]])
  const done = await desk.ask('PUT', `/api/accounts/${id}/block`, { reason, until: '2099-12-01' })
  expect(done.body.state, done.text).toBe('done')
  await endBlocks(h.ctx)
  expect(await signsIn(h, account, password)).toBe(false)
  const [when] = await h.look<{ at: string }>(
    `select (blocked_until at time zone 'America/Mexico_City')::text as at from account where id = '${id}'`,
  )
  expect(when?.at).toBe('2099-12-02 00:00:00')
  await h.look(`update account set blocked_until = now() - interval '1 second' where id = '${id}'`)
  await endBlocks(h.ctx)
  expect(await signsIn(h, account, password)).toBe(true)
})

inHouse(
  'a closure asks for the address typed; it can be taken back, and she gets a new password',
  async h => {
    const ana = await h.person()
    const { id, account, password, desk } = await serviceOf(h, ana, 'baja')
    const wrong = await desk.ask('POST', `/api/accounts/${id}/closure`, {
      oficio,
      confirm: 'otra@colima.example',
    })
    expect([wrong.status, wrong.body.fields]).toEqual([400, [{ name: 'confirm', code: 'mismatch' }]])
    const done = await desk.ask('POST', `/api/accounts/${id}/closure`, { oficio, confirm: account })
    expect(done.body, done.text).toMatchObject({ kind: 'account-closure', state: 'done', account })
    expect(await signsIn(h, account, password)).toBe(false)
    const again = await desk.ask('POST', '/api/accounts', {
      ...{ kind: 'service', unit: 'Otro', name: 'baja', person: ana.id, oficio },
    })
    expect(again.body.code).toBe('address-taken')
    const back = await desk.ask('DELETE', `/api/accounts/${id}/closure`, { reason })
    expect(back.body, back.text).toMatchObject({ kind: 'account-reopening', state: 'done' })
    const fresh = credentialsIn(lastMail(h, ana.alternate)?.text ?? '')
    expect(await signsIn(h, account, fresh.password)).toBe(true)
  },
)

inHouse('nobody acts on her own account, nor on the one that she signs in with', async h => {
  const ana = await h.person()
  const { id } = await serviceOf(h, ana, 'propia')
  const self = await h.member('supervisor', { person: ana.id })
  for (const [method, path, body] of [
    ['POST', 'password-resets', grounds],
    ['PUT', 'block', { reason }],
    ['POST', 'closure', { oficio, confirm: 'propia@colima.example' }],
  ] as const) {
    const refused = await self.ask(method, `/api/accounts/${id}/${path}`, body)
    expect([refused.status, refused.body.code], path).toEqual([403, 'own-account'])
  }
})

inHouse('SEC-123 an account of another unit does not exist for her', async h => {
  const ana = await h.person({ cct: '06DPR0001X' })
  const { id } = await serviceOf(h, ana, 'ajena')
  const other = await h.member('operator', { units: ['centre:06DPR0002X'] })
  for (const [method, path, body] of [
    ['POST', 'password-resets', grounds],
    ['POST', 'reassignments', { to: ana.id, oficio }],
    ['PUT', 'block', { reason }],
    ['POST', 'closure', { oficio, confirm: 'ajena@colima.example' }],
    ['POST', 'activation-keys', grounds],
  ] as const) {
    const refused = await other.ask(method, `/api/accounts/${id}/${path}`, body)
    expect([refused.status, refused.body.code], path).toEqual([404, 'not-found'])
  }
  const [state] = await h.look(`select state, version from account where id = '${id}'`)
  expect(state).toEqual({ state: 'active', version: 1 })
})

inHouse('SEC-118 whoever proved who she is too long ago proves it again before a block', async h => {
  const ana = await h.person()
  const { id, desk } = await serviceOf(h, ana, 'prueba')
  await h.look(
    `update staff_session set proven_at = now() - interval '11 minutes' where member_id = '${desk.id}'`,
  )
  const refused = await desk.ask('PUT', `/api/accounts/${id}/block`, { reason })
  expect([refused.status, refused.body.code]).toEqual([403, 'step-up-required'])
  expect((await desk.ask('POST', `/api/accounts/${id}/password-resets`, grounds)).status).toBe(201)
})

onPostgres(
  'SEC-134 a block wins over a reset under way, a reset never enables',
  async h => {
    const people = await h.people(races)
    for (const [n, person] of people.entries()) {
      const { id, account, desk } = await serviceOf(h, person, `carrera${n}`)
      const [, blocked] = await Promise.all([
        desk.ask('POST', `/api/accounts/${id}/password-resets`, grounds),
        desk.ask('PUT', `/api/accounts/${id}/block`, { reason }),
      ])
      expect(blocked.body.state, blocked.text).toBe('done')
      const [state] = await h.look<{ state: string }>(`select state from account where id = '${id}'`)
      expect(state?.state).toBe('blocked')
      expect(
        await h.look(`select 1 from mailbox_login where username || '@' || domain = '${account}'`),
      ).toEqual([])
    }
  },
  long,
)

onPostgres(
  'SEC-133 a reset and a reassignment at once: only the last holder has what signs in',
  async h => {
    for (let n = 0; n < races; n++) {
      const [ana, bea] = await h.people(2)
      if (!ana || !bea) throw new Error('nobody')
      const { id, account, desk } = await serviceOf(h, ana, `cruce${n}`)
      const both = [
        () => desk.ask('POST', `/api/accounts/${id}/password-resets`, grounds),
        () => desk.ask('POST', `/api/accounts/${id}/reassignments`, { to: bea.id, oficio }),
      ]
      const said = await Promise.all((n % 2 ? both : both.reverse()).map(act => act()))
      // One of them, or one after the other.
      expect(said.some(({ status }) => status === 201)).toBe(true)
      expect(said.every(({ status }) => status === 201 || status === 409)).toBe(true)
      const [held] = await h.look<{ person: string }>(
        `select person_id as person from holding where account_id = '${id}' and "to" is null`,
      )
      const [holder, other] = held?.person === bea.id ? [bea, ana] : [ana, bea]
      const mine = credentialsIn(lastMail(h, holder.alternate)?.text ?? '')
      expect(await signsIn(h, account, mine.password)).toBe(true)
      const theirs = lastMail(h, other.alternate)?.text ?? ''
      if (/^Contraseña temporal: /m.test(theirs))
        expect(await signsIn(h, account, credentialsIn(theirs).password)).toBe(false)
    }
  },
  long,
)
