import { expect, test } from 'vitest'
import { actsFor } from '../../api/accounts/acts-for.ts'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { loadInstitution } from '../../api/institution/load.ts'
import { deedsOf, type Role } from '../../api/roles.ts'
import { type House, house, type Person } from '../house.ts'
import { cctOf, centre } from '../roster/synthetic.ts'
import { accountOf, sharedAccount } from './desk-rows.ts'

const { inHouse } = house()
const strict = house({
  institution:
    'desk: { slip: true, helpdeskResets: true, approvals: [close], requires: { reset: reason, block: both } }',
})
const system = { as: 'system', channel: 'system' } as const

async function withAccount(h: House, other: Record<string, string> = {}) {
  const person = await h.person(other)
  await h.visitor().goThrough(person)
  const { id, address } = await accountOf(h, person)
  return { ...person, account: id, address }
}
const read = async (
  who: { ask: (m: string, p: string) => Promise<{ status: number; body: Told }> },
  id: string,
) => (await who.ask('GET', `/api/accounts/${id}`)).body
// biome-ignore lint/suspicious/noExplicitAny: a reply is judged by each test
type Told = any
const names = (told: Told): string[] => told.acts.map(({ act }: { act: string }) => act)

inHouse(
  'one page tells whose an account is, in which directory, what happened to it, and masks what is hers',
  async h => {
    const desk = await h.member('operator')
    const ana = await withAccount(h)
    const { body, text } = await desk.ask('GET', `/api/accounts/${ana.account}`)
    expect(body).toMatchObject({
      id: ana.account,
      address: ana.address,
      kind: 'personal',
      label: 'Personal',
      shared: false,
      state: 'active',
      unit: '',
      unitName: '',
      blockedUntil: null,
      closedAt: null,
      reopenUntil: null,
      mailWhileBlocked: true,
      holder: { id: ana.id, centres: [ana.row.cct], active: true, alternateEmail: 'per***@c***.mx' },
      directories: [
        { provider: 'buzones', seenAs: ana.address, authority: true, drift: '', lastSignIn: null },
      ],
      holdings: [{ person: { id: ana.id }, as: 'holder', to: null, reason: null, oficio: null }],
      movements: [
        {
          kind: 'account-creation',
          state: 'done',
          account: ana.address,
          actor: 'visitor',
          actorName: null,
          channel: 'internet',
          delivery: { to: 'per***@c***.mx', state: 'sent' },
          steps: [{ provider: 'buzones', state: 'applied', outcome: 'created' }],
        },
      ],
      letters: [],
      waiting: [],
    })
    for (const whole of [ana.row.curp, ana.row.curt, ana.alternate]) expect(text).not.toContain(whole)
    const events = await h.look(
      `select person_id as person, detail from event where kind = 'looked-up' and actor = 'member:${desk.id}'`,
    )
    expect(events).toEqual([{ person: ana.id, detail: { at: 'account', account: ana.account } }])
  },
)

inHouse('what may be done follows its state, and what cannot be done is not there', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h)
  expect(names(await read(desk, ana.account))).toEqual(['reset', 'block', 'close', 'activation-key'])
  await blockAccount(h.ctx, system, { account: ana.account, person: ana.id, reason: 'prueba' })
  expect(names(await read(desk, ana.account))).toEqual(['unblock', 'close'])
  await unblockAccount(h.ctx, system, { account: ana.account, person: ana.id, reason: 'prueba' })
  await closeAccount(h.ctx, system, { account: ana.account, person: ana.id, reason: 'baja' })
  const closed = await read(desk, ana.account)
  expect([closed.state, names(closed), closed.holder.id]).toEqual(['closed', ['reopen'], ana.id])
  expect(closed.holdings).toMatchObject([{ person: { id: ana.id }, reason: 'baja' }])
  expect(Math.round((Date.parse(closed.reopenUntil) - Date.now()) / 86_400_000)).toBe(365)
  await h.look(`update address set until = now() - interval '1 day' where account_id = '${ana.account}'`)
  const over = await read(desk, ana.account)
  expect([over.reopenUntil, over.acts]).toEqual([null, []])
})

inHouse('SEC-122 SEC-124 each role is offered its own acts and no others', async h => {
  const ana = await withAccount(h)
  const offered: [Role, string[]][] = [
    ['helpdesk', []],
    ['auditor', []],
    ['liaison', []],
    ['operator', ['reset', 'block', 'close', 'activation-key']],
    ['supervisor', ['reset', 'block', 'close', 'activation-key']],
  ]
  for (const [role, acts] of offered)
    expect(names(await read(await h.member(role), ana.account)), role).toEqual(acts)
  for (const role of ['admin', 'intake', 'director'] as const)
    expect((await (await h.member(role)).ask('GET', `/api/accounts/${ana.account}`)).status, role).toBe(403)
})

