import type {
  findAccounts,
  listApprovals,
  listKinds,
  listOrphans,
  readAccount,
  tryAddress,
} from '../../api/accounts/desk-contract.ts'
import type { listProposals } from '../../api/adoption/contract.ts'
import type { findCentres, listOwnStaff, readPerson, unmask } from '../../api/contacts/contract.ts'
import type { draftOficios, listOficios, listRegisters } from '../../api/oficios/contract.ts'
import type { Reply } from '../../api/route.ts'
import { aMovement, ok, type World } from './staff-world.ts'

const id = (n: number) => `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`
export const ACCOUNT = id(1)
export const PERSON = id(2)
export const OFICIO = id(3)
const CENTRE_ACCOUNT = id(4)
const FILE = id(5)
const OTHER = id(6)

type Account = Reply<typeof readAccount>
type Person = Reply<typeof readPerson>
type Oficio = Reply<typeof listOficios>['oficios'][number]

const oficio = { number: 'DP/0231/2026', date: '2026-11-20', sender: 'Dirección de Educación Primaria' }
const offer = (
  act: Account['acts'][number]['act'],
  needs: Account['acts'][number]['needs'],
  slip = false,
) => ({
  ...{ act, needs, slip, approval: false },
})

const holder = {
  ...{ id: PERSON, name: 'María Fernanda López Güemes', curp: 'LOGF***********78', centres: ['06DPR0104X'] },
  ...{ active: true, alternateEmail: 'mar***@g***.com' },
}

export const anAccount: Account = {
  ...{
    id: ACCOUNT,
    address: 'programa.ingles@colima.example',
    kind: 'service',
    label: 'Servicio',
    shared: true,
  },
  ...{ state: 'active', unit: 'Programa Nacional de Inglés', unitName: 'Programa Nacional de Inglés' },
  ...{ createdAt: '2024-08-12T16:00:00Z', blockedUntil: null, closedAt: null, reopenUntil: null },
  holder,
  mailWhileBlocked: true,
  directories: [
    {
      ...{ provider: 'buzones', seenAs: 'programa.ingles@colima.example', authority: true },
      ...{ observedAt: '2026-11-22T16:42:00Z', drift: '', lastSignIn: '2026-11-21T16:42:00Z' },
    },
  ],
  holdings: [
    {
      ...{
        person: { id: PERSON, name: holder.name },
        as: 'responsible',
        from: '2026-02-01T16:00:00Z',
        to: null,
      },
      ...{ reason: null, oficio },
    },
    {
      ...{
        person: { id: OTHER, name: 'Ángela Ñáñez Ibarra' },
        as: 'responsible',
        from: '2024-08-12T16:00:00Z',
      },
      ...{ to: '2026-02-01T16:00:00Z', reason: 'Cambio de adscripción', oficio: null },
    },
  ],
  movements: [
    { ...aMovement, account: 'programa.ingles@colima.example', accountId: ACCOUNT, personId: PERSON },
  ],
  letters: [{ id: OFICIO, number: 'SSST/0045/2026', state: 'sent', at: '2026-11-20T16:42:00Z' }],
  acts: [
    { ...offer('reset', 'either', true) },
    { ...offer('reassign', 'oficio', true) },
    { ...offer('block', 'either') },
    { ...offer('close', 'oficio') },
    { ...offer('activation-key', 'either', true) },
  ],
  waiting: [],
}

export const blocked: Account = {
  ...anAccount,
  state: 'blocked',
  blockedUntil: '2026-12-01T05:59:59Z',
  acts: [offer('unblock', 'none'), { ...offer('close', 'both'), approval: true }],
  waiting: [
    { approval: id(9), deed: 'account.close', by: 'José Ramírez Güemes', at: '2026-11-22T15:00:00Z' },
  ],
}
export const closed: Account = {
  ...anAccount,
  state: 'closed',
  closedAt: '2026-11-22T15:00:00Z',
  reopenUntil: '2027-11-22T15:00:00Z',
  acts: [offer('reopen', 'reason', true)],
  ...{ holder: null, directories: [], holdings: [], movements: [], letters: [] },
}

const found = {
  address: anAccount.address,
  id: ACCOUNT,
  kind: 'service',
  label: 'Servicio',
  unit: anAccount.unit,
}
const someFound: Reply<typeof findAccounts> = {
  exact: null,
  accounts: [
    { ...found, state: 'active', holder: { id: PERSON, name: holder.name } },
    {
      ...{
        id: CENTRE_ACCOUNT,
        address: '06dpr0104x@colima.example',
        kind: 'workCentre',
        label: 'Centro de trabajo',
      },
      ...{ state: 'blocked', unit: '06DPR0104X', holder: null },
    },
  ],
  persons: [{ ...holder, id: OTHER, name: 'Ángela Ñáñez Ibarra', alternateEmail: null }, holder],
  more: true,
}
export const noneFound: Reply<typeof findAccounts> = { exact: null, accounts: [], persons: [], more: false }

