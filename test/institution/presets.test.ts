import { expect, test } from 'vitest'
import { kindFor } from '../../api/institution/kind-for.ts'
import { loadInstitution } from '../../api/institution/load.ts'
import { toPublic } from '../../api/institution/public.ts'

const teacher = {
  profile: 'worker',
  centre: '05DPR0001A',
  post: 'Docente frente a grupo',
  status: 'active',
  statusAsCame: 'activo',
  period: '',
} as const

test('the Colima preset loads whole', () => {
  const colima = loadInstitution('colima', {})
  expect(colima).toMatchObject({
    timeZone: 'America/Mexico_City',
    profiles: { worker: { claim: ['curp', 'curt'] } },
    delivery: 'temporal',
    confirmation: 'direct',
    providers: { buzones: { type: 'sql' } },
    domains: ['colima.example'],
    sexX: true,
    warnings: [],
  })
  expect(
    colima.accounts.map(({ kind, profile, unit, selfService }) => ({ kind, profile, unit, selfService })),
  ).toEqual([
    { kind: 'personal', profile: 'worker', unit: undefined, selfService: ['create', 'reset'] },
    { kind: 'workCentre', profile: undefined, unit: 'centre', selfService: [] },
    { kind: 'service', profile: undefined, unit: 'programme', selfService: [] },
    { kind: 'function', profile: undefined, unit: 'appointment', selfService: [] },
  ])
})

test('the Coahuila preset has its three domains, its own words and its document', () => {
  const coahuila = loadInstitution('coahuila', {}, { now: new Date('2024-01-01') })
  expect(coahuila.timeZone).toBe('America/Monterrey')
  expect(coahuila.profiles).toEqual({
    worker: { claim: ['curp', 'curt'] },
    student: { claim: ['controlNumber', 'curp'] },
  })
  expect(coahuila.fields.curt?.label).toBe('Clave de empleado')
  expect(coahuila.accounts.map(({ kind }) => kind)).toEqual(['workCentre', 'teacher', 'staff', 'student'])
  expect([...coahuila.domains].sort()).toEqual([
    'alumnocoahuila.gob.mx',
    'docentecoahuila.gob.mx',
    'seducoahuila.gob.mx',
  ])
  expect(coahuila.documents).toEqual({
    code: 'PE-DS-DGTI-011',
    version: '02',
    from: '2023-06-16',
    to: '2025-06-16',
    records: {
      'F-007': 'Diagrama de flujo',
      'F-008': 'Instructivo de llenado',
      'F-009': 'Riesgos inherentes',
    },
  })
  expect(coahuila.warnings).toEqual([])
  expect(JSON.stringify(toPublic(coahuila, false))).not.toMatch(/colima/i)
})

test.each([
  ['2025-05-16T12:00:00Z', []],
  ['2025-05-17T12:00:00Z', ['El documento PE-DS-DGTI-011 versión 02 vence el 2025-06-16']],
  // Eleven at night in Monterrey: still its last day.
  ['2025-06-17T05:00:00Z', ['El documento PE-DS-DGTI-011 versión 02 vence el 2025-06-16']],
  ['2025-06-17T12:00:00Z', ['El documento PE-DS-DGTI-011 versión 02 venció el 2025-06-16']],
])('on %s the owner of a document is warned as its term says', (now, warnings) => {
  expect(loadInstitution('coahuila', {}, { now: new Date(now) }).warnings).toEqual(warnings)
})

test.each([
  ['a teacher in a school', {}, 'teacher'],
  ['a teacher written in capitals', { post: 'DOCENTE' }, 'teacher'],
  ['a secretary in a school', { post: 'Secretaria de apoyo' }, 'staff'],
  ['a teacher posted to an office', { centre: '05ADG0001A' }, 'staff'],
  ['a student', { profile: 'student', post: 'Bachillerato' }, 'student'],
  ['somebody of a profile that is not there', { profile: 'graduate' }, undefined],
  ['a student who left', { profile: 'student', post: 'Bachillerato', status: 'graduate' }, undefined],
])('in Coahuila %s gets the kind that her post says', (_, differs, kind) => {
  expect(kindFor(loadInstitution('coahuila', {}), { ...teacher, ...(differs as object) })?.kind).toBe(kind)
})

test('the public sees the institution, not how it works', () => {
  const told = toPublic(loadInstitution('colima', {}), true)
  expect(Object.keys(told).sort()).toEqual(
    'brand confirmation contact delivery demo directions kiosk name privacyNotice profiles shortName texts timeZone version webmail'.split(
      ' ',
    ),
  )
  expect(told.demo).toBe(true)
  expect(told.profiles).toEqual([
    {
      name: 'worker',
      claim: [
        expect.objectContaining({
          name: 'curp',
          label: 'CURP',
          hint: '18 letras y números, como aparece en su constancia',
        }),
        { name: 'curt', label: 'CURT', hint: 'Está en su talón de pago', pattern: '^[A-Z0-9]{4,20}$' },
      ],
    },
  ])
})
