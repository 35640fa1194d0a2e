import { expect } from 'vitest'
import { closeAccount } from '../../api/accounts/close.ts'
import { house } from '../house.ts'
import { addressOf, movementsOf } from '../visits/rows.ts'

const { inHouse } = house()
const staff = { as: 'member:1', channel: 'staff' } as const

inHouse('INV-14: a closed address rests for a year, and then somebody else may have it', async h => {
  const name = { nombre: 'Tonantzin', primer_apellido: 'Ruelas', segundo_apellido: '' }
  const [ana, eva, isa, leo] = await h.people(4, () => name)
  if (!ana || !eva || !isa || !leo) throw new Error('four people')
  await h.visitor().goThrough(ana)
  expect(await addressOf(h, ana)).toBe('tonantzin.ruelas@colima.example')
  const [made] = await movementsOf(h, ana)
  const closed = await closeAccount(h.ctx, staff, { account: made?.account ?? '', reason: 'oficio 9' })
  expect(closed.state).toBe('done')
  const [rests] = await h.look<{ days: number }>(
    `select round(extract(epoch from until - now()) / 86400)::int as days from address
     where local = 'tonantzin.ruelas' and role = 'quarantined'`,
  )
  expect(rests?.days).toBe(365)
  await h.visitor().goThrough(eva)
  expect(await addressOf(h, eva)).toBe('tonantzin.ruelas2@colima.example')
  await h.look(`update address set until = now() + interval '2 seconds' where role = 'quarantined'`)
  await h.visitor().goThrough(isa)
  await h.look(`update address set until = now() - interval '1 second' where role = 'quarantined'`)
  await h.visitor().goThrough(leo)
  expect(await addressOf(h, leo)).toBe('tonantzin.ruelas@colima.example')
})

inHouse('whoever’s account was closed may have another one, at another address', async h => {
  const ana = await h.person({ nombre: 'Xóchitl', primer_apellido: 'Arce', segundo_apellido: '' })
  await h.visitor().goThrough(ana)
  const [made] = await movementsOf(h, ana)
  const open = h.visitor()
  await open.identify(ana)
  await closeAccount(h.ctx, staff, { account: made?.account ?? '', reason: 'oficio 10' })
  const again = await h.visitor().goThrough(ana)
  expect(again.body.act).toBe('create')
  expect(await addressOf(h, ana)).toBe('xochitl.arce2@colima.example')
})

inHouse('an entry of somebody else in the directory is left alone; she gets the next address', async h => {
  await h.look(
    `insert into mailbox (local, domain, display_name, quota_mb, marker, fence)
     values ('quetzalli.mora', 'colima.example', 'Ajena', 1, gen_random_uuid(), 0)`,
  )
  const ana = await h.person({ nombre: 'Quetzalli', primer_apellido: 'Mora', segundo_apellido: '' })
  const visitor = h.visitor()
  await visitor.identify(ana)
  const said = await visitor.confirm()
  expect(said.status, said.text).toBe(201)
  expect(await addressOf(h, ana)).toBe('quetzalli.mora2@colima.example')
  const [foreign] = await h.look(`select role, account_id from address where local = 'quetzalli.mora'`)
  expect(foreign).toEqual({ role: 'foreign', account_id: null })
})
