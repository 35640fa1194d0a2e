import { seconds } from './duration.ts'
import { fromEnvironment } from './environment.ts'
import { defaultFields } from './fields.ts'
import type { Beside } from './files.ts'
import {
  type AccountRule,
  type ClaimField,
  type Institution,
  type Limit,
  type ProviderSettings,
  TERMS,
} from './institution.ts'
import { resolvedLetters } from './letters.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'
import { labelOf, unitOf } from './units.ts'

type Pairs = [number, string][]
const FAILURES = {
  personAndSource: [[5, '24h']],
  person: [[20, '24h']],
  source: [
    [30, '5m'],
    [100, '24h'],
  ],
  browser: [[8, '1h']],
} as Record<string, Pairs>
const CODE_FAILURES: Pairs = [[5, '24h']]
const RESETS: Pairs = [
  [1, '15m'],
  [3, '24h'],
  [5, '30d'],
]
const MAILS: Pairs = [
  [5, '1h'],
  [10, '24h'],
]
const PERIODS: Record<(typeof TERMS)[number], string> = {
  visit: '10m',
  code: '10m',
  temporaryPassword: '24h',
  link: '24h',
  activationKey: '30d',
  addressQuarantine: '365d',
  contactCooldown: '72h',
}
const REQUIRES: AccountRule['requires'] = {
  create: 'either',
  reset: 'either',
  reassign: 'oficio',
  block: 'either',
  unblock: 'none',
  close: 'oficio',
  reopen: 'either',
}
/** Of an account that stands for a unit. */
const SHARED = { create: 'oficio' } as const
/** The owner of a document is warned this long before it expires. */
const NOTICE_DAYS = 30

/** The institution of a file without problems. */
export function resolved(
  file: InstitutionFile,
  beside: Beside,
  { providers, signIn }: Pick<Institution, 'providers' | 'signIn'>,
  now: Date,
): Institution {
  const { brand, letterhead, documents, roster, sexX = true } = file
  const accounts = Object.entries(file.accounts ?? {}).map(([kind, account]) =>
    ruleOf(kind, account, providers, file.desk?.requires),
  )
  return {
    name: file.name as string,
    shortName: file.shortName as string,
    timeZone: file.timeZone as string,
    brand: { colour: String(brand?.colour).toUpperCase(), logo: beside.logo, font: beside.font },
    contact: { ...file.contact },
    privacyNotice: { ...file.privacyNotice },
    directions: { ...file.directions },
    texts: { ...file.texts },
    letterhead: { head: letterhead?.head ?? (file.name as string), foot: letterhead?.foot ?? '' },
    profiles: Object.fromEntries(
      Object.entries(file.profiles ?? {}).map(([name, { claim = [] }]) => [name, { claim }]),
    ),
    fields: fieldsOf(file, sexX),
    accounts,
    providers,
    delivery: file.delivery ?? 'temporal',
    confirmation: file.confirmation ?? 'direct',
    limits: limitsOf(file),
    terms: Object.fromEntries(
      TERMS.map(term => [term, seconds(file.terms?.[term] ?? PERIODS[term])]),
    ) as Institution['terms'],
    domains: [...new Set([...accounts.map(({ domain }) => domain), ...(file.legacyDomains ?? [])])],
    legacyDomains: file.legacyDomains ?? [],
    roster: { headers: { ...roster?.headers }, statuses: { ...roster?.statuses } },
    documents: documents
      ? {
          code: documents.code as string,
          version: documents.version as string,
          from: documents.from ?? null,
          to: documents.to ?? null,
          records: { ...documents.records },
        }
      : null,
    sexX,
    desk: {
      helpdeskResets: file.desk?.helpdeskResets ?? false,
      approvals: file.desk?.approvals ?? [],
      slip: file.desk?.slip ?? false,
      policy: file.desk?.policy ? (file.desk.policy as { version: string; text: string }) : null,
    },
    letters: resolvedLetters(file),
    signIn,
    kiosk: {
      idle: seconds(file.kiosk?.idle ?? '60s'),
      countdown: seconds(file.kiosk?.countdown ?? '30s'),
      keyboard: file.kiosk?.keyboard ?? false,
      printer: file.kiosk?.printer ?? false,
    },
    webmail: file.webmail ?? null,
    warnings: [...expiring(file, now), ...unreachable(accounts)],
  }
}

