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
    Type.Array(Type.Object({ id: Type.String(), act: Act, account: Type.String(), kind: Type.String() })),
  ),
  alternateEmail: Type.String(),
  confirmation: Type.Union([Type.Literal('direct'), Type.Literal('code')]),
  expiresAt: Moment,
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
  /** When the temporary password stops working. */
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
      proof: Type.Optional(Type.String({ maxLength: 4000 })),
    },
    closed,
  ),
  reply: Visit,
  status: 201,
})

export const currentVisit = route({
  method: 'GET',
  path: '/api/visits/current',
  may: 'visitor',
  about: 'Dice en qué va el trámite abierto en este navegador.',
  reply: Type.Object({ ...Visit.properties, result: Type.Optional(Confirmation) }),
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
