import { expect } from 'vitest'
import type { Db } from '../../api/db/open.ts'
import { account } from '../../api/db/schema.ts'
import { personsByName, soughtIn } from '../../api/roster/search.ts'
import { type Reach, reachOf } from '../../api/staff/scope.ts'
import { house } from '../house.ts'
import { cctOf, centre } from '../roster/synthetic.ts'

const { inHouse } = house()

inHouse('a search begun at a small unit finds whom one through all of a name finds', async h => {
  const db = h.ctx.db as Db
  await h.load('centres', [
    centre(8101, { nivel: 'Telesecundaria', municipio: 'Manzanillo' }),
    centre(8102, { nivel: 'Telesecundaria', municipio: 'Minatitlán' }),
    centre(8103, { nivel: 'Preescolar', municipio: 'Minatitlán' }),
  ])
  const accountsIn = ({ account: within }: Reach) =>
    db.select({ id: account.id }).from(account).where(within(account.id.getSQL())).orderBy(account.id)
  const people = await h.people(12, n => ({ cct: cctOf(8101 + (n % 4)), primer_apellido: 'Zurita' }))
  for (const one of people.slice(0, 6)) await h.visitor().goThrough(one)
  const unitsOf: [units: string[], found: number][] = [
    [[`centre:${cctOf(8101)}`], 3],
    [[`centre:${cctOf(8101)}`, `centre:${cctOf(8103)}`], 6],
    [['level:Telesecundaria'], 6],
    [['municipality:Minatitlán'], 6],
    [['domain:colima.example'], 6],
    [['domain:otra.example'], 0],
    [['level:Telesecundaria', 'domain:colima.example'], 8],
  ]
  for (const [units, count] of unitsOf) {
    const [begun, through] = [await reachOf(db, { units }), await reachOf(db, { units }, 0)]
    expect([begun.small, through.small], `${units}`).toEqual([true, count === 0])
    const byName = await personsByName(db, begun, soughtIn('maría zurita'), 50)
    expect(byName, `${units}`).toHaveLength(count)
    expect(await personsByName(db, through, soughtIn('maría zurita'), 50), `${units}`).toEqual(byName)
    const [few, all] = [await accountsIn(begun), await accountsIn(through)]
    expect(few, `${units}`).toEqual(all)
    expect(few.length > 0, `${units}`).toBe(count > 0)
  }
  expect((await reachOf(db, { units: [] })).small).toBe(false)
})
