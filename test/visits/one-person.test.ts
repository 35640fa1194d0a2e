import { describe, expect } from 'vitest'
import { createAccount } from '../../api/accounts/create.ts'
import { type House, house, type Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'
import { addressOf, longAgo, movementsOf } from './rows.ts'

const staff = { as: 'member:1', channel: 'staff' } as const

const studentRow = (person: Person, numero: string, other: Record<string, string> = {}) => ({
  ...person.row,
  numero_control: numero,
  programa: 'MAESTRÍA',
  periodo: '2026-2',
  ...other,
})
const asStudent = (person: Person, numero: string): Person => ({
  ...person,
  profile: 'student',
  claim: { controlNumber: numero, curp: person.claim.curp ?? '' },
})
const kinds = ({ accounts = [] }: { accounts?: { kind: string; act: string; label: string }[] }) =>
  accounts.map(({ kind, act, label }) => `${act} ${kind} ${label}`)

describe('P1-e: a person with several accounts', () => {
  const { onPostgres } = house({ preset: 'coahuila' })

  onPostgres(
    'a teacher who studies is offered both whichever way she came in, hers of that way first',
    async h => {
      const ana = await h.person({ cct: '05DPR0001B', puesto: 'DOCENTE' })
      const studies = asStudent(ana, '22770001')
      await h.load('students', [studentRow(ana, '22770001', { cct: '' })])
      const teaches = await h.visitor().identify(ana)
      expect(kinds(teaches.body)).toEqual(['create teacher Docente', 'create student Estudiante'])
      expect(teaches.body.person.centre).toBe('05D***01B')
      const visitor = h.visitor()
      const { body } = await visitor.identify(studies)
      expect(kinds(body)).toEqual(['create student Estudiante', 'create teacher Docente'])
      expect((await visitor.confirm()).status).toBe(400)
      expect((await visitor.confirm({ account: '2' })).body).toMatchObject({
        act: 'create',
        account: expect.stringContaining('@docentecoahuila.gob.mx'),
      })
      expect((await visitor.confirm({ account: '1' })).body.account).toContain('@docentecoahuila.gob.mx')
      expect(await movementsOf(h, ana)).toHaveLength(1)
      expect(kinds((await h.visitor().identify(ana)).body)).toEqual([
        'reset teacher Docente',
        'create student Estudiante',
      ])
    },
  )

  onPostgres('two rows of the padrón stay two people, however alike their names', async h => {
    const ana = await h.person({
      nombre: 'Irma',
      primer_apellido: 'Solís',
      correo_alterno: 'la.misma@correo-libre.mx',
    })
    const other = await h.student({
      nombre: 'Irma',
      primer_apellido: 'Solís',
      correo_alterno: 'la.misma@correo-libre.mx',
    })
    expect((await h.visitor().identify(ana)).body.accounts).toBeUndefined()
    expect((await h.visitor().identify(other)).body.accounts).toBeUndefined()
    const mixed = asStudent(ana, other.claim.controlNumber ?? '')
    expect((await h.visitor().identify(mixed)).body.code).toBe('not-verified')
  })

  onPostgres('an enrolment that ended proves nobody, and her post offers its own account alone', async h => {
    const ana = await h.person({ cct: '05DPR0001B', puesto: 'DOCENTE' })
    await h.load('students', [studentRow(ana, '22770002', { cct: '', estatus: 'inactivo' })])
    const ended = await h.visitor().identify(asStudent(ana, '22770002'))
    const nobody = await h.visitor().identify(asStudent(ana, '22770999'))
    expect({ ...ended.body, reference: '' }).toEqual({ ...nobody.body, reference: '' })
    expect(ended.status).toBe(403)
    expect((await h.visitor().identify(ana)).body.accounts).toBeUndefined()
  })

  onPostgres('a post that ended while she read ends the choice of its account, not of the other', async h => {
    const ana = await h.person({ cct: '05DPR0001B', puesto: 'DOCENTE' })
    await h.load('students', [studentRow(ana, '22770003', { cct: '' })])
    const visitor = h.visitor()
    await visitor.identify(asStudent(ana, '22770003'))
    await h.look(
      `update affiliation set status = 'inactive', "to" = now() where person_id = '${ana.id}' and profile = 'worker'`,
    )
    expect((await visitor.confirm({ account: '2' })).status).toBe(410)
    expect((await visitor.confirm({ account: '1' })).body).toMatchObject({ act: 'create', state: 'done' })
  })
})

describe('who left school', () => {
  const morelia = house({ preset: 'morelia', institution: 'confirmation: direct' })
  const { onPostgres } = morelia

  /** Her account of the years when the school had another domain. */
  async function oldAccount(h: House, person: Person, kind: string) {
    const [post] = await h.look<{ id: number }>(
      `select id::int as id from affiliation where person_id = '${person.id}'`,
    )
    const made = await createAccount(h.ctx, staff, { person: person.id, kind, affiliation: post?.id ?? 0 })
    const domain = 'anterior.morelia.example'
    await h.look(`update address set domain = '${domain}' where account_id = '${made.accountId}'`)
    await h.look(`update mailbox set domain = '${domain}' where marker = '${made.accountId}'`)
    await longAgo(h, person)
  }
  const leaves = (h: House, eva: Person, estatus: string) => h.load('students', [{ ...eva.row, estatus }])

  onPostgres('a graduate asks for her account of the current domain with a request', async h => {
    for (const estatus of ['egresado', 'titulacion', 'Pasante']) {
      const eva = await h.student({ estatus, correo_alterno: 'eva.libre@correo-libre.mx' })
      const { body } = await h.visitor().identify(eva)
      expect(body, estatus).toMatchObject({ status: 409, code: 'create-by-request' })
      expect(body.directions).toContain('titulación')
      expect(await movementsOf(h, eva)).toEqual([])
    }
  })

  onPostgres('who was struck off is not told apart from somebody unknown', async h => {
    const eva = await h.student({ estatus: 'baja' })
    const gone = await h.visitor().identify(eva)
    const nobody = await h.visitor().identify({ ...eva, claim: { ...eva.claim, controlNumber: '99999998' } })
    expect(gone.status).toBe(403)
    expect({ ...gone.body, reference: '' }).toEqual({ ...nobody.body, reference: '' })
  })

  onPostgres(
    'she resets what she holds in the former domain, makes it her own, and gets no second one there',
    async h => {
      const eva = await h.student({ correo_alterno: 'eva.vieja@correo-libre.mx' })
      await oldAccount(h, eva, 'student')
      await leaves(h, eva, 'egresado')
      const visitor = h.visitor()
      const { body } = await visitor.identify(eva)
      expect(body).toMatchObject({ act: 'reset', account: 'l***@anterior.morelia.example' })
      expect(body.accounts).toBeUndefined()
      const done = await visitor.confirm()
      expect(done.body).toMatchObject({
        act: 'reset',
        state: 'done',
        account: 'l***@anterior.morelia.example',
      })
      const mail = await h.smtp.waitFor(
        ({ text }) => text.includes(done.body.folio) && text.includes('temporal'),
      )
      const { account, password } = credentialsIn(mail.text)
      expect(account).toBe(`l${eva.row.numero_control}@anterior.morelia.example`)
      expect((await visitor.changePassword(account, password, 'las jacarandas de marzo')).status).toBe(204)
      const [made] = await h.look<{ n: number }>(
        `select count(*)::int as n from address where domain = 'anterior.morelia.example' and account_id in
        (select account_id from holding where person_id = '${eva.id}')`,
      )
      expect(made?.n).toBe(1)
    },
  )

  onPostgres('struck off meanwhile, she resets nothing any more', async h => {
    const eva = await h.student({ correo_alterno: 'eva.baja@correo-libre.mx' })
    await oldAccount(h, eva, 'student')
    await leaves(h, eva, 'egresado')
    const visitor = h.visitor()
    expect((await visitor.identify(eva)).status).toBe(201)
    await h.look(`update affiliation set status = 'inactive', "to" = now() where person_id = '${eva.id}'`)
    expect((await visitor.confirm()).status).toBe(410)
    expect((await h.visitor().identify(eva)).status).toBe(403)
  })

  onPostgres('an address of the former domain is nobody’s alternate address', async h => {
    const eva = await h.student({ correo_alterno: 'eva@anterior.morelia.example' })
    expect((await h.visitor().identify(eva)).body.code).toBe('no-alternate-email')
  })

  onPostgres('one who finished and studies on keeps her account as a student', async h => {
    const eva = await h.student({ correo_alterno: 'eva.sigue@correo-libre.mx' })
    await h.load('students', [
      { ...eva.row, estatus: 'egresado' },
      { ...eva.row, numero_control: 'M22880001', programa: 'MAESTRÍA' },
    ])
    for (const controlNumber of [eva.claim.controlNumber ?? '', 'M22880001']) {
      const { body } = await h.visitor().identify({ ...eva, claim: { ...eva.claim, controlNumber } })
      expect(body).toMatchObject({ act: 'create', account: 'l***@morelia.example' })
    }
    await h.visitor().goThrough(eva)
    expect(await addressOf(h, eva, 'student')).toBe('lm22880001@morelia.example')
  })

  const alone = house({
    preset: 'morelia',
    institution: 'confirmation: direct\naccounts: { graduate: { selfService: [create, reset] } }',
  })
  alone.onPostgres(
    'where the institution lets her, she creates the current one beside the former',
    async h => {
      const eva = await h.student({
        nombre: 'Eva',
        primer_apellido: 'Ríos',
        correo_alterno: 'eva.nueva@correo-libre.mx',
      })
      await oldAccount(h, eva, 'student')
      await leaves(h, eva, 'titulacion')
      const visitor = h.visitor()
      const { body } = await visitor.identify(eva)
      expect(kinds(body)).toEqual(['create graduate Persona egresada', 'reset student Estudiante'])
      expect((await visitor.confirm({ account: '1' })).body).toMatchObject({ act: 'create', state: 'done' })
      expect(await addressOf(h, eva, 'graduate')).toBe('eva.rios@morelia.example')
      expect(await addressOf(h, eva, 'student')).toContain('@anterior.morelia.example')
    },
  )
})
