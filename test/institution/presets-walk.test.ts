import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createAccount } from '../../api/accounts/create.ts'
import { maskAccount } from '../../api/mask.ts'
import { type House, house, type Person } from '../house.ts'
import type { Row } from '../roster/synthetic.ts'
import { type Answer, credentialsIn, type Visitor } from '../visitor.ts'
import { addressOf, codeFor, codesAgo, longAgo } from '../visits/rows.ts'

interface Someone {
  as: 'worker' | 'student'
  row: Row
  kind: string
  label: string
  address: (row: Row) => string
  acts: ('create' | 'reset')[]
}
interface Preset {
  profiles: [profile: string, fields: string[]][]
  people: Record<string, Someone>
  confirmation: 'direct' | 'code'
  timeZone: string
  /** Hours behind UTC, all year. */
  behind: number
  /** As the screens of a stop say it, somewhere in its steps. */
  directions: { 'create-by-request': string; 'no-alternate-email': string }
  document: { code: string; version: string; from?: string; to?: string; records?: string[] }
  domains: string[]
}

const luz = { nombre: 'Luz Elena', primer_apellido: 'Muñiz' }
const both: Someone['acts'] = ['create', 'reset']
const workerKeys: [string, string[]] = ['worker', ['CURP', 'Clave de empleado']]

/** Written from what the five institutions ask for, not from their files. */
const presets: Record<string, Preset> = {
  colima: {
    profiles: [['worker', ['CURP', 'CURT']]],
    people: {
      'a worker': {
        as: 'worker',
        row: luz,
        kind: 'personal',
        label: 'Personal',
        address: () => 'luz.muniz@colima.example',
        acts: both,
      },
    },
    confirmation: 'direct',
    timeZone: 'America/Mexico_City',
    behind: 6,
    directions: { 'create-by-request': 'oficio', 'no-alternate-email': 'talón de pago' },
    document: { code: 'GI-', version: '1' },
    domains: ['colima.example'],
  },
  coahuila: {
    profiles: [workerKeys, ['student', ['Número de control', 'CURP']]],
    people: {
      'a teacher': {
        as: 'worker',
        row: { ...luz, cct: '05DPR0001B', puesto: 'MAESTRA DE GRUPO' },
        kind: 'teacher',
        label: 'Docente',
        address: () => 'luz.muniz@docentecoahuila.gob.mx',
        acts: both,
      },
      'a secretary of the SEDU': {
        as: 'worker',
        row: { ...luz, cct: '05ADG0001W', puesto: 'SECRETARIA' },
        kind: 'staff',
        label: 'Personal de la SEDU',
        address: () => 'luz.muniz@seducoahuila.gob.mx',
        acts: both,
      },
      'a student': {
        as: 'student',
        row: luz,
        kind: 'student',
        label: 'Estudiante',
        address: row => `${row.numero_control}@alumnocoahuila.gob.mx`,
        acts: both,
      },
    },
    confirmation: 'direct',
    timeZone: 'America/Monterrey',
    behind: 6,
    directions: { 'create-by-request': 'oficio', 'no-alternate-email': 'credencial de estudiante' },
    document: { code: 'PE-DS-DGTI-011', version: '02', from: '2023-06-16', to: '2025-06-16' },
    domains: ['alumnocoahuila.gob.mx', 'docentecoahuila.gob.mx', 'seducoahuila.gob.mx'],
  },
  morelia: {
    profiles: [['student', ['Número de control', 'CURP']], workerKeys],
    people: {
      'a student of new enrolment': {
        as: 'student',
        row: luz,
        kind: 'student',
        label: 'Estudiante',
        address: row => `l${row.numero_control}@morelia.example`,
        acts: both,
      },
      'a teacher or clerk': {
        as: 'worker',
        row: luz,
        kind: 'personal',
        label: 'Personal',
        address: () => 'luz.muniz@morelia.example',
        acts: ['reset'],
      },
      'a graduate in titulación': {
        as: 'student',
        row: { ...luz, nombre: 'Noé', estatus: 'titulacion' },
        kind: 'graduate',
        label: 'Persona egresada',
        address: () => 'noe.muniz@morelia.example',
        acts: ['reset'],
      },
    },
    confirmation: 'code',
    timeZone: 'America/Mexico_City',
    behind: 6,
    directions: {
      'create-by-request': 'documento de la oficina de titulación',
      'no-alternate-email': 'horario',
    },
    document: { code: 'Sin código', version: '0', from: '2023-01-16' },
    domains: ['anterior.morelia.example', 'morelia.example'],
  },
  politecnica: {
    profiles: [workerKeys],
    people: {
      'a collaborator': {
        as: 'worker',
        row: luz,
        kind: 'personal',
        label: 'Personal',
        address: () => 'luz.muniz@politecnica.example',
        acts: ['reset'],
      },
    },
    confirmation: 'code',
    timeZone: 'America/Mexico_City',
    behind: 6,
    directions: { 'create-by-request': 'visto bueno', 'no-alternate-email': 'Coordinación de Tecnologías' },
    document: {
      code: 'CT-RG.03',
      version: '02',
      records: ['CT-RG.01', 'CT-RG.02', 'CT-RG.03', 'DP-RG.02'],
    },
    domains: ['politecnica.example'],
  },
  sinaloa: {
    profiles: [workerKeys],
    people: {
      'a public servant of the agency with a domain of its own': {
        as: 'worker',
        row: { ...luz, cct: '25ADG0001C' },
        kind: 'innovation',
        label: 'Oficial de la SIG',
        address: () => 'luz.muniz@sig.sinaloa.example',
        acts: ['reset'],
      },
      'a public servant of another agency': {
        as: 'worker',
        row: { ...luz, cct: '25DPR0001A' },
        kind: 'personal',
        label: 'Oficial',
        address: () => 'luz.muniz@sinaloa.example',
        acts: ['reset'],
      },
    },
    confirmation: 'direct',
    timeZone: 'America/Mazatlan',
    behind: 7,
    directions: { 'create-by-request': 'RSDT-08.01', 'no-alternate-email': 'enlace tecnológico' },
    document: { code: 'PSDT-08', version: '01', from: '2014-03-26', records: ['RSDT-08.01', 'RSDT-08.02'] },
    domains: ['sig.sinaloa.example', 'sinaloa.example'],
  },
}

