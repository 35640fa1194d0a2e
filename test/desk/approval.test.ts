import { expect } from 'vitest'
import { house } from '../house.ts'
import { oficio } from './oficio.ts'

const { inHouse, onPostgres } = house({ institution: 'desk: { approvals: [close, create] }' })
const reason = 'así lo pide el oficio'

const asked = { kind: 'service', unit: 'Programa', oficio }

inHouse('where the institution says so a second person approves, and until then nothing changes', async h => {
  const ana = await h.person()
  const operator = await h.member('operator')
  const supervisor = await h.member('supervisor')
  const ask = { ...asked, unit: 'Dos firmas', name: 'dosfirmas', person: ana.id }
  const waiting = await operator.ask('POST', '/api/accounts', ask)
  expect(waiting.body, waiting.text).toMatchObject({ state: 'waiting-approval' })
  expect(await h.look(`select 1 from holding where person_id = '${ana.id}'`)).toEqual([])
  const list = await supervisor.ask('GET', '/api/approvals')
  expect(list.body.find((one: { id: string }) => one.id === waiting.body.approval)).toMatchObject({
    ...{ deed: 'account.create', mine: false },
  })
  const done = await supervisor.ask('POST', `/api/approvals/${waiting.body.approval}/approval`, {})
  expect(done.body, done.text).toMatchObject({
    ...{ kind: 'account-creation', state: 'done', actor: `member:${operator.id}` },
  })
  const twice = await supervisor.ask('POST', `/api/approvals/${waiting.body.approval}/approval`, {})
  expect([twice.status, twice.body.code]).toEqual([404, 'not-found'])
  // Written with the intent: a service that dies in the middle has both or neither.
  const [first] = await h.look(
    `select e.kind, e.actor from event e join movement m on m.id = e.movement_id
     where m.folio = '${done.body.folio}' order by e.id limit 1`,
  )
  expect(first).toEqual({ kind: 'approval-given', actor: `member:${supervisor.id}` })
})

inHouse(
  'nobody approves her own act, nor one on her own account; a helper may not approve at all',
  async h => {
    const [ana, bea] = await h.people(2)
    const supervisor = await h.member('supervisor')
    const ask = { ...asked, unit: 'Propio', name: 'propio', person: ana?.id }
    const { body } = await supervisor.ask('POST', '/api/accounts', ask)
    const own = await supervisor.ask('POST', `/api/approvals/${body.approval}/approval`, {})
    expect([own.status, own.body.code]).toEqual([403, 'own-act'])
    const her = await h.member('supervisor', { person: ana?.id ?? '' })
    expect((await her.ask('POST', `/api/approvals/${body.approval}/approval`, {})).body.code).toBe(
      'own-account',
    )
    const operator = await h.member('operator', { person: bea?.id ?? '' })
    expect((await operator.ask('POST', `/api/approvals/${body.approval}/approval`, {})).status).toBe(403)
  },
)

inHouse('a refusal says why, and the same may be asked anew', async h => {
  const ana = await h.person()
  const [operator, supervisor] = [await h.member('operator'), await h.member('supervisor')]
  const ask = { ...asked, unit: 'No', name: 'negada', person: ana.id }
  const { body } = await operator.ask('POST', '/api/accounts', ask)
  expect((await supervisor.ask('POST', `/api/approvals/${body.approval}/rejection`, { reason })).status).toBe(
    204,
  )
  const [row] = await h.look(`select state, why from approval where id = '${body.approval}'`)
  expect(row).toEqual({ state: 'rejected', why: reason })
  expect((await operator.ask('POST', '/api/accounts', ask)).body.state).toBe('waiting-approval')
})

onPostgres('two who approve at once: the act is done once', async h => {
  const ana = await h.person()
  const operator = await h.member('operator')
  const ask = { ...asked, unit: 'Una vez', name: 'unavez', person: ana.id }
  const { body } = await operator.ask('POST', '/api/accounts', ask)
  const supervisors = await Promise.all([h.member('supervisor'), h.member('supervisor')])
  await Promise.all(supervisors.map(one => one.ask('POST', `/api/approvals/${body.approval}/approval`, {})))
  const [held] = await h.look<{ n: number }>(
    `select count(*)::int as n from movement where person_id = '${ana.id}' and state = 'done'`,
  )
  expect(held?.n).toBe(1)
})

inHouse('who asked and lost her role meanwhile has asked for nothing', async h => {
  const ana = await h.person()
  const [operator, supervisor] = [await h.member('operator'), await h.member('supervisor')]
  const ask = { ...asked, unit: 'Ya no', name: 'yano', person: ana.id }
  const { body } = await operator.ask('POST', '/api/accounts', ask)
  await h.look(`update member set roles = '{auditor}' where id = '${operator.id}'`)
  const refused = await supervisor.ask('POST', `/api/approvals/${body.approval}/approval`, {})
  expect([refused.status, refused.body.code]).toEqual([403, 'not-allowed'])
})

inHouse(
  'what can be done no more stays asked, and the movement begins with the yes or not at all',
  async h => {
    const ana = await h.person()
    const [operator, supervisor] = [await h.member('operator'), await h.member('supervisor')]
    const ask = { ...asked, unit: 'Tarde', name: 'tarde', person: ana.id }
    const { body } = await operator.ask('POST', '/api/accounts', ask)
    const state = async () =>
      (await h.look<{ state: string }>(`select state from approval where id = '${body.approval}'`))[0]?.state
    const approve = () => supervisor.ask('POST', `/api/approvals/${body.approval}/approval`, {})
    await h.look(
      `insert into address (local, domain, account_id, role) select 'tarde', 'colima.example', id, 'alias' from account limit 1`,
    )
    expect([(await approve()).status, await state()]).toEqual([409, 'open'])
    await h.look(`delete from address where local = 'tarde'`)
    expect([(await approve()).body.state, await state()]).toEqual(['done', 'approved'])
  },
)
