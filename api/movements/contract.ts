import * as Type from 'typebox'
import { closed, Line, Moment, OficioRef, orNull, Paragraph, route, Uuid } from '../route.ts'

const Folio = Type.String({ pattern: '^M-\\d{4}-[A-HJ-NP-Z2-9]{6}$' })
const State = Type.Enum(['intended', 'applying', 'delivering', 'done', 'failed', 'undone', 'needs-attention'])
const Channel = Type.Enum(['internet', 'kiosk', 'staff', 'system'])
const text = (longest = 200) => Type.Optional(Type.String({ maxLength: longest }))

/** A provider's part of an act. */
const step = {
  provider: Type.String(),
  state: Type.Enum(['waiting', 'asked', 'applied', 'failed']),
  outcome: orNull(Type.String()),
}

/** An act, as the desk sees it; whoever may not read names reads them masked. */
const columns = {
  folio: Type.String(),
  kind: Type.String(),
  state: State,
  /** Address; null where the act is about a person alone. */
  account: orNull(Type.String()),
  accountId: orNull(Uuid),
  /** Name. */
  person: orNull(Type.String()),
  personId: orNull(Uuid),
  /** `visitor`, `system` or `member:<id>`. */
  actor: Type.String(),
  /** Of a member, her name. */
  actorName: orNull(Type.String()),
  channel: Channel,
  oficio: orNull(OficioRef),
  reason: orNull(Type.String()),
  intendedAt: Moment,
  appliedAt: orNull(Moment),
  deliveredAt: orNull(Moment),
  finishedAt: orNull(Moment),
  attempts: Type.Integer(),
  /** Code of the last problem. */
  problem: orNull(Type.String()),
  delivery: orNull(
    Type.Object({
      /** Masked. */
      to: orNull(Type.String()),
      state: Type.Enum(['queued', 'sent', 'refused']),
      /** What the mail server said. */
      smtp: orNull(Type.String()),
    }),
  ),
  steps: Type.Array(Type.Object(step)),
}

export const Movement = Type.Object(columns)
export type Movement = Type.Static<typeof Movement>

/** A sheet with what signs in, told in this reply alone: it is kept nowhere. */
export const Slip = Type.Object({
  name: Type.String(),
  /** A PDF, base64. */
  pdf: Type.String(),
})

/** What an act answers. */
export const Done = Type.Object({ ...columns, slip: Type.Optional(Slip) })
export type Done = Type.Static<typeof Done>

/** What an act answers where a second person must say yes: nothing has changed yet. */
export const Waiting = Type.Object({ approval: Uuid, state: Type.Literal('waiting-approval') })

/** The look-up's filters; all of them hold. */
export const filters = {
  /** Id, CURP, CURT, control number, or words of a name. */
  person: text(),
  /** Id, address or its beginning. */
  account: text(320),
  /** CCT. */
  centre: text(),
  folio: text(),
  oficio: text(),
  /** Id or login. */
  member: text(320),
  kind: text(),
  state: text(),
  channel: text(),
  /** Days of the institution's calendar, both included. */
  from: Type.Optional(Type.String({ format: 'date' })),
  to: Type.Optional(Type.String({ format: 'date' })),
}

export const findMovements = route({
  method: 'GET',
  path: '/api/movements',
  may: 'movement.find',
  about: 'Consulta la bitácora, de lo más reciente a lo más antiguo; la consulta misma queda anotada.',
  query: Type.Object({ ...filters, cursor: text(), limit: text(3) }, closed),
  reply: Type.Object({
    movements: Type.Array(Movement),
    /** For the next page; null at the end. */
    cursor: orNull(Type.String()),
    /** Rows of the whole look-up, counted up to ten thousand, or to a thousand where that would take long. */
    count: Type.Integer(),
    more: Type.Boolean(),
  }),
})