const aPerson: Person = {
  ...{ id: PERSON, name: holder.name, curp: holder.curp, active: true },
  affiliations: [
    {
      ...{ source: 'sep', profile: 'worker', centre: '06DPR0104X', centreName: 'Gregorio Torres Quintero' },
      ...{ post: 'Docente frente a grupo', status: 'activo', kind: 'personal' },
    },
  ],
  ...{ alternateEmail: 'mar***@g***.com', coolingUntil: null, pausedUntil: null, accounts: [], change: null },
}
const fresh: Person = {
  ...aPerson,
  ...{ id: OTHER, name: 'Ángela Ñáñez Ibarra', alternateEmail: null },
}
export const paused: Person = {
  ...aPerson,
  pausedUntil: '9999-12-31T23:59:59.999Z',
  coolingUntil: '2026-11-25T16:00:00Z',
  accounts: [{ id: ACCOUNT, address: anAccount.address, label: 'Servicio', state: 'active' }],
  change: {
    ...{ id: id(7), state: 'waiting-approval', sentTo: 'm***@o***.com', by: 'José Ramírez Güemes' },
    expiresAt: null,
  },
}
const staff: Reply<typeof listOwnStaff> = [aPerson, { ...fresh, affiliations: aPerson.affiliations }]

const whole: Reply<typeof unmask> = {
  name: holder.name,
  identifiers: [
    { kind: 'curp', value: 'LOGF850214MCMPRR78', current: true },
    { kind: 'curt', value: 'A2345678', current: true },
    { kind: 'curp', value: 'LOGF850214MCMPRR52', current: false },
  ],
  alternateEmail: 'mariafernanda.lopez@gmail.com',
}

const centre: Reply<typeof findCentres>['centres'][number] = {
  ...{ cct: '06DPR0104X', name: 'Gregorio Torres Quintero', level: 'Primaria', municipality: 'Colima' },
  ...{ active: true, director: { id: OTHER, name: 'Ángela Ñáñez Ibarra' }, directorEmail: 'ang***@o***.com' },
  ...{ missing: [], account: null },
}
const lacking: Reply<typeof findCentres>['centres'][number] = {
  ...centre,
  ...{ cct: '06DPR0105W', name: 'Benito Juárez', directorEmail: null, missing: ['director-email'] },
}

const kinds: Reply<typeof listKinds> = [
  ['personal', 'Personal', 'worker', false],
  ['workCentre', 'Centro de trabajo', 'centre', false],
  ['service', 'Servicio', 'programme', true],
  ['function', 'Función', 'appointment', true],
].map(([kind, label, whom, named]) => ({
  ...{ kind: String(kind), label: String(label), domain: 'colima.example' },
  ...{ for: whom as 'worker', named: named === true, needs: named ? 'oficio' : 'either', slip: true },
  policy: { version: '1', text: 'El uso del correo institucional es exclusivamente para asuntos oficiales.' },
}))
const free: Reply<typeof tryAddress> = {
  ...{ address: 'programa.ingles2@colima.example', free: true, takenBy: null, proposals: [] },
  similar: [{ address: anAccount.address, of: 'Programa Nacional de Inglés' }],
}
export const taken: Reply<typeof tryAddress> = {
  ...{ address: anAccount.address, free: false, takenBy: 'Programa Nacional de Inglés' },
  proposals: ['programa.ingles.oficial', 'programa.ingles.contacto', 'programa.ingles2'],
  similar: [{ address: 'programa.ingels@colima.example', of: 'Programa de Inglés, nivel Secundaria' }],
}

