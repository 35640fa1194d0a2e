import * as Type from 'typebox'
import { route } from '../route.ts'

const Field = Type.Object({
  name: Type.String(),
  label: Type.String(),
  hint: Type.String(),
  pattern: Type.String(),
})

/** What the public may know of the institution; the first screen is rendered from it. */
export const PublicInstitution = Type.Object({
  name: Type.String(),
  shortName: Type.String(),
  timeZone: Type.String(),
  brand: Type.Object({ colour: Type.String(), logo: Type.Union([Type.String(), Type.Null()]) }),
  contact: Type.Record(Type.String(), Type.String()),
  profiles: Type.Array(Type.Object({ name: Type.String(), claim: Type.Array(Field) })),
  /** Directions by the code of a refusal. */
  directions: Type.Record(Type.String(), Type.String()),
  /** Sentences of the screens that the institution says otherwise, by key. */
  texts: Type.Record(Type.String(), Type.String()),
  privacyNotice: Type.Record(Type.String(), Type.String()),
  delivery: Type.Union([Type.Literal('temporal'), Type.Literal('enlace')]),
  confirmation: Type.Union([Type.Literal('direct'), Type.Literal('code')]),
  /** Where people read their mail, for «Entre en …»; null where the institution names none. */
  webmail: Type.Union([Type.String(), Type.Null()]),
  /** Seconds without a touch and of the warning; what the kiosks have. */
  kiosk: Type.Object({
    idle: Type.Integer(),
    countdown: Type.Integer(),
    keyboard: Type.Boolean(),
    printer: Type.Boolean(),
  }),
  /** Of the pages: another one stands for a new build or for a changed institution. */
  version: Type.String(),
  /** The demo says so on every page. */
  demo: Type.Boolean(),
})

export const getInstitution = route({
  method: 'GET',
  path: '/api/institution',
  may: 'anyone',
  about: 'Nombre, imagen, perfiles con sus campos, avisos y contacto de la institución.',
  reply: PublicInstitution,
})