const Told = Type.Object({
  at: Moment,
  /** Kind of the event. */
  event: Type.String(),
  actor: Type.String(),
  actorName: orNull(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
  /** Stands in the log too. */
  reference: orNull(Type.String()),
})

export const readMovement = route({
  method: 'GET',
  path: '/api/movements/:folio',
  may: 'movement.find',
  about: 'Un movimiento con su historia: quién, desde dónde, qué respondieron directorio y correo.',
  params: Type.Object({ folio: Folio }),
  reply: Type.Object({
    ...columns,
    steps: Type.Array(
      Type.Object({
        ...step,
        attempts: Type.Integer(),
        /** What the directory calls its answer, for its support. */
        reference: orNull(Type.String()),
        at: orNull(Moment),
      }),
    ),
    /** When somebody said that it was dealt with outside. */
    attendedAt: orNull(Moment),
    /** Kiosk's name or source address; masked for whoever may not unmask. */
    origin: orNull(Type.String()),
    /** How it was made sure who asks; nothing for whoever may not read names. */
    check: orNull(Type.String()),
    privacyNotice: Type.String(),
    /** Version of the policy of use that was accepted for an account made here. */
    policy: orNull(Type.String()),
    sends: Type.Integer(),
    story: Type.Array(Told),
    tasks: Type.Array(Type.Object({ provider: Type.String(), task: Type.String(), state: Type.String() })),
    /** What this member may do with it now. */
    acts: Type.Array(
      Type.Enum(['resend', 'retry', 'done-by-hand', 'not-done-by-hand', 'attended', 'letter']),
    ),
    letters: Type.Array(Type.Object({ id: Uuid, number: Type.String(), state: Type.String() })),
  }),
})

/** A new secret, never the old one: another movement. */
export const resendMovement = route({
  method: 'POST',
  path: '/api/movements/:folio/resends',
  may: 'movement.resend',
  about: 'Reenvía: hace una contraseña nueva, nunca la anterior, y la manda al correo alterno de hoy.',
  params: Type.Object({ folio: Folio }),
  body: Type.Object({ reason: Type.Optional(Line) }, closed),
  reply: Done,
  status: 201,
})

/** `retry`: the machine tries again from where it stands. `done`, `not-done`: what a person did by hand. */
export const settleMovement = route({
  method: 'POST',
  path: '/api/movements/:folio/settlements',
  may: 'movement.settle',
  about: 'Resuelve un movimiento que pide atención: se intenta otra vez, o se dice que se hizo o no a mano.',
  params: Type.Object({ folio: Folio }),
  body: Type.Object(
    {
      how: Type.Enum(['retry', 'done', 'not-done', 'attended']),
      note: Paragraph,
      provider: Type.Optional(Line),
      /** Of a task that hands one out: what whoever did it has set; mailed once, kept nowhere. */
      password: Type.Optional(Line),
    },
    closed,
  ),
  reply: Movement,
})

export const exportCsv = route({
  method: 'GET',
  path: '/api/movements.csv',
  may: 'movement.export',
  about: 'Exporta en CSV exactamente lo filtrado; la exportación queda anotada.',
  query: Type.Object(filters, closed),
  reply: Type.String(),
  produces: 'text/csv; charset=utf-8',
})

export const exportXlsx = route({
  method: 'GET',
  path: '/api/movements.xlsx',
  may: 'movement.export',
  about: 'Exporta en XLSX exactamente lo filtrado; la exportación queda anotada.',
  query: Type.Object(filters, closed),
  reply: Type.String(),
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

const Brief = Type.Object({
  folio: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  account: orNull(Type.String()),
  at: Moment,
  problem: orNull(Type.String()),
})

/** The first page of the desk: what needs a person. */
export const readDesk = route({
  method: 'GET',
  path: '/api/desk',
  may: 'movement.find',
  about:
    'Lo que pide a una persona: movimientos sin terminar o por atender, correos rechazados, aprobaciones.',
  quiet: true,
  reply: Type.Object({
    attention: Type.Array(Brief),
    unfinished: Type.Array(Brief),
    /** Mails that were refused for good, with whose they are. */
    refusedMails: Type.Array(
      Type.Object({ ...Brief.properties, to: orNull(Type.String()), smtp: orNull(Type.String()) }),
    ),
    approvals: Type.Integer(),
    proposals: Type.Integer(),
    orphans: Type.Integer(),
    lastLoad: orNull(Type.Object({ source: Type.String(), asOf: Type.String(), people: Type.Integer() })),
    services: Type.Array(Type.Object({ name: Type.String(), works: Type.Boolean() })),
  }),
})

const View = Type.Object({ id: Uuid, name: Type.String(), query: Type.String() })

export const listViews = route({
  method: 'GET',
  path: '/api/views',
  may: 'movement.find',
  about: 'Las consultas que esta persona guardó.',
  quiet: true,
  reply: Type.Array(View),
})

export const saveView = route({
  method: 'POST',
  path: '/api/views',
  may: 'movement.find',
  about: 'Guarda una consulta con un nombre; con el mismo nombre la reemplaza.',
  body: Type.Object({ name: Line, query: Type.String({ maxLength: 2000 }) }, closed),
  reply: View,
  status: 201,
})

export const dropView = route({
  method: 'DELETE',
  path: '/api/views/:id',
  may: 'movement.find',
  about: 'Quita una consulta guardada.',
  params: Type.Object({ id: Uuid }),
  reply: Type.Null(),
  status: 204,
})