const approvals: Reply<typeof listApprovals> = [
  {
    ...{
      id: id(9),
      deed: 'account.close',
      account: { id: ACCOUNT, address: anAccount.address },
      person: null,
    },
    ...{ ask: { oficio, reason: 'El programa terminó' }, by: 'José Ramírez Güemes' },
    ...{ at: '2026-11-22T15:00:00Z', mine: false },
  },
  {
    ...{ id: id(10), deed: 'account.create', account: null, person: { id: PERSON, name: 'M*** L*** G.' } },
    ...{ ask: { kind: 'service', unit: 'Becas', name: 'becas', oficio }, by: 'Laura Pérez Núñez' },
    ...{ at: '2026-11-22T14:00:00Z', mine: true },
  },
]
const proposals: Reply<typeof listProposals> = [
  {
    ...{ id: 7, provider: 'docentes', seenAs: 'uid=mlopez,ou=personas,dc=example,dc=mx' },
    ...{
      entryName: 'M*** L***',
      address: 'mlopez@docente.colima.example',
      evidence: 'Mismo nombre y centro',
    },
    person: { id: PERSON, name: holder.name, centres: ['06DPR0104X'] },
  },
]
const orphans: Reply<typeof listOrphans> = [
  { ...found, state: 'active', holder: { id: PERSON, name: holder.name }, since: '2026-10-01T15:00:00Z' },
]

const words: Oficio['words'] = {
  addressee: {
    name: 'Mtra. Ana Ruiz Peña',
    post: 'Jefa del Nivel Primaria',
    place: 'Edificio B, planta alta',
  },
  subject: 'Se informa la creación de una cuenta de correo',
  antecedent: 'En atención a su oficio DP/0231/2026, de fecha 20 de noviembre de 2026:',
  body: 'Se creó la cuenta programa.ingles@colima.example a cargo de María Fernanda López Güemes.\n\nLos datos de acceso se enviaron a su correo alterno.',
  signer: { name: 'Ing. Rosa María Ochoa', post: 'Subdirectora de Sistemas y Servicios Telemáticos' },
  ...{ copies: ['Archivo'], initials: 'RMO/lap', place: 'Colima, Colima', date: '2026-11-22' },
}
const anOficio: Oficio = {
  ...{ id: OFICIO, folio: 'O-2026-K7WQ4T', letter: 'creation-reply', title: 'Respuesta a una creación' },
  ...{ state: 'issued', area: 'SSST', number: 'SSST/0045/2026', words },
  account: { id: ACCOUNT, address: anAccount.address },
  ...{ movement: 'M-2026-K7WQ4T', answers: oficio, documentCode: 'GI-', templateVersion: '1' },
  ...{ by: 'Laura Pérez Núñez', at: '2026-11-22T16:42:00Z', sentAt: null, acknowledgement: null },
}
export const received: Oficio = {
  ...anOficio,
  ...{ state: 'acknowledged', sentAt: '2026-11-22T17:00:00Z' },
  acknowledgement: { by: 'Oficialía de partes, Nivel Primaria', on: '2026-11-22', file: FILE },
}
export const drafts: Reply<typeof draftOficios> = [
  {
    ...{ letter: 'creation-reply', title: 'Respuesta a una creación', words },
    ...{ areas: ['SSST', 'SSST-SS'], typedNumber: false, nextNumber: 'SSST/0046/2026' },
  },
]
const registers: Reply<typeof listRegisters> = [
  { code: 'CT-RG.02', title: 'Bitácora de entrega de cuentas' },
  { code: 'MOVIMIENTOS', title: 'Registro de movimientos de cuentas' },
]

const draftsAt = 'GET /api/movements/M-2026-K7WQ4T/oficios/drafts' as const

/** What the service answers to the screens of the desk. */
export const deskWorld: World = {
  'GET /api/accounts': ok(someFound),
  [`GET /api/accounts/${ACCOUNT}`]: ok(anAccount),
  'GET /api/accounts/kinds': ok(kinds),
  'GET /api/accounts/addresses': ok(free),
  'GET /api/accounts/addresses/next': ok({ address: '06dpr0104x@colima.example' }),
  'GET /api/accounts/orphans': ok(orphans),
  'GET /api/approvals': ok(approvals),
  'GET /api/proposals': ok(proposals),
  'GET /api/persons': ok({ persons: [aPerson, fresh], more: false }),
  'GET /api/persons/own': ok(staff),
  [`GET /api/persons/${PERSON}`]: ok(aPerson),
  [`GET /api/persons/${OTHER}`]: ok(fresh),
  [`POST /api/persons/${PERSON}/unmaskings`]: ok(whole),
  'GET /api/centres': ok({ centres: [centre, lacking], more: false }),
  'GET /api/oficios': ok({ oficios: [anOficio, { ...received, id: FILE }], cursor: 'siguiente' }),
  [`GET /api/oficios/${OFICIO}`]: ok(anOficio),
  [draftsAt]: ok(drafts),
  'GET /api/registers': ok(registers),
  'POST /api/files': ok({ id: FILE, name: 'oficio.pdf', size: 1200 }, 201),
}
