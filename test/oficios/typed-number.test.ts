import { expect } from 'vitest'
import { house } from '../house.ts'
import { asked, created, draftOf } from './letters.ts'

const { inHouse } = house({
  preset: 'sinaloa',
  institution: 'accounts: { personal: { selfService: [create, reset] }, innovation: }',
})

inHouse('Sinaloa: the number comes from its own system, is typed, and stands once', async h => {
  const eva = await h.member('operator')
  const [one, two] = [await created(h, await h.person()), await created(h, await h.person())]
  const draft = await draftOf(eva, one.folio)
  expect(draft).toMatchObject({ typedNumber: true, nextNumber: null, areas: ['DSCT'] })
  const ask = await asked(eva, one.folio)
  const bare = await eva.ask('POST', '/api/oficios', ask)
  expect([bare.status, bare.body.fields]).toEqual([400, [{ name: 'number', code: 'required' }]])
  const number = `SIG-${h.engine}-77/2026`
  const made = await eva.ask('POST', '/api/oficios', { ...ask, number })
  expect([made.status, made.body.number, made.body.documentCode]).toEqual([201, number, 'PSDT-08'])
  const again = await eva.ask('POST', '/api/oficios', { ...(await asked(eva, two.folio)), number })
  expect([again.status, again.body.code]).toEqual([409, 'number-taken'])
  expect(await h.look('select * from series')).toEqual([])
})
