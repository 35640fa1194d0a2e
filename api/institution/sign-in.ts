import type { Role } from '../roles.ts'
import { checkName, checkUrl } from './check-directories.ts'
import { fromEnvironment } from './environment.ts'
import type { Beside } from './files.ts'
import type { ProviderSettings } from './institution.ts'
import { MISSING } from './missing.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'

type Groups = Readonly<Record<string, readonly Role[]>>

/** How the staff sign in. */
export interface SignInRules {
  /** There are passwords of our own. */
  readonly password: boolean
  readonly directory: {
    /** As a provider's: where it is, and as whom we come. */
    readonly settings: ProviderSettings
    readonly attribute: string
    readonly name: string
    readonly decoy: string | undefined
    /** Null: roles are given here. */
    readonly groups: Groups | null
  } | null
  readonly oidc: {
    readonly name: string
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly login: string
    readonly groupsClaim: string
    readonly groups: Groups | null
  } | null
}

const needed = {
  directory: ['type', 'url', 'bindDn', 'bindPassword', 'baseDn'],
  oidc: ['name', 'issuer', 'clientId', 'clientSecret'],
} as const

/** The section with its environment read; what is missing or would go out in clear is reported. */
export function resolvedSignIn(
  { signIn }: InstitutionFile,
  beside: Pick<Beside, 'signInCa'>,
  env: NodeJS.ProcessEnv,
  report: Report,
): SignInRules {
  const { password = true, directory, oidc } = signIn ?? {}
  if (!password && !directory && !oidc)
    report(['signIn', 'password'], 'así no entra nadie: falta directory u oidc')
  return {
    password,
    directory: directory ? directoryOf(part('directory', directory)) : null,
    oidc: oidc ? oidcOf(part('oidc', oidc)) : null,
  }

  function part(way: keyof typeof needed, written: object): Record<string, unknown> {
    const values = Object.entries(written).map(([key, value]) => [
      key,
      settingOf(['signIn', way, key], value),
    ])
    const read = Object.fromEntries(values)
    for (const key of needed[way]) if (!(key in written)) report(['signIn', way, key], MISSING)
    return read
  }

  function settingOf(path: string[], value: unknown): unknown {
    const name = typeof value === 'object' && value && 'env' in value ? value.env : undefined
    if (typeof name !== 'string') return value
    const found = fromEnvironment(name, env)
    if (found === undefined) report(path, `falta la variable de entorno ${name} (o ${name}_FILE)`)
    return found
  }

  function directoryOf({ attribute, name, decoy, groups, ca: _, ...rest }: Record<string, unknown>) {
    const ca = beside.signInCa
    const settings = {
      ...rest,
      ...(ca === null ? {} : { ca }),
      connections: 1,
    } as unknown as ProviderSettings
    const at = (...keys: string[]) => ['signIn', 'directory', ...keys]
    checkUrl(settings as never, at, report)
    for (const key of ['bindDn', 'baseDn']) checkName(settings as never, key, at, report)
    for (const group of Object.keys((groups ?? {}) as Groups))
      checkName({ type: settings.type, [group]: group } as never, group, () => at('groups', group), report)
    const windows = settings.type === 'activeDirectory'
    return {
      settings,
      attribute: (attribute as string) ?? (windows ? 'userPrincipalName' : 'mail'),
      name: (name as string) ?? (windows ? 'displayName' : 'cn'),
      decoy: decoy as string | undefined,
      groups: (groups as Groups) ?? null,
    }
  }

  function oidcOf({ login, groupsClaim, groups, ...rest }: Record<string, unknown>) {
    const { issuer } = rest
    if (typeof issuer === 'string' && !isSafe(issuer))
      report(['signIn', 'oidc', 'issuer'], 'debe empezar con https://')
    return {
      ...(rest as { name: string; issuer: string; clientId: string; clientSecret: string }),
      login: (login as string) ?? 'preferred_username',
      groupsClaim: (groupsClaim as string) ?? 'groups',
      groups: (groups as Groups) ?? null,
    }
  }
}

/** Nothing of a sign-in goes out in clear, but on this machine. */
const isSafe = (issuer: string): boolean => {
  if (!URL.canParse(issuer)) return false
  const { protocol, hostname } = new URL(issuer)
  return (
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
  )
}
