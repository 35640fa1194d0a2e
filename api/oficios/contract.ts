import * as Type from 'typebox'
import { closed, Day, Line, Moment, OficioRef, orNull, Paragraph, route, Uuid } from '../route.ts'

const Id = Type.Object({ id: Uuid })
const State = Type.Union([
  Type.Literal('issued'),
  Type.Literal('sent'),
  Type.Literal('acknowledged'),
  Type.Literal('void'),
])
const Addressee = Type.Object(
  { name: Line, post: Line, place: Type.Optional(Type.String({ maxLength: 200 })) },
  closed,
)

/** What a letter says, in the order of a Mexican oficio. */
export const Words = Type.Object(
  {
    addressee: Addressee,
    subject: Line,
    /** «En atención a su oficio…» */
    antecedent: Type.String({ maxLength: 2000 }),
    body: Paragraph,
    signer: Type.Object({ name: Line, post: Line }, closed),
    copies: Type.Array(Line, { maxItems: 10 }),
    /** Of who signs and who wrote it: `RMO/lap`. */
    initials: Type.String({ maxLength: 40 }),
    place: Line,
    date: Day,
  },
  closed,
)

export const Oficio = Type.Object({
  id: Uuid,
  folio: Type.String(),
  letter: Type.String(),
  /** Its name among people: «Respuesta a una creación». */
  title: Type.String(),
  state: State,
  area: Type.String(),
  number: Type.String(),
  words: Words,
  account: orNull(Type.Object({ id: Uuid, address: Type.String() })),
  movement: orNull(Type.String()),
  /** The letter that it answers. */
  answers: orNull(OficioRef),
  documentCode: Type.String(),
  templateVersion: Type.String(),
  by: Type.String(),
  at: Moment,
  sentAt: orNull(Moment),
  acknowledgement: orNull(Type.Object({ by: Type.String(), on: Day, file: orNull(Uuid) })),
})

export const listOficios = route({
  method: 'GET',
  path: '/api/oficios',
  may: 'oficio.read',
  about: 'Los oficios, de lo más reciente a lo más antiguo.',
  query: Type.Object(
    {
      q: Type.Optional(Type.String({ maxLength: 200 })),
      state: Type.Optional(Type.String({ maxLength: 20 })),
      year: Type.Optional(Type.String({ pattern: '^\\d{4}$' })),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    closed,
  ),
  reply: Type.Object({ oficios: Type.Array(Oficio), cursor: orNull(Type.String()) }),
})

/** The letters that suit a movement, their words filled in. */
export const draftOficios = route({
  method: 'GET',
  path: '/api/movements/:folio/oficios/drafts',
  may: 'oficio.write',
  about: 'Los oficios que corresponden a un movimiento, con sus palabras ya puestas.',
  params: Type.Object({ folio: Type.String({ pattern: '^M-\\d{4}-[A-HJ-NP-Z2-9]{6}$' }) }),
  reply: Type.Array(
    Type.Object({
      letter: Type.String(),
      title: Type.String(),
      words: Words,
      areas: Type.Array(Type.String()),
      /** The institution's own register gives the number: somebody types it. */
      typedNumber: Type.Boolean(),
      /** What it would be now. */
      nextNumber: orNull(Type.String()),
    }),
  ),
})

const Asked = Type.Object(
  {
    movement: Type.String({ maxLength: 20 }),
    letter: Line,
    area: Line,
    number: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    words: Words,
  },
  closed,
)

/** As it would be, without a number. */
export const previewOficio = route({
  method: 'POST',
  path: '/api/oficios/previews',
  may: 'oficio.write',
  about: 'Cómo quedaría un oficio, sin número y sin guardarlo.',
  body: Asked,
  reply: Type.String(),
  produces: 'application/pdf',
})

export const issueOficio = route({
  method: 'POST',
  path: '/api/oficios',
  may: 'oficio.write',
  about: 'Genera un oficio: toma su número y queda como es. Nunca lleva contraseñas.',
  body: Asked,
  reply: Oficio,
  status: 201,
})

export const readOficio = route({
  method: 'GET',
  path: '/api/oficios/:id',
  may: 'oficio.read',
  about: 'Un oficio.',
  params: Id,
  reply: Oficio,
})

export const drawOficio = route({
  method: 'GET',
  path: '/api/oficios/:id/pdf',
  may: 'oficio.read',
  about: 'El PDF de un oficio; quién lo vio queda anotado.',
  params: Id,
  reply: Type.String(),
  produces: 'application/pdf',
})

/** `sent`, `void`: with a reason. */
export const setOficio = route({
  method: 'PUT',
  path: '/api/oficios/:id/state',
  may: 'oficio.write',
  about: 'Anota que el oficio se envió, o lo anula con su motivo; su número no se vuelve a usar.',
  params: Id,
  body: Type.Object(
    { state: Type.Union([Type.Literal('sent'), Type.Literal('void')]), reason: Type.Optional(Line) },
    closed,
  ),
  reply: Oficio,
})

export const acknowledgeOficio = route({
  method: 'PUT',
  path: '/api/oficios/:id/acknowledgement',
  may: 'oficio.acknowledge',
  about: 'Registra el acuse: quién recibió, cuándo, y su escaneo.',
  params: Id,
  body: Type.Object({ by: Line, on: Day, file: Type.Optional(Uuid) }, closed),
  reply: Oficio,
})

/** The institution's registers, by code. */
export const listRegisters = route({
  method: 'GET',
  path: '/api/registers',
  may: 'oficio.read',
  about: 'Los registros del procedimiento que se pueden imprimir.',
  quiet: true,
  reply: Type.Array(Type.Object({ code: Type.String(), title: Type.String() })),
})

/** A line of a register that somebody signs, for the movements of a stretch of days. */
export const drawRegister = route({
  method: 'GET',
  path: '/api/registers/:code/pdf',
  may: 'oficio.read',
  about: 'Un registro del procedimiento para imprimir, con un renglón por movimiento.',
  params: Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9.-]{1,40}$' }) }),
  query: Type.Object({ from: Day, to: Day }, closed),
  reply: Type.String(),
  produces: 'application/pdf',
})

/** Whoever holds the paper: no personal data. */
export const verifyOficio = route({
  method: 'GET',
  path: '/api/verifications/:folio',
  may: 'anyone',
  about: 'Dice si un oficio salió de aquí, cuándo, y si sigue vigente; nada de personas.',
  params: Type.Object({ folio: Type.String({ pattern: '^O-\\d{4}-[A-HJ-NP-Z2-9]{6}$' }) }),
  reply: Type.Object({
    folio: Type.String(),
    institution: Type.String(),
    issuedOn: Day,
    number: Type.String(),
    state: Type.Union([Type.Literal('valid'), Type.Literal('void')]),
  }),
})
