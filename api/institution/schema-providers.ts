import * as Type from 'typebox'

/** A value, or the name of the environment variable (or of `NAME_FILE`) that holds it. */
const FromEnvironment = Type.Object(
  { env: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', description: 'Variable de entorno' }) },
  { additionalProperties: false },
)
const Setting = Type.Union([Type.String({ minLength: 1 }), FromEnvironment])
/** Secrets never stand in the file. */
const Secret = FromEnvironment
const Flag = Type.Boolean()
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const Names = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })
const PerKind = Type.Record(Type.String(), Type.String({ minLength: 1 }))
const maybe = Type.Optional

const of = <P extends Record<string, Type.TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description })

/** Attribute of the directory that holds each key, for adopting what already exists. */
const Attributes = maybe(Type.Record(Type.String(), Type.String({ minLength: 1 })))
const Directory = {
  url: Setting,
  bindDn: Setting,
  bindPassword: Secret,
  baseDn: Setting,
  startTls: maybe(Flag),
  ca: maybe(Type.String({ minLength: 1 })),
  attributes: Attributes,
  units: maybe(PerKind),
  mustChange: maybe(Flag),
  onClose: maybe(Type.Enum(['disable', 'move', 'delete'])),
  closedUnit: maybe(Setting),
  marker: maybe(Type.String({ minLength: 1 })),
  timeoutSeconds: maybe(Count),
  connections: maybe(Count),
}

/** By `type`; each is what one provider needs to know. */
export const PROVIDERS = {
  sql: of({ type: Type.Literal('sql') }, 'Buzones en la base de datos de la aplicación'),
  ldap: of(
    { type: Type.Literal('ldap'), ...Directory, objectClasses: maybe(Names), dn: maybe(PerKind) },
    'OpenLDAP, 389 Directory Server',
  ),
  activeDirectory: of(
    { type: Type.Literal('activeDirectory'), ...Directory, upnSuffix: maybe(Setting), groups: maybe(Names) },
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
      usageLocation: maybe(Type.String({ pattern: '^[A-Z]{2}$' })),
      licences: maybe(PerKind),
      mustChange: maybe(Flag),
    },
    'Microsoft 365',
  ),
  manual: of(
    { type: Type.Literal('manual'), instructions: Type.String({ minLength: 1 }), assignedTo: maybe(Setting) },
    'Una persona hace el cambio donde no hay interfaz',
  ),
  registry: of(
    {
      type: Type.Literal('registry'),
      url: Setting,
      table: maybe(Type.String({ minLength: 1 })),
      secret: maybe(Secret),
      columns: maybe(PerKind),
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
