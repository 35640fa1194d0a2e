import { expect } from 'vitest'
import { house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { addressOf, longAgo, movementsOf, wrong } from './rows.ts'

const { inHouse } = house({ preset: 'coahuila' })

const teaching = { cct: '05DPR0001B', puesto: 'MAESTRO FRENTE A GRUPO' }
const office = { cct: '05ADG0001W', puesto: 'JEFE DE OFICINA' }

inHouse('a person with two kinds of account says which, and has each of them once', async h => {
  const ana = await h.person({ ...teaching, nombre: 'Itzel', primer_apellido: 'Durán' })
  await h.load('workers', [
    { ...ana.row, ...teaching },
    { ...ana.row, ...office },
  ])
  const visitor = h.visitor()
  const { body } = await visitor.identify(ana)
  expect(body.accounts).toEqual([
    {
      id: '1',
      act: 'create',
      account: 'i***.d***@docentecoahuila.gob.mx',
      kind: 'teacher',
      label: 'Docente',
    },
    {
      id: '2',
      act: 'create',
      account: 'i***.d***@seducoahuila.gob.mx',
      kind: 'staff',
      label: 'Personal de la SEDU',
    },
  ])
  expect((await visitor.confirm()).body).toMatchObject({
    code: 'malformed',
    fields: [{ name: 'account', code: 'required' }],
  })
  expect((await visitor.confirm({ account: '3' })).body.fields).toEqual([
    { name: 'account', code: 'unknown' },
  ])
  const first = await visitor.confirm({ account: '2' })
  expect(first.body).toMatchObject({ act: 'create', account: 'i***.d***@seducoahuila.gob.mx' })
  expect((await visitor.confirm({ account: '1' })).body).toEqual(first.body)
  const other = h.visitor()
  expect((await other.identify(ana)).body.accounts.map(({ act }: { act: string }) => act)).toEqual([
    'create',
    'reset',
  ])
  expect((await other.confirm({ account: '2' })).body).toMatchObject({ status: 409, code: 'reset-recently' })
  expect((await other.confirm({ account: '1' })).body).toMatchObject({ act: 'create', state: 'done' })
  expect(await addressOf(h, ana, 'teacher')).toBe('itzel.duran@docentecoahuila.gob.mx')
  expect(await addressOf(h, ana, 'staff')).toBe('itzel.duran@seducoahuila.gob.mx')
  await longAgo(h, ana)
  await other.identify(ana)
  expect((await other.confirm({ account: '1' })).body.act).toBe('reset')
  expect(await movementsOf(h, ana)).toHaveLength(3)
})

inHouse('one with a blocked account is offered the other', async h => {
  const ana = await h.person({ ...teaching, nombre: 'Zaira', primer_apellido: 'Lomelí' })
  await h.load('workers', [
    { ...ana.row, ...teaching },
    { ...ana.row, ...office },
  ])
  const visitor = h.visitor()
  await visitor.identify(ana)
  await visitor.confirm({ account: '1' })
  await h.look(
    `update account set state = 'blocked' where id in (select account_id from holding where person_id = '${ana.id}')`,
  )
  const { body } = await visitor.identify(ana)
  expect(body).toMatchObject({ act: 'create', account: 'z***.l***@seducoahuila.gob.mx' })
  expect(body.accounts).toBeUndefined()
  expect((await visitor.confirm()).body.state).toBe('done')
})

inHouse('a transfer to another kind while she read ends her visit', async h => {
  const ana = await h.person({ ...teaching, nombre: 'Abril', primer_apellido: 'Yáñez' })
  const visitor = h.visitor()
  expect((await visitor.identify(ana)).body.account).toContain('@docentecoahuila')
  await h.load('workers', [{ ...ana.row, ...office }])
  expect((await visitor.confirm()).status).toBe(410)
  expect((await visitor.identify(ana)).body.account).toContain('@seducoahuila')
})

inHouse('a student proves who she is with her control number, and it is her address', async h => {
  const eva = await h.student({ correo_alterno: 'eva@correo-libre.mx' })
  const { curp = '', controlNumber = '' } = eva.claim
  const visitor = h.visitor()
  const known = await visitor.identify({
    ...eva,
    claim: { curp: curp.toLowerCase(), controlNumber: ` ${controlNumber} ` },
  })
  expect(known.body).toMatchObject({ act: 'create', account: `${controlNumber[0]}***@alumnocoahuila.gob.mx` })
  await visitor.confirm()
  const mail = await h.smtp.waitFor(({ to }) => to.includes('eva@correo-libre.mx'))
  const { account, password } = credentialsIn(mail.text)
  expect(account).toBe(`${controlNumber}@alumnocoahuila.gob.mx`)
  expect((await visitor.changePassword(account, password, 'el desierto florece en abril')).status).toBe(204)
  const other = { ...eva, claim: { curp, controlNumber: `9${controlNumber.slice(1)}` } }
  expect((await h.visitor().identify(other)).body.code).toBe('not-verified')
  expect((await h.visitor().identify({ ...eva, profile: 'worker' })).status).toBe(400)
})

inHouse('a worker’s keys open nothing as a student, and hers of another employer nothing at all', async h => {
  const ana = await h.person({ ...teaching })
  const asStudent = {
    ...ana,
    profile: 'student' as const,
    claim: { curp: ana.claim.curp ?? '', controlNumber: '20999999' },
  }
  expect((await h.visitor().identify(asStudent)).body.code).toBe('not-verified')
  expect((await h.visitor().identify(wrong(ana))).body.code).toBe('not-verified')
  await h.load('workers', [{ ...ana.row, curt: 'OTRA9999' }], 'estado')
  const there = { ...ana, claim: { ...ana.claim, curt: 'OTRA9999' } }
  expect((await h.visitor().identify(there)).status).toBe(201)
  await h.look(
    `update affiliation set status = 'inactive', "to" = now() where person_id = '${ana.id}' and source = 'estado'`,
  )
  expect((await h.visitor().identify(there)).body.code).toBe('not-verified')
  expect((await h.visitor().identify(ana as Person)).status).toBe(201)
})
