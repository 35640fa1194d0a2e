import * as Type from 'typebox'
import { route } from '../route.ts'

/** ISO 8601 with its offset; the database's clock. */
const Moment = Type.String({ format: 'date-time' })
const Nothing = Type.Null()
const closed = { additionalProperties: false } as const

const Act = Type.Union([Type.Literal('create'), Type.Literal('reset')])

const Visit = Type.Object({
  act: Act,
  /** Masked: `M*** L*** G.`, `06D***04X`. */
  person: Type.Object({ name: Type.String(), centre: Type.String() }),
  /** Masked address; of a creation, the one that would be given now. */
  account: Type.String(),
  accounts: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String(),
        act: Act,
        account: Type.String(),
        kind: Type.String(),
        /** What people call the kind: «Docente». */
        label: Type.String(),
      }),
    ),
  ),
  alternateEmail: Type.String(),
  confirmation: Type.Union([Type.Literal('direct'), Type.Literal('code')]),
  expiresAt: Moment,
})

/** A code on its way to the alternate address. */
const SentCode = Type.Object({
  /** Masked. */
  sentTo: Type.String(),
  expiresAt: Moment,
  /** When another one may be asked for. */
  againAt: Moment,
})

const Confirmation = Type.Object({
  folio: Type.String(),
  act: Act,
  state: Type.Union([Type.Literal('done'), Type.Literal('in-progress')]),
  /** Masked. */
  account: Type.String(),
  /** Masked. */
  deliveredTo: Type.String(),
  at: Moment,
  /** When the temporary password, or the link, stops working. */
  expiresAt: Type.Optional(Moment),
  /** When another one may be asked for. */
  againAt: Type.Optional(Moment),
})

export const identify = route({
  method: 'POST',
  path: '/api/visits',
  may: 'anyone',
  about: 'Comprueba los datos de una persona contra el padrón y abre su trámite.',
  body: Type.Object(
    {
      profile: Type.String({ maxLength: 40 }),
      claim: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 200 }), {
        maxProperties: 4,
      }),
      /** Base64 of `{ challenge, solution }` as JSON; asked for by `proof-required`. */
      proof: Type.Optional(Type.String({ maxLength: 4000 })),
    },
    closed,
  ),
  reply: Visit,
  status: 201,
})

export const getChallenge = route({
  method: 'GET',
  path: '/api/challenges',
  may: 'anyone',
  about: 'Da una prueba de trabajo de un solo uso; resuelta, es el `proof` del trámite.',
  reply: Type.Object({
    parameters: Type.Object({
      algorithm: Type.String(),
      cost: Type.Integer(),
      data: Type.Object({ for: Type.String(), until: Type.Integer() }),
      keyLength: Type.Integer(),
      keyPrefix: Type.String(),
      nonce: Type.String(),
      salt: Type.String(),
    }),
    signature: Type.String(),
  }),
})

export const currentVisit = route({
  method: 'GET',
  path: '/api/visits/current',
  may: 'visitor',
  about: 'Dice en qué va el trámite abierto en este navegador.',
  reply: Type.Object({
    ...Visit.properties,
    /** The code that confirms this visit, while one is live. */
    code: Type.Optional(SentCode),
    result: Type.Optional(Confirmation),
  }),
})

export const extendVisit = route({
  method: 'POST',
  path: '/api/visits/current/extensions',
  may: 'visitor',
  about:
    'Da más tiempo al trámite, diez veces a lo más. En un quiosco: diez veces el tiempo; con `here`, que hay alguien.',
  body: Type.Object(
    {
      /** A kiosk's page tells that somebody touched it: the visit goes on, and nothing is counted. */
      here: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  reply: Type.Object({ expiresAt: Moment }),
})

export const sendCode = route({
  method: 'POST',
  path: '/api/visits/current/codes',
  may: 'visitor',
  about: 'Envía un código de un solo uso al correo alterno; el anterior deja de servir. Nada cambia todavía.',
  body: Type.Object({}, closed),
  reply: SentCode,
  status: 202,
})

export const confirmVisit = route({
  method: 'POST',
  path: '/api/visits/current/confirmation',
  may: 'visitor',
  about: 'Confirma: crea la cuenta o restablece la contraseña. Repetida, responde lo mismo sin otro efecto.',
  body: Type.Object(
    {
      code: Type.Optional(Type.String({ maxLength: 40 })),
      account: Type.Optional(Type.String({ maxLength: 40 })),
    },
    closed,
  ),
  reply: Confirmation,
  status: 201,
})

export const endVisit = route({
  method: 'DELETE',
  path: '/api/visits/current',
  may: 'anyone',
  about: 'Termina el trámite abierto en este navegador.',
  reply: Nothing,
  status: 204,
})
