import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { kindFor } from '../../api/institution/kind-for.ts'
import { loadInstitution } from '../../api/institution/load.ts'
import { folderOf, problemsOf } from './written-file.ts'

test('when looks at programme, period and status of a student, and all of it must hold', () => {
  const file = folderOf({
    'mia.yaml': [
      'extends: coahuila',
      'accounts:',
      '  student:',
      '    when: { programa: "^ISC$", periodo: "^2026", estatus: "^(activo|titulacion)$", cct: "^05" }',
    ].join('\n'),
  })
  const institution = loadInstitution(file, {})
  const student = {
    profile: 'student',
    centre: '05DIT0001W',
    post: 'ISC',
    status: 'active',
    statusAsCame: 'activo',
    period: '2026-1',
  } as const
  expect(kindFor(institution, student)?.kind).toBe('student')
  for (const differs of [
    { post: 'ISCX' },
    { period: '2025-2' },
    { status: 'graduate', statusAsCame: 'egresado' } as const,
    { status: 'inactive', statusAsCame: 'activo' } as const,
    { centre: '06DIT0001W' },
  ]) {
    expect(kindFor(institution, { ...student, ...differs })).toBeUndefined()
  }
  const graduating = { ...student, status: 'graduating', statusAsCame: 'titulacion' } as const
  expect(kindFor(institution, graduating)?.kind).toBe('student')
  expect(kindFor(loadInstitution('coahuila', {}), graduating)).toBeUndefined()
})

test('a file that extends a preset merges maps, replaces lists and values, and takes away what it empties', () => {
  const file = folderOf({
    'mia.yaml': [
      'extends: colima',
      'shortName: MIA',
      'contact: { phone: 312 000 0009 }',
      'privacyNotice: { version: 2 }',
      'accounts:',
      '  personal:',
      '    address: "{surname1}.{given}"',
      '    selfService: [reset]',
      '  service:',
      '  function: ~',
      'limits: { identifyFailures: { person: [[7, 90s]] } }',
      'terms: { visit: 15m }',
      'legacyDomains: [viejo.example]',
    ].join('\n'),
  })
  const mine = loadInstitution(file, {})
  const colima = loadInstitution('colima', {})
  expect(mine.shortName).toBe('MIA')
  expect(mine.name).toBe(colima.name)
  expect(mine.contact).toEqual({ ...colima.contact, phone: '312 000 0009' })
  expect(mine.privacyNotice).toEqual({ ...colima.privacyNotice, version: '2' })
  expect(mine.accounts.map(({ kind }) => kind)).toEqual(['personal', 'workCentre'])
  expect(mine.accounts[0]).toEqual({
    ...colima.accounts[0],
    address: ['{surname1}.{given}'],
    selfService: ['reset'],
  })
  expect(mine.limits.identifyFailures).toEqual({
    ...colima.limits.identifyFailures,
    person: [{ count: 7, seconds: 90 }],
  })
  expect(mine.terms).toEqual({ ...colima.terms, visit: 900 })
  expect(mine.domains).toEqual(['colima.example', 'viejo.example'])
  expect(mine.legacyDomains).toEqual(['viejo.example'])
})

test('limits and terms that nobody wrote are the contract’s', () => {
  const file = folderOf({ 'mia.yaml': 'extends: colima\nlimits:\nterms:\n' })
  const { limits, terms } = loadInstitution(file, {})
  expect(limits).toEqual({
    identifyFailures: {
      personAndSource: [{ count: 5, seconds: 86400 }],
      person: [{ count: 20, seconds: 86400 }],
      source: [
        { count: 30, seconds: 300 },
        { count: 100, seconds: 86400 },
      ],
      browser: [{ count: 8, seconds: 3600 }],
    },
    codeFailures: { person: [{ count: 5, seconds: 86400 }] },
    resets: [
      { count: 1, seconds: 900 },
      { count: 3, seconds: 86400 },
      { count: 5, seconds: 2592000 },
    ],
    mailsPerAddress: [
      { count: 5, seconds: 3600 },
      { count: 10, seconds: 86400 },
    ],
  })
  expect(terms).toEqual({
    visit: 600,
    code: 600,
    temporaryPassword: 86400,
    link: 86400,
    activationKey: 2592000,
    addressQuarantine: 31536000,
    contactCooldown: 259200,
  })
})

