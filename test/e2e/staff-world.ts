import type { Page, Route as Request } from 'playwright-core'
import type {
  findMovements,
  listViews,
  Movement,
  readDesk,
  readMovement,
} from '../../api/movements/contract.ts'
import { deedsOf, type Role } from '../../api/roles.ts'
import type { Reply, Route } from '../../api/route.ts'
import type { listMembers, listSessions, readSession } from '../../api/staff/contract.ts'
import type { listFactors } from '../../api/staff/own-contract.ts'
import { inMinutes } from './steps.ts'

/** A moment of an answer; it becomes text when the answer is given. */
const at = (minutes: number) => inMinutes(minutes) as unknown as string
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`

export const aSession = (
  held: Role[] = ['supervisor', 'admin'],
  other: { idle?: number; passwordDue?: true } = {},
): Reply<typeof readSession> => ({
  member: { id: id(1), login: 'lperez@mesa.example', name: 'Laura Pérez Núñez' },
  roles: held,
  units: [],
  deeds: [...deedsOf(held, false)],
  passwordDue: other.passwordDue ?? false,
  expiresAt: at(8 * 60),
  idleUntil: at(other.idle ?? 15),
  provenUntil: null,
})

export const aMovement: Movement = {
  folio: 'M-2026-K7WQ4T',
  kind: 'password-reset',
  state: 'done',
  account: 'm***.l***@docente.colima.example',
  accountId: id(2),
  person: 'M*** L*** G.',
  personId: id(3),
  actor: 'visitor',
  actorName: null,
  channel: 'kiosk',
  oficio: null,
  reason: null,
  intendedAt: '2026-11-22T16:42:00Z',
  appliedAt: '2026-11-22T16:42:02Z',
  deliveredAt: '2026-11-22T16:42:04Z',
  finishedAt: '2026-11-22T16:42:04Z',
  attempts: 1,
  problem: null,
  delivery: { to: 'mar***@g***.com', state: 'sent', smtp: '250 2.0.0 OK 1763829724' },
  steps: [{ provider: 'docentes', state: 'applied', outcome: 'reset' }],
}

const byStaff: Partial<Movement> = {
  folio: 'M-2026-PX3T6W',
  kind: 'account-creation',
  actor: `member:${id(1)}`,
  actorName: 'Laura Pérez Núñez',
  channel: 'staff',
  account: '06dpr0104x@centros.colima.example',
  person: 'Centro de Educación Preescolar «Gregorio Torres Quintero»',
  oficio: { number: 'DP/0231/2026', date: '2026-11-20', sender: 'Dirección de Educación Primaria' },
}
const stuck: Partial<Movement> = {
  folio: 'M-2026-C9NK5D',
  state: 'needs-attention',
  problem: 'mail-refused',
  deliveredAt: null,
  delivery: {
    to: 'm***@h***.com',
    state: 'refused',
    smtp: '550 5.1.1 The email account that you tried to reach does not exist',
  },
}

const aPage: Reply<typeof findMovements> = {
  movements: [aMovement, { ...aMovement, ...byStaff }, { ...aMovement, ...stuck }],
  cursor: 'siguiente',
  count: 1204,
  more: false,
}

const story = [
  ['movement-intended', {}],
  ['movement-applying', { attempt: 1 }],
  ['movement-delivering', { attempt: 1, outcome: 'reset' }],
  ['movement-done', { attempt: 1 }],
] as const

/** What one movement's page tells of each step beside what the list tells. */
const tried = { attempts: 1, reference: null, at: '2026-11-22T16:42:03Z' }

const told: Omit<Reply<typeof readMovement>, Exclude<keyof Movement, 'steps'>> = {
  origin: 'Quiosco de la Secretaría',
  check: 'Por teléfono coincidieron: CURP, Centro de trabajo',
  privacyNotice: '1',
  policy: null,
  sends: 1,
  story: story.map(([event, detail]) => ({
    ...{
      at: '2026-11-22T16:42:02Z',
      event,
      actor: 'visitor',
      actorName: null,
      detail,
      reference: 'R7K2Q9xY',
    },
  })),
  steps: aMovement.steps.map(step => ({ ...step, ...tried })),
  tasks: [],
  attendedAt: null,
  acts: ['resend', 'letter'],
  letters: [{ id: id(4), number: 'DTI/0045/2026', state: 'issued' }],
}
export const oneMovement: Reply<typeof readMovement> = { ...aMovement, ...told }
const stuckMovement: Reply<typeof readMovement> = {
  ...oneMovement,
  ...stuck,
  acts: ['resend', 'retry', 'done-by-hand', 'not-done-by-hand'],
  steps: [
    { provider: 'docentes', state: 'applied', outcome: 'reset', ...tried },
    { provider: 'aula-virtual', state: 'asked', outcome: null, ...tried },
  ],
  tasks: [
    { provider: 'aula-virtual', task: 'Cambie el correo de la persona en el aula virtual', state: 'asked' },
  ],
  story: [
    ...told.story.slice(0, 3),
    {
      ...{ at: '2026-11-22T16:43:02Z', actor: 'system', actorName: null, reference: null },
      event: 'algo-nuevo',
      detail: {},
    },
    {
      ...{ at: '2026-11-22T16:44:02Z', actor: 'system', actorName: null, reference: null },
      ...{ event: 'movement-needs-attention', detail: { attempt: 3, problem: 'mail-refused' } },
    },
  ],
}

const brief = ({ folio, kind, state, account, intendedAt, problem }: Movement) => ({
  ...{ folio, kind, state, account, problem, at: intendedAt },
})
const aDesk: Reply<typeof readDesk> = {
  attention: [
    brief({ ...aMovement, folio: 'M-2026-H4RM8C', state: 'needs-attention', problem: 'unavailable' }),
  ],
  unfinished: [brief({ ...aMovement, folio: 'M-2026-T8VW2Z', state: 'applying' })],
  refusedMails: [
    {
      ...brief({ ...aMovement, ...stuck } as Movement),
      to: 'm***@h***.com',
      smtp: '550 5.1.1 Buzón inexistente',
    },
  ],
  approvals: 2,
  proposals: 1,
  orphans: 3,
  lastLoad: { source: 'sep', asOf: '2026-11-20', people: 18_204 },
  services: [
    { name: 'SMTP_URL', works: true },
    { name: 'docentes', works: false },
  ],
}
export const emptyDesk: Reply<typeof readDesk> = {
  ...{ attention: [], unfinished: [], refusedMails: [], approvals: 0, proposals: 0, orphans: 0 },
  ...{ lastLoad: null, services: [{ name: 'SMTP_URL', works: true }] },
}

type Person = Reply<typeof listMembers>[number]
export const members: Person[] = [
  {
    ...{
      id: id(1),
      login: 'lperez@mesa.example',
      name: 'Laura Pérez Núñez',
      roles: ['supervisor', 'admin'],
      units: [],
    },
    ...{
      source: 'local',
      factors: ['totp', 'passkey'],
      createdAt: '2026-01-15T15:00:00Z',
      lastSignInAt: '2026-11-22T15:01:00Z',
      lastSeenAt: '2026-11-22T16:42:00Z',
    },
    ...{ off: false, sessions: 1 },
  },
  {
    ...{
      id: id(5),
      login: 'jramirez@mesa.example',
      name: 'José Ramírez Güemes',
      roles: ['operator'],
      units: ['level:Primaria'],
    },
    ...{
      source: 'local',
      factors: [],
      createdAt: '2026-11-20T15:00:00Z',
      lastSignInAt: null,
      lastSeenAt: null,
      off: false,
      sessions: 2,
    },
  },
  {
    ...{ id: id(6), login: 'direccion.06dpr0104x@mesa.example', name: 'Ángela Ñáñez', roles: ['director'] },
    ...{
      units: ['centre:06DPR0104X'],
      source: 'directory',
      factors: ['totp'],
      createdAt: '2026-02-01T15:00:00Z',
    },
    ...{ lastSignInAt: '2026-06-01T14:00:00Z', lastSeenAt: '2026-06-01T15:00:00Z', off: true, sessions: 0 },
  },
]
const sessions: Reply<typeof listSessions> = [
  {
    id: id(7),
    mine: true,
    createdAt: at(-60),
    seenAt: at(0),
    address: '10.1.2.3',
    browser: 'Firefox en Windows',
    factor: 'totp',
  },
  {
    id: id(8),
    mine: false,
    createdAt: at(-600),
    seenAt: at(-300),
    address: '10.1.9.9',
    browser: 'Chrome en Android',
    factor: 'passkey',
  },
]
const factors: Reply<typeof listFactors> = {
  ...{ password: true, here: true, recoveryCodes: 7 },
  factors: [
    { id: 'totp', kind: 'totp', name: null, createdAt: null, usedAt: null },
    {
      ...{ id: id(3), kind: 'passkey', name: 'Computadora de la oficina' },
      ...{ createdAt: '2026-02-01T15:00:00Z', usedAt: '2026-11-22T15:01:00Z' },
    },
  ],
}
const views: Reply<typeof listViews> = [
  { id: id(9), name: 'Rechazados de hoy', query: 'state=needs-attention' },
]

export interface Answer {
  status: number
  body: unknown
}
export const ok = (body: unknown, status = 200): Answer => ({ status, body })
export const no = (code: string, status: number, more: object = {}): Answer => ({
  status,
  body: { code, status, title: 'Refusal', reference: 'R7K2Q9xY', ...more },
})
/** Nobody ever answers. */
export const never = Symbol('never')

type Line = `${Route['method']} /api/${string}`
/** By method and path; several answers are given one after the other, the last for good. */
export type World = Record<Line, Answer | Answer[] | typeof never>

const usual: World = {
  'GET /api/session/ways': ok({ password: true, provider: null }),
  'GET /api/session': ok(aSession()),
  'POST /api/session/extensions': ok(aSession()),
  'DELETE /api/session': ok(null, 204),
  'GET /api/desk': ok(aDesk),
  'GET /api/views': ok(views),
  'GET /api/movements': ok(aPage),
  'GET /api/movements/M-2026-K7WQ4T': ok(oneMovement),
  'GET /api/movements/M-2026-C9NK5D': ok(stuckMovement),
  'GET /api/members': ok(members),
  'GET /api/sessions': ok(sessions),
  'GET /api/session/factors': ok(factors),
}

const worlds = new WeakMap<Page, { world: Partial<World>; given: Map<string, number> }>()

/**
 * What the service answers in this window from now on, typed by its contracts; what is not named here does not exist.
 * The window keeps one way to ask: a question that is under way when the world changes is answered too.
 */
export async function serveWorld(page: Page, other: Partial<World> = {}) {
  const known = worlds.has(page)
  worlds.set(page, { world: { ...usual, ...other }, given: new Map() })
  if (known) return
  await page.route('**/api/**', async (request: Request) => {
    const { world, given } = worlds.get(page) as {
      world: Partial<World>
      given: Map<string, number>
    }
    const { pathname } = new URL(request.request().url())
    const line = `${request.request().method()} ${pathname}` as Line
    const told = world[line] ?? no('not-found', 404)
    if (told === never) return
    const nth = given.get(line) ?? 0
    given.set(line, nth + 1)
    const { status, body } = Array.isArray(told) ? (told[Math.min(nth, told.length - 1)] as Answer) : told
    await request.fulfill({
      status,
      contentType: status < 400 ? 'application/json' : 'application/problem+json',
      ...(status !== 204 && { body: JSON.stringify(body) }),
    })
  })
}