/** Providers with their environment read; the embedded one where the file names none. */
export function resolvedProviders(
  file: InstitutionFile,
  beside: Pick<Beside, 'ca'>,
  env: NodeJS.ProcessEnv,
  report: Report,
): Institution['providers'] {
  const written = file.providers ?? {}
  if (Object.keys(written).length === 0) return { sql: { type: 'sql' } }
  return Object.fromEntries(
    Object.entries(written).map(([name, settings]) => {
      const values = Object.entries(settings).map(([key, value]) => [
        key,
        settingOf(['providers', name, key], value),
      ])
      const ca = beside.ca[name]
      return [
        name,
        { ...Object.fromEntries(values), ...(ca === undefined ? {} : { ca }) } as ProviderSettings,
      ]
    }),
  )

  function settingOf(path: string[], value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('env' in value) || typeof value.env !== 'string')
      return value
    const found = fromEnvironment(value.env, env)
    if (found === undefined) report(path, `falta la variable de entorno ${value.env} (o ${value.env}_FILE)`)
    return found
  }
}

function ruleOf(
  kind: string,
  account: NonNullable<InstitutionFile['accounts']>[string],
  providers: Institution['providers'],
  requires: NonNullable<InstitutionFile['desk']>['requires'],
): AccountRule {
  const { label, profile, when, selfService = [], domain, address, provider, quotaMb = null, unit } = account
  const stands = profile ? undefined : unitOf(kind, unit)
  return {
    kind,
    label: label ?? labelOf(profile ?? stands),
    ...(profile ? { profile } : {}),
    ...(when
      ? {
          when: Object.fromEntries(
            Object.entries(when).map(([column, source]) => [column, new RegExp(source, 'iv')]),
          ),
        }
      : {}),
    selfService,
    domain: domain as string,
    address: [address ?? []].flat(),
    provider: [provider ?? Object.keys(providers)].flat(),
    quotaMb,
    ...(stands ? { unit: stands } : {}),
    requires: { ...REQUIRES, ...(profile ? {} : SHARED), ...requires, ...account.requires },
  }
}

function fieldsOf(file: InstitutionFile, sexX: boolean): Record<string, ClaimField> {
  const written: Record<string, object> = file.fields ?? {}
  const defaults: Record<string, object> = defaultFields(sexX)
  const names = new Set([...Object.keys(defaults), ...Object.keys(written)])
  return Object.fromEntries(
    [...names].map(name => {
      const field = { label: '', hint: '', pattern: '^$', ...defaults[name], ...written[name] }
      return [name, { ...field, regexp: new RegExp(field.pattern, 'v') }]
    }),
  )
}

function limitsOf({ limits }: InstitutionFile): Institution['limits'] {
  const failures = { ...FAILURES, ...limits?.identifyFailures } as Record<
    keyof Institution['limits']['identifyFailures'],
    Pairs
  >
  return {
    identifyFailures: {
      personAndSource: counted(failures.personAndSource),
      person: counted(failures.person),
      source: counted(failures.source),
      browser: counted(failures.browser),
    },
    codeFailures: { person: counted(limits?.codeFailures?.person ?? CODE_FAILURES) },
    resets: counted(limits?.resets ?? RESETS),
    mailsPerAddress: counted(limits?.mailsPerAddress ?? MAILS),
  }
}

const counted = (pairs: Pairs): Limit[] =>
  pairs.map(([count, window]) => ({ count, seconds: seconds(window) }))

function expiring({ documents, timeZone }: InstitutionFile, now: Date): string[] {
  if (!documents?.to) return []
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now)
  const left = Math.round((Date.parse(documents.to) - Date.parse(today)) / 86_400_000)
  const name = `El documento ${documents.code} versión ${documents.version}`
  if (left < 0) return [`${name} venció el ${documents.to}`]
  return left <= NOTICE_DAYS ? [`${name} vence el ${documents.to}`] : []
}

/** A kind after one of the same profile that takes everybody. */
function unreachable(accounts: readonly AccountRule[]): string[] {
  return accounts
    .filter(
      ({ profile }, at) =>
        profile && accounts.slice(0, at).some(before => before.profile === profile && !before.when),
    )
    .map(
      ({ kind, profile }) =>
        `accounts.${kind} no toca a nadie: antes hay un tipo de ${profile} sin condición`,
    )
}
