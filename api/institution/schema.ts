/**
 * The institution file as it is written. Nothing is required here, since a file may extend a preset;
 * what the whole must have is said in `missing.ts`. Published as `docs/institution.schema.json`.
 */
import * as Type from 'typebox'
import { Desk, Requires } from './schema-desk.ts'
import { Letters } from './schema-letters.ts'
import { Provider } from './schema-providers.ts'
import { SignIn } from './schema-sign-in.ts'
import {
  closed,
  Day,
  Domain,
  Duration,
  Expression,
  Https,
  Limits,
  named,
  OneOrMore,
  oneOf,
  optional,
  word,
} from './schema-values.ts'

const Brand = optional(
  {
    colour: Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', description: 'Color de la institución: #0F4C4A' }),
    logo: word('Archivo SVG de 50 kB a lo más, junto al YAML'),
    font: word('Archivo woff2, junto al YAML'),
  },
  'Imagen de la institución',
)

const Contact = optional(
  {
    area: word('Área que ayuda a las personas'),
    place: word('Domicilio donde se atiende'),
    phone: word('Teléfono'),
    hours: word('Horario'),
    email: word('Correo del área'),
    bring: word('Qué debe llevar la persona'),
    workerRecords: word('Dónde revisa su registro una persona trabajadora'),
    studentRecords: word('Dónde revisa su registro una persona estudiante'),
  },
  'A quién acude la persona',
)

const PrivacyNotice = optional(
  {
    version: word('Versión del aviso'),
    date: Day,
    controller: word('Responsable de los datos'),
    address: word('Domicilio del responsable'),
    basis: word('Fundamento'),
    purposes: word('Finalidades'),
    transfers: word('Transferencias'),
    rights: word('Cómo ejercer los derechos ARCO'),
    full: Https,
  },
  'Aviso de privacidad; sin él la institución no arranca',
)

/** Codes of `contract.md` whose stop may carry directions of the institution. */
const DIRECTED = [
  'not-verified',
  'no-alternate-email',
  'account-blocked',
  'reset-recently',
  'in-progress',
  'self-service-paused',
  'needs-review',
  'create-by-request',
  'too-many-attempts',
  'not-available',
] as const
const Directions = optional(
  Object.fromEntries(DIRECTED.map(code => [code, word('Un paso por renglón')])) as Record<
    (typeof DIRECTED)[number],
    Type.TString
  >,
  'Indicaciones, por el código del alto',
)

const Named = { label: word('Nombre del campo'), hint: word('Dónde está ese dato') }
const Fields = optional(
  {
    curp: optional(Named, 'CURP; su forma es pública y no se cambia'),
    curt: optional({ ...Named, pattern: Expression }, 'Clave de la persona trabajadora'),
    controlNumber: optional({ ...Named, pattern: Expression }, 'Número de control'),
  },
  'Campos con los que una persona se identifica',
)

const When = optional(
  { cct: Expression, puesto: Expression, programa: Expression, periodo: Expression, estatus: Expression },
  'Columnas del padrón; valen todas, sin distinguir mayúsculas',
)

const Account = optional(
  {
    label: word('Cómo se llama ante las personas: Docente'),
    profile: oneOf(
      ['worker', 'student', 'graduate'],
      'De quién es; graduate: egresadas o en titulación del padrón de estudiantes. Sin él, es de una unidad',
    ),
    when: When,
    selfService: Type.Array(oneOf(['create', 'reset'], 'Trámite'), {
      uniqueItems: true,
      description: 'Trámites que la persona hace sola',
    }),
    domain: Domain,
    address: OneOrMore('Plantillas de la parte local, por orden de preferencia'),
    provider: OneOrMore('Proveedores, por orden; el primero guarda la contraseña'),
    quotaMb: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Tamaño del buzón en MB' }),
    unit: oneOf(['centre', 'programme', 'appointment'], 'Qué representa una cuenta sin perfil'),
    requires: Requires,
  },
  'Un tipo de cuenta',
)

