import * as Type from 'typebox'
import { closed, Line, Moment, orNull, route, Uuid } from '../route.ts'

const Login = Type.String({ minLength: 3, maxLength: 320 })
const Secret = Type.String({ minLength: 1, maxLength: 1024 })
const Code = Type.String({ minLength: 1, maxLength: 40 })
const Strings = Type.Array(Type.String())
const Factor = Type.Union([Type.Literal('totp'), Type.Literal('passkey')])

const Session = Type.Object({
  member: Type.Object({ id: Uuid, login: Type.String(), name: Type.String() }),
  roles: Strings,
  /** None: everywhere. */
  units: Strings,
  deeds: Strings,
  /** Somebody else made her password: until she chooses her own, every other door answers `password-due`. */
  passwordDue: Type.Boolean(),
  /** It ends then, whatever she does. */
  expiresAt: Moment,
  /** It ends then, unless she does something. */
  idleUntil: Moment,
  /** Acts that ask once more who she is are open until then. */
  provenUntil: orNull(Moment),
})

export const signInWays = route({
  method: 'GET',
  path: '/api/session/ways',
  may: 'anyone',
  about: 'Cómo entra el personal aquí: con contraseña, o por el proveedor de la institución.',
  quiet: true,
  reply: Type.Object({
    password: Type.Boolean(),
    /** Name of the OpenID Connect provider; null where there is none. */
    provider: orNull(Type.String()),
  }),
})

/** With `code` in one go; without it `needs` says which second factor is still to come. */
export const signIn = route({
  method: 'POST',
  path: '/api/session',
  may: 'anyone',
  about: 'Entrada del personal, con segundo factor. Una sola respuesta para todo lo que no coincide.',
  body: Type.Object({ login: Login, password: Secret, code: Type.Optional(Code) }, closed),
  reply: Type.Union([
    Session,
    Type.Object({
      /** For the second half: ten minutes, once. */
      challenge: Type.String(),
      needs: Type.Union([Type.Literal('code'), Type.Literal('enrolment')]),
      factors: Type.Array(Factor),
    }),
  ]),
  status: 201,
})

export const finishSignIn = route({
  method: 'POST',
  path: '/api/session/second-factor',
  may: 'anyone',
  about: 'La segunda mitad de la entrada: código de la aplicación, código impreso o llave de acceso.',
  body: Type.Object(
    {
      challenge: Secret,
      code: Type.Optional(Code),
      /** What the browser answered to the passkey's options. */
      passkey: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    },
    closed,
  ),
  reply: Session,
  status: 201,
})

/** Options for the browser: of a passkey that signs in, of one to be registered, or the seed for an application. */
export const beginFactor = route({
  method: 'POST',
  path: '/api/session/factor-options',
  may: 'anyone',
  about: 'Lo que el navegador o la aplicación necesitan para el segundo factor.',
  body: Type.Object({ challenge: Secret, factor: Factor }, closed),
  reply: Type.Object({
    /** Of a passkey. */
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Of an application, at enrolment: base32 and the address that its QR holds. */
    secret: Type.Optional(Type.String()),
    uri: Type.Optional(Type.String()),
  }),
})

/** Her browser goes to `address`; the provider sends it back to the page `/personal/proveedor`. */
export const beginProvider = route({
  method: 'POST',
  path: '/api/session/provider',
  may: 'anyone',
  about: 'Empieza la entrada por el proveedor de la institución: adónde va el navegador.',
  reply: Type.Object({ address: Type.String() }),
  status: 201,
})

/** What that page was called with, after `#` or `?`, as it stands there. */
export const finishProvider = route({
  method: 'POST',
  path: '/api/session/provider/answers',
  may: 'anyone',
  about: 'Lo que respondió el proveedor: la persona entra, con los roles de sus grupos.',
  body: Type.Object({ answer: Type.String({ minLength: 1, maxLength: 8192 }) }, closed),
  reply: Session,
  status: 201,
})

/** First use: she shows that her second factor works, and gets her printed codes. */
export const enrol = route({
  method: 'POST',
  path: '/api/session/enrolment',
  may: 'anyone',
  about: 'Primera entrada: se registra el segundo factor y se entregan los códigos para imprimir.',
  body: Type.Object(
    {
      challenge: Secret,
      code: Type.Optional(Code),
      passkey: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      name: Type.Optional(Line),
    },
    closed,
  ),
  reply: Type.Object({ session: Session, recoveryCodes: Strings }),
  status: 201,
})

export const readSession = route({
  method: 'GET',
  path: '/api/session',
  may: 'member',
  beforeOwnPassword: true,
  quiet: true,
  about: 'Quién entró, con sus roles y lo que puede hacer.',
  reply: Session,
})