test('presets extend presets, each problem is shown where it was written, and circles are refused', () => {
  const mia = folderOf({
    'mia.yaml': 'extends: estado\nshortName: MIA\n',
    'presets/base.yaml': readFileSync('api/institution/presets/colima.yaml'),
    'presets/estado.yaml': '# del estado\nextends: base\nname: Estado\ntimeZone: America/Hermosillo\n',
    'presets/roto.yaml': '# roto\n\nextends: base\ntimeZone: Nada\n',
    'presets/a.yaml': 'extends: b\n',
    'presets/b.yaml': 'name: B\nextends: a\n',
  })
  const presetsDir = mia.replace('mia.yaml', 'presets')
  expect(loadInstitution(mia, {}, { presetsDir })).toMatchObject({
    shortName: 'MIA',
    name: 'Estado',
    timeZone: 'America/Hermosillo',
  })
  expect(problemsOf(() => loadInstitution('roto', {}, { presetsDir }))).toEqual([
    { file: `${presetsDir}/roto.yaml`, line: 4, path: 'timeZone', reason: 'no existe la zona horaria Nada' },
  ])
  expect(problemsOf(() => loadInstitution('a', {}, { presetsDir }))).toEqual([
    { file: `${presetsDir}/b.yaml`, line: 2, path: 'extends', reason: 'los modelos se extienden en círculo' },
  ])
  const other = folderOf({ 'otra.yaml': 'name: X\nextends: ../secreto\n' })
  expect(problemsOf(() => loadInstitution(other, {}, { presetsDir }))).toMatchObject([
    { line: 2, path: 'extends' },
  ])
})

test('values of the environment are read by name or from the file that NAME_FILE names', () => {
  const file = folderOf({
    'mia.yaml': [
      'extends: colima',
      'providers:',
      '  docentes:',
      '    { type: ldap, url: { env: LDAP_URL }, bindDn: cn=kiosco, bindPassword: { env: LDAP_BIND }, baseDn: dc=x, ca: ./ca.pem }',
    ].join('\n'),
    'ca.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    secret: 's3cr3t\n',
  })
  const env = { LDAP_URL: 'ldaps://directorio.example', LDAP_BIND_FILE: file.replace('mia.yaml', 'secret') }
  expect(loadInstitution(file, env).providers.docentes).toMatchObject({
    type: 'ldap',
    url: 'ldaps://directorio.example',
    bindPassword: 's3cr3t',
    ca: expect.stringContaining('BEGIN CERTIFICATE'),
  })
  expect(problemsOf(() => loadInstitution(file, { LDAP_URL: 'ldaps://x.example' }))).toEqual([
    {
      file,
      line: 4,
      path: 'providers.docentes.bindPassword',
      reason: 'falta la variable de entorno LDAP_BIND (o LDAP_BIND_FILE)',
    },
  ])
})

test('a code before and a link after can be asked for together', () => {
  const file = folderOf({ 'mia.yaml': 'extends: colima\ndelivery: enlace\nconfirmation: code\n' })
  expect(loadInstitution(file, {})).toMatchObject({ delivery: 'enlace', confirmation: 'code' })
})

test('a kind that no affiliation can reach is a warning', () => {
  const file = folderOf({
    'mia.yaml':
      'extends: colima\naccounts:\n  jefes: { profile: worker, when: { puesto: ^JEF }, domain: colima.example, address: "{given}", provider: buzones }\n',
  })
  expect(loadInstitution(file, {}).warnings).toEqual([
    'accounts.jefes no toca a nadie: antes hay un tipo de worker sin condición',
  ])
})

test('logo and font stand beside the file that names them', () => {
  const file = folderOf({
    'mia.yaml':
      'extends: colima\nbrand: { colour: "#621132", logo: arte/logo.svg, font: arte/letra.woff2 }\n',
    'arte/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>',
    'arte/letra.woff2': Buffer.from('wOF2....'),
  })
  const { brand } = loadInstitution(file, {})
  expect(brand.logo).toContain('<path d="M0 0h1v1z"/>')
  expect(brand.font?.length).toBe(8)
})