export const InstitutionFile = Type.Partial(
  Type.Object({
    extends: word('Modelo del que parte: colima, coahuila, morelia, politecnica, sinaloa'),
    name: word('Nombre completo'),
    shortName: word('Siglas o nombre corto'),
    timeZone: word('Zona horaria, por ejemplo America/Mexico_City'),
    webmail: Https,
    brand: Brand,
    contact: Contact,
    privacyNotice: PrivacyNotice,
    directions: Directions,
    texts: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      description: 'Frases de pantallas y correos, por su clave',
    }),
    letterhead: optional({ head: word('Membrete'), foot: word('Pie') }, 'Membrete de los oficios'),
    providers: named(Provider, 'Dónde viven los buzones'),
    profiles: Type.Partial(
      Type.Object({ worker: claimed(), student: claimed(), graduate: claimed() }, closed),
      { ...closed, description: 'Quién usa el quiosco y con qué se identifica' },
    ),
    fields: Fields,
    accounts: named(Account, 'Tipos de cuenta; por adscripción, el primero cuyo `when` se cumple'),
    legacyDomains: Type.Array(Domain, { description: 'Dominios propios en los que ya no se crean cuentas' }),
    delivery: oneOf(['temporal', 'enlace'], 'Qué se envía: contraseña temporal o enlace'),
    confirmation: oneOf(['direct', 'code'], 'Cómo confirma la persona'),
    limits: optional(
      {
        identifyFailures: optional(
          { personAndSource: Limits, person: Limits, source: Limits, browser: Limits },
          'Intentos fallidos de identificarse',
        ),
        codeFailures: optional({ person: Limits }, 'Códigos equivocados'),
        resets: Limits,
        mailsPerAddress: Limits,
      },
      'Límites',
    ),
    terms: optional(
      {
        visit: Duration,
        code: Duration,
        temporaryPassword: Duration,
        link: Duration,
        activationKey: Duration,
        addressQuarantine: Duration,
        contactCooldown: Duration,
      },
      'Plazos',
    ),
    kiosk: optional(
      {
        idle: Duration,
        countdown: Duration,
        keyboard: Type.Boolean({
          description: 'Ofrece un teclado en la pantalla; no, mientras no se diga otra cosa',
        }),
        printer: Type.Boolean({
          description: 'Ofrece imprimir las indicaciones; no, mientras no se diga otra cosa',
        }),
      },
      'Los quioscos: cuánto esperan sin que nadie los toque (45 a 300 s) y cuánto avisan (20 a 60 s)',
    ),
    desk: Desk,
    letters: Letters,
    signIn: SignIn,
    roster: optional(
      {
        headers: Type.Record(Type.String(), word('Encabezado de esta aplicación'), {
          description: 'Encabezado del archivo: encabezado de esta aplicación',
        }),
        statuses: Type.Record(
          Type.String(),
          oneOf(['activo', 'inactivo', 'egresado', 'titulacion'], 'Estatus'),
          {
            description: 'Palabra del archivo: estatus de esta aplicación',
          },
        ),
      },
      'Cómo se leen los padrones',
    ),
    documents: optional(
      {
        code: word('Código del procedimiento'),
        version: word('Versión'),
        from: Day,
        to: Day,
        records: Type.Record(Type.String(), word('Nombre del registro'), {
          description: 'Registros del procedimiento: código y nombre',
        }),
      },
      'Código, vigencia y registros del procedimiento',
    ),
    sexX: Type.Boolean({ description: 'Acepta la CURP con sexo X; sí, mientras no se diga otra cosa' }),
  }),
  { ...closed, title: 'Archivo de una institución', description: 'Mi correo institucional' },
)

export type InstitutionFile = Type.Static<typeof InstitutionFile>

function claimed() {
  return optional(
    {
      claim: Type.Array(Type.String(), {
        minItems: 2,
        uniqueItems: true,
        description: 'Campos que se piden',
      }),
    },
    'Un perfil',
  )
}

/** The published form. */
export const published = () => ({ $schema: 'http://json-schema.org/draft-07/schema#', ...InstitutionFile })