const stops =
  'not-verified no-alternate-email account-blocked reset-recently in-progress self-service-paused needs-review create-by-request too-many-attempts not-available'.split(
    ' ',
  )
const notice = 'version date controller address basis purposes transfers rights full'.split(' ')

const staff = { as: 'member:1', channel: 'staff' } as const
let people = 0

const enrol = (h: House, { as, row }: Someone): Promise<Person> => {
  const whole = { segundo_apellido: '', correo_alterno: `persona.${people++}@correo-libre.mx`, ...row }
  return as === 'worker' ? h.person(whole) : h.student(whole)
}

/** What staff do with her request. */
async function createByStaff(h: House, { id }: Person, kind: string) {
  const [post] = await h.look<{ id: number }>(
    `select id::int as id from affiliation where person_id = '${id}'`,
  )
  await createAccount(h.ctx, staff, { person: id, kind, affiliation: post?.id ?? 0 })
}

/** At once, or with the code that was mailed: as the preset wants it. */
async function confirmAs(h: House, visitor: Visitor, person: Person): Promise<Answer> {
  if (h.ctx.institution.confirmation === 'direct') return visitor.confirm()
  expect((await visitor.confirm()).body.code).toBe('malformed')
  expect((await visitor.ask('POST', '/api/visits/current/codes')).status).toBe(202)
  return visitor.confirm({ code: codeFor(h, person) })
}

/** «10:42 h», so many hours behind UTC. */
const hourOf = (moment: string, behind: number) =>
  `${new Date(Date.parse(moment) - behind * 3_600_000).toISOString().slice(11, 16)} h`

