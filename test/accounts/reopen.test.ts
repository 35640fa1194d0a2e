import { expect } from 'vitest'
import { closeAccount } from '../../api/accounts/close.ts'
import { reopenAccount } from '../../api/accounts/reopen.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { bookOf, mailsTo } from '../movements/books.ts'

const { inHouse } = house({ pace: { patienceSeconds: 5 } })
const signsIn = mailServers()
const staff: Actor = { as: 'member:1', channel: 'staff' }
const reason = 'oficio 21'

async function closed(h: House): Promise<{ her: Person; account: string; address: string; old: string }> {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const { account_id: account } = await bookOf(h, her)
  await closeAccount(h.ctx, staff, { account, person: her.id, reason })
  const [mail] = mailsTo(h, her)
  return { her, account, address: mail?.account ?? '', old: mail?.password ?? '' }
}
const code = (what: string) => expect.objectContaining({ code: what })

inHouse(
  'a closed account is opened again: the same address, a new temporary password, the custody goes on',
  async h => {
    const { her, account, address, old } = await closed(h)
    expect(await signsIn(h, address, old)).toBe(false)
    expect(await reopenAccount(h.ctx, staff, { account, reason })).toMatchObject({ state: 'done' })
    const last = mailsTo(h, her).at(-1)
    expect(last?.account).toBe(address)
    expect(await signsIn(h, address, old)).toBe(false)
    expect(await signsIn(h, address, last?.password ?? '')).toBe(true)
    const custody = await h.look(
      `select "to" is null as open from holding where account_id = '${account}' order by id`,
    )
    expect(custody).toEqual([{ open: false }, { open: true }])
    const [row] = await h.look(`select state, closed_at from account where id = '${account}'`)
    expect(row).toEqual({ state: 'active', closed_at: null })
    await expect(reopenAccount(h.ctx, staff, { account, reason })).rejects.toEqual(code('not-found'))
  },
)

inHouse(
  'INV-03 INV-14 who has another account of the kind by now keeps that one; an address that was given on stays given',
  async h => {
    const first = await closed(h)
    await h.visitor().goThrough(first.her)
    await expect(reopenAccount(h.ctx, staff, { account: first.account, reason })).rejects.toEqual(
      code('holds-another'),
    )
    const second = await closed(h)
    await h.look(
      `update address set account_id = null, role = 'reserved' where account_id = '${second.account}'`,
    )
    await expect(reopenAccount(h.ctx, staff, { account: second.account, reason })).rejects.toEqual(
      code('address-taken'),
    )
    const [row] = await h.look(`select state from account where id = '${second.account}'`)
    expect(row).toEqual({ state: 'closed' })
  },
)

inHouse('the directory keeps nothing of it: everything is as it was before', async h => {
  const { account } = await closed(h)
  await h.look(`delete from mailbox where marker = '${account}'`)
  const row = await reopenAccount(h.ctx, staff, { account, reason })
  expect(row).toMatchObject({ state: 'undone', problem: 'gone' })
  const [left] = await h.look(
    `select a.state, d.role, h."to" is null as held from account a join address d on d.account_id = a.id
     join holding h on h.account_id = a.id where a.id = '${account}' order by h.id desc`,
  )
  expect(left).toEqual({ state: 'closed', role: 'quarantined', held: false })
})
