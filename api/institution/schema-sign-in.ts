import * as Type from 'typebox'
import { roles } from '../roles.ts'
import { Secret, Setting } from './schema-providers.ts'
import { oneOf, optional, word } from './schema-values.ts'

const Roles = Type.Array(oneOf(Object.keys(roles), 'Función'), { minItems: 1, uniqueItems: true })
const groups = (about: string) => Type.Record(Type.String({ minLength: 1 }), Roles, { description: about })

const Directory = optional(
  {
    type: oneOf(['ldap', 'activeDirectory'], 'Qué directorio es'),
    url: Setting,
    startTls: Type.Boolean({ description: 'Cifra una conexión ldap:// antes de decir nada' }),
    ca: word('Archivo PEM de la autoridad que firma el certificado, junto al YAML'),
    bindDn: Setting,
    bindPassword: Secret,
    baseDn: Setting,
    attribute: word('Atributo con lo que escribe la persona; mail, o userPrincipalName en Active Directory'),
    name: word('Atributo con su nombre; cn, o displayName en Active Directory'),
    decoy: word('DN de una entrada a la que nadie entra; se prueba en lugar de la que no existe'),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
    groups: groups(
      'Nombre completo de cada grupo y las funciones que da; sin él, las funciones se dan en esta aplicación',
    ),
  },
  'Entrada con la contraseña del directorio de la institución',
)

const Oidc = optional(
  {
    name: word('Cómo se llama ante las personas: «Entrar con …»'),
    issuer: Setting,
    clientId: Setting,
    clientSecret: Secret,
    login: word('Dato con el correo de la persona; preferred_username'),
    groupsClaim: word('Dato con los grupos de la persona; groups'),
    groups: groups(
      'Cada grupo, como lo dice el proveedor, y las funciones que da; sin él, las funciones se dan en esta aplicación',
    ),
  },
  'Entrada por el proveedor de identidad de la institución (OpenID Connect)',
)

export const SignIn = optional(
  {
    password: Type.Boolean({
      description: 'Hay contraseñas propias de esta aplicación; sí, mientras no se diga otra cosa',
    }),
    directory: Directory,
    oidc: Oidc,
  },
  'Cómo entra el personal',
)