describe.each(Object.entries(presets))('the preset %s', (name, preset) => {
  const { onPostgres } = house({ preset: name })

  onPostgres(
    'asks each profile for its claim, in its words, with notice, contact and directions',
    async h => {
      const { body } = await h.visitor().ask('GET', '/api/institution')
      const told = body.profiles.map((one: { name: string; claim: { label: string }[] }) => [
        one.name,
        one.claim.map(({ label }) => label),
      ])
      expect(told).toEqual(preset.profiles)
      const { timeZone, confirmation } = preset
      expect(body).toMatchObject({ timeZone, confirmation, delivery: 'temporal' })
      expect(Object.keys(body.privacyNotice).sort()).toEqual([...notice].sort())
      expect(Object.keys(body.directions).sort()).toEqual([...stops].sort())
      for (const code of ['create-by-request', 'no-alternate-email'] as const)
        expect(body.directions[code]).toContain(preset.directions[code])
      for (const key of ['area', 'place', 'phone', 'hours', 'bring'])
        expect(body.contact[key], key).toMatch(/\S/)
      for (const [profile] of preset.profiles) {
        const page = await h.visitor().ask('GET', profile === 'student' ? '/estudiante' : '/trabajador')
        for (const shown of [body.name, body.contact.phone, body.privacyNotice.controller])
          expect(page.text, profile).toContain(shown)
      }
      const { documents, domains } = h.ctx.institution
      const { records = [], ...document } = preset.document
      expect(documents).toMatchObject(document)
      if (records.length > 0) expect(Object.keys(documents?.records ?? {})).toEqual(records)
      expect([...domains].sort()).toEqual(preset.domains)
    },
  )

  for (const [who, someone] of Object.entries(preset.people)) {
    const { kind, label, acts, address } = someone
    onPostgres(
      `${who} gets the account of her kind, resets it, and reads the hour where she lives`,
      async h => {
        const person = await enrol(h, someone)
        const whole = address(person.row)
        const visitor = h.visitor()
        const known = await visitor.identify(person)
        if (acts.includes('create')) {
          expect(known.body).toMatchObject({ act: 'create', account: maskAccount(whole) })
          expect((await confirmAs(h, visitor, person)).body).toMatchObject({ act: 'create', state: 'done' })
        } else {
          expect(known.body).toMatchObject({ status: 409, code: 'create-by-request' })
          expect(known.body.directions).toContain(preset.directions['create-by-request'])
          await createByStaff(h, person, kind)
        }
        expect(await addressOf(h, person, kind)).toBe(whole)
        expect(h.ctx.institution.accounts.find(rule => rule.kind === kind)?.label).toBe(label)
        expect(acts).toContain('reset')
        await longAgo(h, person)
        await codesAgo(h, person, '2 minutes')
        expect((await visitor.identify(person)).body).toMatchObject({
          act: 'reset',
          account: maskAccount(whole),
        })
        const { body } = await confirmAs(h, visitor, person)
        const mail = await h.smtp.waitFor(
          ({ text }) => text.includes(body.folio) && text.includes('Contraseña temporal'),
        )
        expect(mail.text).toContain(`a las ${hourOf(body.at, preset.behind)}`)
        const { account, expires, password } = credentialsIn(mail.text)
        expect(account).toBe(whole)
        expect(expires).toMatch(new RegExp(`, ${hourOf(body.expiresAt, preset.behind)}$`))
        expect((await visitor.changePassword(account, password, 'cada quien con su contraseña')).status).toBe(
          204,
        )
      },
    )
  }

  onPostgres('says before anything is done how a person confirms', async h => {
    const [someone] = Object.values(preset.people)
    if (!someone) throw new Error('a preset without people')
    const person = await enrol(h, someone)
    if (!someone.acts.includes('create')) {
      await createByStaff(h, person, someone.kind)
      await longAgo(h, person)
    }
    expect((await h.visitor().identify(person)).body.confirmation).toBe(preset.confirmation)
  })
})

test('the table is about every preset there is', () => {
  const files = readdirSync('api/institution/presets').map(file => file.replace('.yaml', ''))
  expect(files.sort()).toEqual(Object.keys(presets).sort())
})
