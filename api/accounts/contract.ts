import * as Type from 'typebox'
import { route } from '../route.ts'

const Token = Type.String({ maxLength: 1024 })
const closed = { additionalProperties: false } as const

export const changePassword = route({
  method: 'POST',
  path: '/api/passwords',
  may: 'anyone',
  about: 'La persona cambia su contraseña, temporal o no, por una suya.',
  body: Type.Object(
    {
      account: Type.String({ maxLength: 320 }),
      current: Type.String({ maxLength: 1024 }),
      password: Type.String({ maxLength: 1024 }),
    },
    { additionalProperties: false },
  ),
  reply: Type.Null(),
  status: 204,
})

export const lookAtLink = route({
  method: 'POST',
  path: '/api/links',
  may: 'anyone',
  about: 'Dice para qué es un enlace del correo o una clave de activación, sin gastarlos.',
  body: Type.Object({ token: Token }, closed),
  reply: Type.Object({
    /** Whole address: the link proved the mailbox. */
    account: Type.String(),
    purpose: Type.Union([Type.Literal('password'), Type.Literal('activation')]),
    /** Of a key on paper always `create`: it activates. */
    act: Type.Union([Type.Literal('create'), Type.Literal('reset')]),
    expiresAt: Type.String({ format: 'date-time' }),
  }),
})

export const chooseByLink = route({
  method: 'POST',
  path: '/api/links/password',
  may: 'anyone',
  about: 'Gasta un enlace o una clave de activación para elegir la contraseña.',
  body: Type.Object({ token: Token, password: Type.String({ maxLength: 1024 }) }, closed),
  reply: Type.Null(),
  status: 204,
})

export const raiseAlert = route({
  method: 'POST',
  path: '/api/alerts',
  may: 'anyone',
  about:
    '«No fui yo»: pone en pausa el autoservicio de la persona y avisa al personal. Repetida, no hace más.',
  body: Type.Object({ token: Token }, closed),
  reply: Type.Null(),
  status: 204,
})