/** «Sigo aquí». */
export const keepSession = route({
  method: 'POST',
  path: '/api/session/extensions',
  may: 'member',
  beforeOwnPassword: true,
  about: 'La persona sigue ahí: la sesión no termina por inactividad.',
  reply: Session,
})

export const signOut = route({
  method: 'DELETE',
  path: '/api/session',
  may: 'anyone',
  about: 'Salida: la sesión termina.',
  reply: Type.Null(),
  status: 204,
})

/** Before block, close, reassign, approval: who she is, once more. */
export const stepUp = route({
  method: 'POST',
  path: '/api/session/proof',
  may: 'member',
  beforeOwnPassword: true,
  about: 'Comprueba otra vez quién es, antes de un acto delicado; vale diez minutos.',
  body: Type.Object(
    {
      code: Type.Optional(Code),
      passkey: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      challenge: Type.Optional(Secret),
    },
    closed,
  ),
  reply: Session,
})

export const stepUpOptions = route({
  method: 'POST',
  path: '/api/session/proof/options',
  may: 'member',
  beforeOwnPassword: true,
  about: 'Con qué puede comprobar quién es: opciones para su llave de acceso.',
  reply: Type.Object({
    factors: Type.Array(Factor),
    challenge: Type.Optional(Type.String()),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
})

const Held = Type.Object({
  id: Uuid,
  mine: Type.Boolean(),
  createdAt: Moment,
  seenAt: Moment,
  address: Type.String(),
  /** Browser and system, in words. */
  browser: Type.String(),
  factor: Type.String(),
})

export const listSessions = route({
  method: 'GET',
  path: '/api/sessions',
  may: 'member',
  about: 'Las sesiones abiertas de quien pregunta.',
  reply: Type.Array(Held),
})

export const endSession = route({
  method: 'DELETE',
  path: '/api/sessions/:id',
  may: 'member',
  about: 'Cierra una de sus sesiones.',
  params: Type.Object({ id: Uuid }),
  reply: Type.Null(),
  status: 204,
})

export const endOthers = route({
  method: 'DELETE',
  path: '/api/sessions',
  may: 'member',
  about: 'Cierra las demás sesiones.',
  reply: Type.Null(),
  status: 204,
})

const Person = Type.Object({
  id: Uuid,
  login: Type.String(),
  name: Type.String(),
  roles: Strings,
  units: Strings,
  source: Type.Union([Type.Literal('local'), Type.Literal('directory'), Type.Literal('oidc')]),
  /** Which second factors she has. */
  factors: Type.Array(Factor),
  createdAt: Moment,
  lastSignInAt: orNull(Moment),
  /** Her last request. */
  lastSeenAt: orNull(Moment),
  off: Type.Boolean(),
  sessions: Type.Integer(),
})

export const listMembers = route({
  method: 'GET',
  path: '/api/members',
  may: 'member.read',
  about: 'El personal con acceso, sus roles y sus unidades.',
  reply: Type.Array(Person),
})

export const addMember = route({
  method: 'POST',
  path: '/api/members',
  may: 'member.write',
  stepUp: true,
  about: 'Da acceso a una persona; la contraseña inicial se dice una sola vez.',
  body: Type.Object(
    {
      login: Login,
      name: Line,
      roles: Type.Array(Type.String(), { minItems: 1 }),
      units: Strings,
      curp: Type.Optional(Type.String({ maxLength: 40 })),
    },
    closed,
  ),
  reply: Type.Object({ ...Person.properties, password: orNull(Type.String()) }),
  status: 201,
})

export const setMember = route({
  method: 'PUT',
  path: '/api/members/:id',
  may: 'member.write',
  stepUp: true,
  about: 'Cambia nombre, roles y unidades, o quita y devuelve el acceso. Nadie cambia los suyos.',
  params: Type.Object({ id: Uuid }),
  body: Type.Object(
    { name: Line, roles: Type.Array(Type.String(), { minItems: 1 }), units: Strings, off: Type.Boolean() },
    closed,
  ),
  reply: Person,
})

/** A new first password and a new second factor, for who lost hers. */
export const renewMember = route({
  method: 'POST',
  path: '/api/members/:id/renewals',
  may: 'member.write',
  stepUp: true,
  about: 'Acceso nuevo para quien lo perdió: contraseña inicial y segundo factor por registrar.',
  params: Type.Object({ id: Uuid }),
  reply: Type.Object({ password: orNull(Type.String()) }),
  status: 201,
})

export const endMemberSessions = route({
  method: 'DELETE',
  path: '/api/members/:id/sessions',
  may: 'member.write',
  about: 'Cierra todas las sesiones de una persona del personal.',
  params: Type.Object({ id: Uuid }),
  reply: Type.Null(),
  status: 204,
})
