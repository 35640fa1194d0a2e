import * as Type from 'typebox'
import { route, Uuid } from '../route.ts'

export const keepFile = route({
  method: 'POST',
  path: '/api/files',
  may: 'file.write',
  about: 'Guarda un escaneo (PDF, JPG o PNG, 10 MB a lo más), cifrado; un oficio lo nombra por su id.',
  upload: { bytes: 10 * 1024 * 1024 },
  reply: Type.Object({ id: Uuid, name: Type.String(), size: Type.Integer() }),
  status: 201,
})

export const readFile = route({
  method: 'GET',
  path: '/api/files/:id',
  may: 'file.read',
  about: 'Entrega un escaneo; quién lo vio queda anotado.',
  params: Type.Object({ id: Uuid }),
  reply: Type.String(),
  produces: 'application/octet-stream',
})