strict.inHouse('each act says what the institution asks for it', async h => {
  const ana = await withAccount(h)
  expect((await read(await h.member('operator'), ana.account)).acts).toEqual([
    { act: 'reset', needs: 'reason', approval: false, slip: true },
    { act: 'block', needs: 'both', approval: false, slip: false },
    { act: 'close', needs: 'oficio', approval: true, slip: false },
    { act: 'activation-key', needs: 'reason', approval: false, slip: true },
  ])
  expect(names(await read(await h.member('helpdesk'), ana.account))).toEqual(['reset', 'activation-key'])
})

inHouse('nobody is offered an act on an account of her own', async h => {
  const ana = await withAccount(h)
  const herself = await h.member('operator', { person: ana.id })
  expect((await read(herself, ana.account)).acts).toEqual([])
  const other = await withAccount(h)
  expect(names(await read(herself, other.account))).not.toEqual([])
  await h.look(`update member set login = '${other.address}', person_id = null where id = '${herself.id}'`)
  expect((await read(herself, other.account)).acts).toEqual([])
})

inHouse("a work centre's account may be reassigned, and says for which centre it stands", async h => {
  const desk = await h.member('operator')
  await h.load('centres', [centre(7401, { nombre: 'Escuela Rural' })])
  const id = await sharedAccount(h, {
    kind: 'workCentre',
    unit: cctOf(7401),
    local: cctOf(7401).toLowerCase(),
    holder: await h.person(),
  })
  const told = await read(desk, id)
  expect(told).toMatchObject({ shared: true, unit: cctOf(7401), unitName: 'Escuela Rural' })
  expect(names(told)).toEqual(['reset', 'reassign', 'block', 'close', 'activation-key'])
})

inHouse('an account that nobody of the padrón answers for is an orphan, with when she left', async h => {
  const desk = await h.member('operator')
  const [here, gone]: Person[] = [await h.person(), await h.person()]
  const kept = await sharedAccount(h, {
    kind: 'service',
    unit: 'Becas',
    local: 'becas',
    holder: here as Person,
  })
  const left = await sharedAccount(h, {
    kind: 'service',
    unit: 'Huertos',
    local: 'huertos',
    holder: gone as Person,
  })
  const none = await sharedAccount(h, { kind: 'function', unit: 'Enlace de obra', local: 'enlace.obra' })
  await h.look(
    `update affiliation set status = 'inactive', "to" = '2026-03-01T12:00:00Z' where person_id = '${gone?.id}'`,
  )
  const { body } = await desk.ask('GET', '/api/accounts/orphans')
  const told = new Map(body.map((one: Told) => [one.id, one]))
  expect(told.has(kept)).toBe(false)
  expect(told.get(left)).toMatchObject({
    unit: 'Huertos',
    holder: { id: gone?.id },
    since: '2026-03-01T12:00:00.000Z',
  })
  expect(told.get(none)).toMatchObject({ unit: 'Enlace de obra', holder: null, since: null })
  const elsewhere = await h.member('operator', { units: ['domain:otro.example'] })
  expect((await elsewhere.ask('GET', '/api/accounts/orphans')).body).toEqual([])
})

inHouse('who may not unmask reads a masked page', async h => {
  const ana = await withAccount(h, { primer_apellido: 'Wxyzaval' })
  const { text, body } = await (await h.member('liaison')).ask('GET', `/api/accounts/${ana.account}`)
  expect([body.holder.name, body.holdings[0].person.name, body.movements[0].person]).toEqual(
    Array(3).fill('M*** W*** G.'),
  )
  expect(text).not.toContain('Wxyzaval')
})

test('what may be done is a rule of plain values', () => {
  const institution = loadInstitution('colima', {})
  const member = { deeds: deedsOf(['supervisor'], false), persons: ['p1'], login: 'yo@colima.example' }
  const account = {
    kind: 'service',
    state: 'active',
    address: 'a@colima.example',
    holder: null,
    reopens: false,
  } as const
  const acts = (other: object) => actsFor(institution, member, { ...account, ...other }).map(({ act }) => act)
  expect(acts({})).toEqual(['reassign', 'block', 'close'])
  expect(acts({ state: 'pending' })).toEqual(['close'])
  expect(acts({ state: 'closed' })).toEqual([])
  expect(acts({ state: 'closed', reopens: true })).toEqual(['reopen'])
  expect(acts({ holder: 'p1' })).toEqual([])
  expect(acts({ address: 'yo@colima.example' })).toEqual([])
  expect(acts({ kind: 'unknown' })).toEqual([])
})
