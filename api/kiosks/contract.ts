import * as Type from 'typebox'
import { route } from '../route.ts'

export const openKiosk = route({
  method: 'POST',
  path: '/api/kiosks/current',
  may: 'anyone',
  offKioskMay: true,
  about: 'Un quiosco con nombre se presenta con la clave de su dirección y recibe su cookie.',
  body: Type.Object({ token: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
  reply: Type.Null(),
  status: 204,
})
