import * as Type from 'typebox'
import { closed, Line, Moment, orNull, route, Uuid } from '../route.ts'

const Secret = Type.String({ minLength: 1, maxLength: 1024 })
const Kind = Type.Union([Type.Literal('totp'), Type.Literal('passkey')])
const Said = Type.Record(Type.String(), Type.Unknown())

/** Also the first one of her own, in place of what somebody else made; what she signed in with is then not asked again. */
export const changeMemberPassword = route({
  method: 'POST',
  path: '/api/session/password',
  may: 'member',
  beforeOwnPassword: true,
  stepUp: true,
  about: 'Quien entró cambia su contraseña, o elige la primera suya; sus demás sesiones terminan.',
  body: Type.Object({ current: Type.Optional(Secret), password: Secret }, closed),
  reply: Type.Null(),
  status: 204,
})

const Factors = Type.Object({
  /** Her password is one of ours and can be changed here. */
  password: Type.Boolean(),
  /** Her second factor is one of ours; else it is the provider's affair. */
  here: Type.Boolean(),
  factors: Type.Array(
    Type.Object({
      /** `totp`: there is one at most; else the key's. */
      id: Type.String(),
      kind: Kind,
      /** Of a key. */
      name: orNull(Type.String()),
      createdAt: orNull(Moment),
      usedAt: orNull(Moment),
    }),
  ),
  /** Printed codes that still work. */
  recoveryCodes: Type.Integer(),
})

export const listFactors = route({
  method: 'GET',
  path: '/api/session/factors',
  may: 'member',
  about: 'Con qué comprueba quién es la persona que entró, y cuántos códigos impresos le quedan.',
  reply: Factors,
})

export const beginOwnFactor = route({
  method: 'POST',
  path: '/api/session/factors/options',
  may: 'member',
  stepUp: true,
  about: 'Lo que el navegador o la aplicación necesitan para registrar otro segundo factor.',
  body: Type.Object({ factor: Kind }, closed),
  reply: Type.Object({
    challenge: Type.String(),
    /** Of a passkey. */
    options: Type.Optional(Said),
    /** Of an application: base32 and the address that its QR holds. */
    secret: Type.Optional(Type.String()),
    uri: Type.Optional(Type.String()),
  }),
  status: 201,
})

/** A new application takes the place of the one of before. */
export const addOwnFactor = route({
  method: 'POST',
  path: '/api/session/factors',
  may: 'member',
  stepUp: true,
  about: 'Registra otra llave de acceso, o la aplicación de códigos de nuevo; la anterior deja de servir.',
  body: Type.Object(
    {
      challenge: Secret,
      code: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
      passkey: Type.Optional(Said),
      name: Type.Optional(Line),
    },
    closed,
  ),
  reply: Factors,
  status: 201,
})

/** Neither the last one nor the one that this session was opened with: that another works has been seen then. */
export const removeOwnFactor = route({
  method: 'DELETE',
  path: '/api/session/factors/:id',
  may: 'member',
  stepUp: true,
  about:
    'Quita un segundo factor propio, si no es el único ni con el que entró; sus demás sesiones terminan.',
  params: Type.Object({ id: Type.Union([Type.Literal('totp'), Uuid]) }),
  reply: Type.Null(),
  status: 204,
})

export const renewRecoveryCodes = route({
  method: 'POST',
  path: '/api/session/recovery-codes',
  may: 'member',
  stepUp: true,
  about: 'Códigos impresos nuevos, que se dicen una sola vez; los de antes dejan de servir.',
  reply: Type.Object({ recoveryCodes: Type.Array(Type.String()) }),
  status: 201,
})
