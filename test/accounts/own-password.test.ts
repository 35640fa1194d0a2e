import postgres from 'postgres'
import { expect } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { longAgo, movementsOf } from '../visits/rows.ts'

const { inHouse, onPostgres } = house()
const staff = { as: 'member:1', channel: 'staff' } as const

/** Somebody with a mailed temporary password. */
async function holder(h: House, other = {}): Promise<Person & { account: string; password: string }> {
  const person = await h.person(other)
  await h.visitor().goThrough(person)
  const mail = await h.smtp.waitFor(({ to }) => to.includes(person.alternate))
  return { ...person, ...credentialsIn(mail.text) }
}

inHouse('her own password is judged by its length and by what others could guess', async h => {
  const ana = await holder(h, { nombre: 'Zulema', primer_apellido: 'Quintero', segundo_apellido: 'Xool' })
  const visitor = h.visitor()
  const reasons = async (password: string) =>
    (await visitor.changePassword(ana.account, ana.password, password)).body.reasons
  expect(await reasons('corta')).toEqual([{ code: 'too-short', missing: 7 }])
  expect(await reasons('ñññ ññññ ñññ')).toEqual([{ code: 'common' }])
  expect(await reasons('contraseña1234')).toEqual([{ code: 'common' }])
  expect(await reasons('zulema quintero')).toEqual([{ code: 'personal' }])
  expect(await reasons(`${ana.claim.curp}`)).toEqual([{ code: 'personal' }])
  expect(await reasons(`${ana.claim.curt} 2026`)).toContainEqual({ code: 'personal' })
  expect(await reasons(ana.account)).toContainEqual({ code: 'personal' })
  expect(await reasons(ana.password)).toEqual([{ code: 'same' }])
  expect(await reasons('x'.repeat(129))).toEqual([{ code: 'too-long' }])
  const said = await visitor.changePassword(ana.account, ana.password, 'corta')
  expect(said.body).toMatchObject({ status: 400, code: 'password-refused', title: expect.any(String) })
  const saved = await visitor.changePassword(
    ` ${ana.account.toUpperCase()} `,
    ana.password,
    'el sol sale en Manzanillo',
  )
  expect(saved.status).toBe(204)
  expect(saved.text).toBe('')
})

inHouse('a refused new password is no wrong guess', async h => {
  const ana = await holder(h)
  const visitor = h.visitor()
  for (let time = 0; time < 9; time++)
    expect((await visitor.changePassword(ana.account, ana.password, 'corta')).status).toBe(400)
  expect((await visitor.changePassword(ana.account, ana.password, 'la lluvia llega en junio')).status).toBe(
    204,
  )
})

inHouse(
  'SEC-18: an unknown account, a wrong password, a blocked one and no address at all get one answer',
  async h => {
    const ana = await holder(h)
    const eva = await holder(h)
    const [made] = await movementsOf(h, eva)
    await blockAccount(h.ctx, staff, { account: made?.account ?? '', reason: 'oficio 3' })
    const fresh = 'una frase que nadie sabe'
    const said = [
      await h.visitor().changePassword('nadie.aqui@colima.example', ana.password, fresh),
      await h.visitor().changePassword(ana.account, 'otra', fresh),
      await h.visitor().changePassword(ana.account, '', fresh),
      await h.visitor().changePassword(eva.account, eva.password, fresh),
      await h.visitor().changePassword(ana.account, 'otra', 'corta'),
      await h.visitor().changePassword('sin arroba', ana.password, fresh),
      await h.visitor().changePassword(`${ana.account}\u0000`, ana.password, fresh),
      await h.visitor().changePassword(`${ana.account}@x`, ana.password, fresh),
      await h.visitor().changePassword(ana.account.replace('.', '%'), ana.password, fresh),
    ]
    const bare = said.map(({ status, body, headers }) => ({
      status,
      body: { ...body, reference: '' },
      headers: Object.keys(headers).sort(),
    }))
    expect(bare[0]).toMatchObject({ status: 403, body: { code: 'not-verified' } })
    for (const one of bare) expect(one).toEqual(bare[0])
  },
)

inHouse('SEC-40: however the address is written, guesses at one account are counted together', async h => {
  const ana = await holder(h)
  const place = h.visitor()
  const spellings = [ana.account, ana.account.toUpperCase(), ` ${ana.account}`, `${ana.account}\t`]
  const statuses = []
  for (const [n, text] of [...spellings, ...spellings].entries())
    statuses.push((await h.visitor(place.from).changePassword(text, `guess ${n}`, 'una frase larga')).status)
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429, 429])
  expect((await place.changePassword(ana.account, ana.password, 'una frase bien larga')).status).toBe(429)
  // No second spelling of the same account opens a new count.
  for (const text of [`${ana.account}@x`, `${ana.account}@y`, `"${ana.account}"`])
    expect((await place.changePassword(text, ana.password, 'una frase bien larga')).status).toBe(403)
  expect((await h.visitor().changePassword(ana.account, ana.password, 'una frase bien larga')).status).toBe(
    204,
  )
})

/** Until so many statements of this house wait for somebody’s lock. */
async function untilWaiting(h: House, count: number) {
  for (;;) {
    const waiting = await h.look(
      `select 1 from pg_stat_activity where datname = '${new URL(h.databaseUrl).pathname.slice(1)}' and wait_event_type = 'Lock'`,
    )
    if (waiting.length >= count) return
  }
}

onPostgres('a password that was reset between its proof and its change proves nothing any more', async h => {
  const ana = await holder(h)
  await longAgo(h, ana)
  const [made] = await movementsOf(h, ana)
  const client = postgres(h.databaseUrl, { max: 1 })
  const first = h.visitor()
  await first.identify(ana)
  // Somebody holds her account; the reset waits for it, and behind the reset a change whose password is proven already.
  const acts = await client.begin(async tx => {
    await tx`select 1 from account where id = ${made?.account ?? ''} for update`
    const reset = first.confirm()
    await untilWaiting(h, 1)
    const change = h.visitor().changePassword(ana.account, ana.password, 'quien lo sabía antes')
    await untilWaiting(h, 2)
    return { reset, change }
  })
  expect((await acts.reset).body).toMatchObject({ act: 'reset', state: 'done' })
  const said = await acts.change
  expect(['not-verified', 'in-progress']).toContain(said.body.code)
  await client.end()
  const [mail] = h.smtp.mails.filter(
    ({ to, text }) => to.includes(ana.alternate) && credentialsIn(text).password !== ana.password,
  )
  const { password } = credentialsIn(mail?.text ?? '')
  expect((await h.visitor().changePassword(ana.account, password, 'ahora sí es mía')).status).toBe(204)
})
