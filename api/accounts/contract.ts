import * as Type from 'typebox'
import { route } from '../route.ts'

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
