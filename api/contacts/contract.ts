import * as Type from 'typebox'
import { Done } from '../movements/contract.ts'
import { closed, Line, Moment, orNull, route, Uuid } from '../route.ts'

const Id = Type.Object({ id: Uuid })

export const Person = Type.Object({
  id: Uuid,
  /** Masked for whoever may not unmask. */
  name: Type.String(),
  curp: Type.String(),
  active: Type.Boolean(),
  affiliations: Type.Array(
    Type.Object({
      source: Type.String(),
      profile: Type.String(),
      centre: Type.String(),
      centreName: Type.String(),
      post: Type.String(),
      status: Type.String(),
      /** Kind of account that it gives right to. */
      kind: orNull(Type.String()),
    }),
  ),
  /** Masked. */
  alternateEmail: orNull(Type.String()),
  coolingUntil: orNull(Moment),
  /** The last moment of 9999: until somebody ends it. */
  pausedUntil: orNull(Moment),
  accounts: Type.Array(
    Type.Object({ id: Uuid, address: Type.String(), label: Type.String(), state: Type.String() }),
  ),
  /** Of the address that is on its way. */
  change: orNull(
    Type.Object({
      id: Uuid,
      state: Type.String(),
      sentTo: Type.String(),
      by: Type.String(),
      expiresAt: orNull(Moment),
    }),
  ),
})

export const findPersons = route({
  method: 'GET',
  path: '/api/persons',
  may: 'account.find',
  about: 'Busca personas del padrón por CURP, clave o nombre.',
  query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
  reply: Type.Object({ persons: Type.Array(Person), more: Type.Boolean() }),
})

/** For a director: the people of her own centres alone. */
export const listOwnStaff = route({
  method: 'GET',
  path: '/api/persons/own',
  may: 'contact.vouch',
  about: 'El personal del propio centro, por el que su dirección puede responder.',
  reply: Type.Array(Person),
})

export const readPerson = route({
  method: 'GET',
  path: '/api/persons/:id',
  may: 'account.find',
  about: 'Una persona del padrón: adscripciones, cuentas y correo alterno.',
  params: Id,
  reply: Person,
})

/** What may be shown whole; each showing is an event with its reason. */
export const unmask = route({
  method: 'POST',
  path: '/api/persons/:id/unmaskings',
  may: 'person.unmask',
  about: 'Muestra completos los datos de una persona; queda anotado con su motivo.',
  params: Id,
  body: Type.Object({ reason: Line }, closed),
  reply: Type.Object({
    name: Type.String(),
    identifiers: Type.Array(
      Type.Object({ kind: Type.String(), value: Type.String(), current: Type.Boolean() }),
    ),
    alternateEmail: orNull(Type.String()),
  }),
})

export const Centre = Type.Object({
  cct: Type.String(),
  name: Type.String(),
  level: Type.String(),
  municipality: Type.String(),
  active: Type.Boolean(),
  director: orNull(Type.Object({ id: Uuid, name: Type.String() })),
  /** Masked: where the credentials of its account go. */
  directorEmail: orNull(Type.String()),
  /** What it lacks before it can have an account. */
  missing: Type.Array(Type.Enum(['director', 'director-not-active', 'director-email', 'inactive'])),
  account: orNull(Type.Object({ id: Uuid, address: Type.String() })),
})

export const findCentres = route({
  method: 'GET',
  path: '/api/centres',
  may: 'account.find',
  about: 'Busca centros de trabajo por CCT, nombre o dirección, y dice qué dato les falta.',
  query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
  reply: Type.Object({ centres: Type.Array(Centre), more: Type.Boolean() }),
})

export const changeAlternateEmail = route({
  method: 'PUT',
  path: '/api/persons/:id/alternate-email',
  may: ['contact.write', 'contact.vouch'],
  about:
    'Registra o corrige el correo alterno en ventanilla, o con el aval de la dirección: manda un código.',
  params: Id,
  body: Type.Object(
    {
      address: Type.String({ minLength: 3, maxLength: 254 }),
      /** How it was made sure who asks: what she showed or answered. */
      check: Line,
      reason: Line,
    },
    closed,
  ),
  reply: Type.Object({
    change: Uuid,
    state: Type.Literal('code-sent'),
    /** Masked. */
    sentTo: Type.String(),
    expiresAt: Moment,
    /** The domain looks like a well-known one: `gmail.com`. */
    looksLike: orNull(Type.String()),
  }),
  status: 202,
})

export const verifyAlternateEmail = route({
  method: 'POST',
  path: '/api/persons/:id/alternate-email/verification',
  may: ['contact.write', 'contact.vouch'],
  about: 'El código que llegó al correo nuevo lo comprueba. Con aval, la cuenta se crea enseguida.',
  params: Id,
  body: Type.Object({ code: Type.String({ maxLength: 40 }) }, closed),
  reply: Type.Object({
    state: Type.Union([Type.Literal('done'), Type.Literal('waiting-approval')]),
    coolingUntil: orNull(Moment),
    /** Vouched for: the account that came of it. */
    movement: orNull(Done),
  }),
})

export const approveAlternateEmail = route({
  method: 'POST',
  path: '/api/persons/:id/alternate-email/approval',
  may: 'approval.decide',
  stepUp: true,
  about: 'Una segunda persona aprueba el cambio, o con `reject` no lo aprueba.',
  params: Id,
  body: Type.Object({ reject: Type.Optional(Line) }, closed),
  reply: Type.Object({
    state: Type.Union([Type.Literal('done'), Type.Literal('rejected')]),
    coolingUntil: orNull(Moment),
  }),
})

/** A pause after «no fui yo» ends when somebody has spoken with her. */
export const liftPause = route({
  method: 'DELETE',
  path: '/api/persons/:id/pause',
  may: 'contact.write',
  about: 'Termina la pausa del autoservicio de una persona, con la comprobación que se hizo.',
  params: Id,
  body: Type.Object({ check: Line, reason: Line }, closed),
  reply: Type.Null(),
  status: 204,
})
