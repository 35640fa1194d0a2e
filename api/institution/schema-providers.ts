import * as Type from 'typebox'

/** A value, or the name of the environment variable (or of `NAME_FILE`) that holds it. */
const FromEnvironment = Type.Object(
  { env: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', description: 'Variable de entorno' }) },
  { additionalProperties: false },
)
export const Setting = Type.Union([Type.String({ minLength: 1 }), FromEnvironment])
/** Secrets never stand in the file. */
export const Secret = FromEnvironment
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const maybe = Type.Optional
const word = (description: string) => Type.String({ minLength: 1, description })
const flag = (description: string) => Type.Boolean({ description })
const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true, description })
const perKind = (description: string) =>
  Type.Record(Type.String(), Type.String({ minLength: 1 }), { description })
const oneOf = <V extends string[]>(values: readonly [...V], description: string) =>
  Type.Enum(values, { description })

/** Told on the screen before somebody blocks: the mail system decides it, not we. */
const mailWhileBlocked = maybe(flag('A una cuenta bloqueada le sigue llegando correo; true'))

const of = <P extends Record<string, Type.TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description })

/** What an LDAP directory and Active Directory have in common. */
const Directory = {
  url: Setting,
  bindDn: Setting,
  bindPassword: Secret,
  baseDn: Setting,
  startTls: maybe(flag('Cifra una conexión ldap:// antes de decir nada')),
  ca: maybe(word('Archivo PEM de la autoridad que firma el certificado, junto al YAML')),
  attributes: maybe(
    Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      description:
        'Atributo que guarda cada dato: address, login, name, given, surnames, quota; curp, curt y controlNumber son además las claves con que se adopta lo que ya existe',
    }),
  ),
  units: maybe(perKind('Unidad de cada tipo de cuenta, desde baseDn: ou=docentes')),
  mustChange: maybe(flag('Quien entra con una contraseña temporal debe cambiarla')),
  onClose: maybe(oneOf(['disable', 'move', 'delete'], 'Qué pasa con la entrada de una cuenta que se cierra')),
  closedUnit: maybe(Setting),
  mailWhileBlocked,
  marker: maybe(
    word(
      'Atributo de texto con varios valores donde va la marca; mciMarker, o houseIdentifier en Active Directory',
    ),
  ),
  timeoutSeconds: maybe(Count),
  connections: maybe(Type.Integer({ minimum: 1, maximum: 32, description: 'Conexiones permanentes; 2' })),
}

/** By `type`; each is what one provider needs to know. */
export const PROVIDERS = {
  sql: of({ type: Type.Literal('sql'), mailWhileBlocked }, 'Buzones en la base de datos de la aplicación'),
  ldap: of(
    {
      type: Type.Literal('ldap'),
      ...Directory,
      objectClasses: maybe(names('Clases de una entrada nueva; inetOrgPerson')),
      markerClass: maybe(word('Clase auxiliar que permite la marca; mciAccount')),
      dn: maybe(perKind('Nombre de la entrada por tipo de cuenta: uid={login}, cn={name}+uid={login}')),
      id: maybe(oneOf(['entryUUID', 'nsUniqueId'], 'Atributo que nunca cambia; nsUniqueId en 389')),
      password: maybe(
        oneOf(
          ['exop', 'server', 'SSHA', 'ARGON2'],
          'exop: RFC 3062. server: el directorio cifra lo que recibe. SSHA, ARGON2: va ya cifrada',
        ),
      ),
      block: maybe(
        of(
          { attribute: word('Atributo'), value: word('Valor mientras está bloqueada') },
          'Cómo se bloquea; pwdAccountLockedTime, o nsAccountLock en 389',
        ),
      ),
      until: maybe(word('Atributo con el fin de una contraseña temporal: pwdEndTime')),
      changed: maybe(
        word(
          'Atributo donde el directorio anota cuándo cambió la contraseña; pwdChangedTime, o pwdUpdateTime en 389',
        ),
      ),
      decoy: maybe(word('DN de una entrada a la que nadie entra; se prueba en lugar de la que no existe')),
    },
    'OpenLDAP, 389 Directory Server',
  ),
  activeDirectory: of(
    {
      type: Type.Literal('activeDirectory'),
      ...Directory,
      upnSuffix: maybe(Setting),
      groups: maybe(names('Grupos de una entrada nueva, con su nombre completo')),
    },
    'Active Directory',
  ),
  graph: of(
    {
      type: Type.Literal('graph'),
      tenant: Setting,
      clientId: Setting,
      clientSecret: maybe(Secret),
      certificate: maybe(Secret),
      url: maybe(Setting),
      authority: maybe(Setting),
      usageLocation: maybe(
        Type.String({
          pattern: '^[A-Z]{2}$',
          description: 'País de las cuentas, sin el cual no hay licencia; MX',
        }),
      ),
      licences: maybe(perKind('Licencia de cada tipo de cuenta: su skuPartNumber o su skuId')),
      attributes: maybe(
        Type.Record(Type.String(), Type.String({ minLength: 1 }), {
          description:
            'Atributo que guarda cada dato: given, surnames, centre, curp, curt, controlNumber, mail; sin esto no se escribe ninguno',
        }),
      ),
      marker: maybe(word('Atributo de texto con la cuenta; extensionAttribute14')),
      state: maybe(word('Atributo de texto con el último cambio; extensionAttribute15')),
      mustChange: maybe(flag('Quien entra con una contraseña temporal debe cambiarla; true')),
      mailWhileBlocked,
      timeoutSeconds: maybe(Count),
      writes: maybe(
        Type.Integer({
          minimum: 3,
          maximum: 3000,
          description: 'Cuántas escrituras puede hacer este servicio en 150 segundos; 3000',
        }),
      ),
    },
    'Microsoft 365',
  ),
  manual: of(
    {
      type: Type.Literal('manual'),
      instructions: word('Lo que hay que hacer, con {act}, {address}, {login}, {name} y {kind}'),
      script: maybe(
        Type.Record(Type.String(), Type.String({ minLength: 1 }), {
          description:
            'Orden por acto (create, reset, block, unblock, close, reopen, describe); cada dato va entre comillas de shell',
        }),
      ),
      mailWhileBlocked,
      shell: maybe(oneOf(['sh', 'powershell'], 'Cómo se entrecomilla; sh')),
      csv: maybe(
        Type.Record(Type.String(), Type.String(), { description: 'Un renglón: encabezado y plantilla' }),
      ),
    },
    'Una persona hace el cambio donde no hay interfaz',
  ),
  registry: of(
    {
      type: Type.Literal('registry'),
      url: Setting,
      table: maybe(word('Tabla de PostgreSQL; correos')),
      secret: maybe(Secret),
      columns: maybe(
        Type.Record(Type.String(), Type.String({ minLength: 1 }), {
          description:
            'Columna de cada dato: address (única), state; name, kind, folio, account y fence si las hay',
        }),
      ),
      states: maybe(
        Type.Record(Type.String(), Type.String({ minLength: 1 }), {
          description: 'Cómo llama el otro sistema a active, blocked y closed',
        }),
      ),
      report: maybe(flag('El aviso contesta a GET con lo que guarda: [{ address, state }]')),
    },
    'Otro sistema que guarda las direcciones; nunca un secreto',
  ),
}

export const Provider = Type.Union([
  PROVIDERS.sql,
  PROVIDERS.ldap,
  PROVIDERS.activeDirectory,
  PROVIDERS.graph,
  PROVIDERS.manual,
  PROVIDERS.registry,
])
export type ProviderType = keyof typeof PROVIDERS
