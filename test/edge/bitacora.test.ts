import { expect } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { sealEvents, verifyMovements } from '../../api/movements/seal.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'

const { inHouse } = house({ institution: 'limits: { resets: [[100, 1h]], mailsPerAddress: [[100, 1h]] }' })

inHouse('SEC-141 the service itself can neither change nor remove an event', async h => {
  await h.visitor().goThrough(await h.person())
  await sealEvents(h.ctx)
  const before = await h.look('select * from event order by id')
  const tries = ['event', 'event_seal'].flatMap(table => [
    `update ${table} set id = default`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
    `alter table ${table} disable trigger all`,
    `drop table ${table} cascade`,
  ])
  tries.push("update event set actor = 'otro'", "update event_seal set digest = ''")
  for (const statement of tries) await expect(h.ctx.db.execute(statement), statement).rejects.toThrow()
  await expect(h.ctx.db.execute('reset role; delete from event')).rejects.toThrow()
  expect(await h.look('select * from event order by id')).toEqual(before)
  await expect(h.look('delete from event'), 'its owner is stopped by the trigger').rejects.toThrow(
    /append-only/,
  )
})

/** What somebody with every right on the database could do. */
const forge = async (h: House, statement: string) => {
  for (const one of [
    'alter table event disable trigger all',
    statement,
    'alter table event enable trigger all',
  ])
    await h.look(one)
}

inHouse('SEC-141 of ten thousand events the altered one and the missing one are named', async h => {
  await h.look(`insert into event (kind, actor, channel, detail)
    select 'claim-refused', 'visitor', 'internet', jsonb_build_object('n', n) from generate_series(1, 10000) as n`)
  await sealEvents(h.ctx)
  const whole = await verifyMovements(h.ctx)
  expect(whole.sealed).toBeGreaterThanOrEqual(10_000)
  expect(whole.broken).toEqual([])
  const [middle] = await h.look<{ id: number }>(
    `select id::int as id from event where detail = '{"n": 5000}'`,
  )
  const altered = middle?.id ?? 0
  await forge(h, `update event set detail = '{"n": 4999}' where id = ${altered}`)
  expect((await verifyMovements(h.ctx)).broken).toEqual([{ event: altered, what: 'altered' }])
  const gone = altered + 7
  await forge(h, `delete from event where id = ${gone}`)
  expect((await verifyMovements(h.ctx)).broken).toEqual([
    { event: altered, what: 'altered' },
    { event: gone, what: 'missing' },
  ])
  await forge(h, `update event set detail = '{"n": 5000}' where id = ${altered}`)
  expect((await verifyMovements(h.ctx)).broken).toEqual([{ event: gone, what: 'missing' }])
})

/** Each of them gets an account, a new password, chooses her own, is blocked and unblocked: five acts. */
async function fiveActs(h: House, who: Person): Promise<void> {
  const visitor = h.visitor()
  await visitor.goThrough(who)
  await visitor.goThrough(who)
  const mails = h.smtp.mails.filter(({ to }) => to.includes(who.alternate))
  const { account, password } = credentialsIn(mails.at(-1)?.text ?? '')
  expect((await visitor.changePassword(account, password, 'el volcán duerme de noche')).status).toBe(204)
  const [held] = await h.look<{ id: string }>(
    `select account_id as id from holding where person_id = '${who.id}'`,
  )
  const member = { as: 'member:prueba', channel: 'system' } as const
  const ask = { account: held?.id ?? '', person: who.id, reason: 'oficio 12' }
  await blockAccount(h.ctx, member, ask)
  await unblockAccount(h.ctx, member, ask)
}

inHouse('SEC-142 thirty mixed acts leave thirty movements, and each change of state one event', async h => {
  const people = await h.people(6)
  const [known] = await h.look<{ at: string }>('select clock_timestamp()::text as at')
  await Promise.all(people.map(who => fiveActs(h, who)))
  const movements = await h.look<Record<string, unknown>>(
    `select id, kind, state, actor, channel, folio, intended_at, applied_at, finished_at from movement where intended_at > '${known?.at}'`,
  )
  expect(movements.length).toBe(30)
  expect(new Set(movements.map(({ folio }) => folio)).size).toBe(30)
  for (const movement of movements) {
    expect(movement.state).toBe('done')
    for (const fact of ['actor', 'channel', 'intended_at', 'applied_at', 'finished_at'])
      expect(movement[fact]).toBeTruthy()
    const events = await h.look<{ kind: string; actor: string; at: Date }>(
      `select kind, actor, at from event where movement_id = '${movement.id}' order by id`,
    )
    const mailed = ['account-creation', 'password-reset'].includes(String(movement.kind))
    const states = ['intended', 'applying', ...(mailed ? ['delivering'] : []), 'done']
    expect(events.map(({ kind }) => kind)).toEqual(states.map(state => `movement-${state}`))
    expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set([movement.actor]))
  }
  const orphans = await h.look(
    `select id from event where kind like 'movement-%' and movement_id is null
     union all select n.id from event n left join movement m on m.id = n.movement_id where n.movement_id is not null and m.id is null`,
  )
  expect(orphans).toEqual([])
})
