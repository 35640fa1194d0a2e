import { setTimeout as sleep } from 'node:timers/promises'
import type { ProviderSettings } from '../institution/institution.ts'
import { about, type Examination, type Examiner, type Finding } from './finding.ts'
import { openGraph } from './graph.ts'
import type { Answer } from './graph-answer.ts'
import { openConnection, rightsOf } from './graph-connection.ts'
import { stock } from './graph-examine-licences.ts'
import { graphMends } from './graph-examine-mends.ts'
import { patienceOf } from './graph-pace.ts'
import { accountMarker, equal, shapeOf } from './graph-shape.ts'
import { openEar } from './ldap-examine-parts.ts'
import { type Provider, ProviderRefusal } from './provider.ts'
import { live, TRIAL_MARKER } from './trial.ts'

const patienceMs = 90_000
const pauseMs = 2000

/** Permissions by what they are for; where one of a line is granted, that is enough. */
const everywhere = ['User.ReadWrite.All', 'Directory.ReadWrite.All']
const passwords = ['User-PasswordProfile.ReadWrite.All', 'Directory.ReadWrite.All']
const skus = [
  'LicenseAssignment.Read.All',
  'Organization.Read.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]
const tenants = ['Organization.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All']
/** Its template, the same in every tenant. */
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

export interface Looking {
  name: string
  settings: ProviderSettings
  get(path: string, query?: Record<string, string>): Promise<Answer>
  mends: ReturnType<typeof graphMends>
}

/** A tenant of Microsoft 365 looks at itself: permissions one by one, licences, and a throw-away account. */
export function examineGraph(name: string, settings: ProviderSettings): Examiner {
  const { tell, lastTold } = openEar()
  const send = openConnection(settings, tell)
  const asking = () => ({ patience: patienceOf.question(), bulk: true, note: () => {} })
  const mends = graphMends(name, settings)
  const get: Looking['get'] = (path, query) =>
    send(asking(), { method: 'get', path, ...(query ? { query } : {}) })
  const on: Looking = { name, settings, get, mends }
  const url = new URL(String(settings.url ?? 'https://graph.microsoft.com'))
  return {
    door: {
      host: url.hostname,
      port: Number(url.port) || 443,
      encrypted: 'at-once',
      caSetting: 'NODE_EXTRA_CA_CERTS',
    },
    async *glance() {
      const say = about(name)
      try {
        await rightsOf(settings)
        yield say.yes('bind', `entra como la aplicación ${settings.clientId}`)
      } catch (error) {
        const [code = 'sin respuesta'] = /AADSTS\d+/.exec((error as Error).message) ?? []
        yield code.startsWith('AADSTS')
          ? say.no('bind', `no deja entrar a la aplicación (${code})`, mends.signIn(code))
          : say.no('answer', 'no contesta quien da las entradas', mends.answer)
      }
    },
    async *examine(ask) {
      const rights = await Array.fromAsync(permissions(on))
      yield* rights
      yield* organization(on, ask)
      const licences = await Array.fromAsync(stock(on, ask.kinds))
      yield* licences
      if ([...rights, ...licences].some(({ ok }) => ok === 'no'))
        yield about(name).skipped('entry-create', 'sin permisos y licencias no se prueba ninguna cuenta')
      else yield* trial(on, ask, lastTold)
    },
    stop: () => {},
  }
}

async function* permissions({ name, settings, mends }: Looking): AsyncIterable<Finding> {
  const { roles, wids } = await rightsOf(settings)
  const byName = Object.values(shapeOf(settings).licences).some(one => !/^[0-9a-f-]{36}$/i.test(one))
  for (const any of [everywhere, passwords, ...(byName ? [skus] : [])]) {
    const say = about(`${name} · ${any[0]}`)
    const granted = any.find(one => roles.includes(one))
    yield granted
      ? say.yes('permission', granted === any[0] ? 'concedido' : `lo incluye ${granted}`)
      : say.no('permission', `falta el permiso de aplicación ${any[0]}`, mends.permission(any[0] ?? ''))
  }
  if (wids.includes(userAdministrator))
    yield about(`${name} · Administrador de usuarios`).yes('role', 'la aplicación tiene el rol')
}

/** Verified domains, and whether Active Directory is the truth about the accounts. */
async function* organization(
  { name, settings, get, mends }: Looking,
  ask: Examination,
): AsyncIterable<Finding> {
  const say = about(name)
  const { roles } = await rightsOf(settings)
  if (!tenants.some(one => roles.includes(one)))
    return void (yield say.skipped(
      'organization',
      'sin Organization.Read.All no se ven los dominios ni la sincronización',
    ))
  const answer = await get('/organization', { $select: 'verifiedDomains,onPremisesSyncEnabled' })
  const [tenant] = answer.ok ? answer.body.value : []
  if (!tenant)
    return void (yield say.warning(
      'organization',
      `no dice qué dominios tiene (HTTP ${answer.status})`,
      mends.permission('Organization.Read.All'),
    ))
  const verified = (tenant.verifiedDomains ?? []).map((one: { name: string }) => one.name.toLowerCase())
  const missing = [...new Set(ask.kinds.map(({ domain }) => domain.toLowerCase()))].filter(
    one => !verified.includes(one),
  )
  yield missing.length === 0
    ? say.yes('domain', 'los dominios de las cuentas están verificados')
    : say.no('domain', `no está verificado ${missing.join(', ')}`, mends.domain(missing))
  const holding = ask.kinds.filter(({ holds }) => holds).map(({ kind }) => kind)
  yield tenant.onPremisesSyncEnabled === true && holding.length > 0
    ? say.warning(
        'hybrid',
        `hay sincronización con Active Directory: se negará la contraseña de las cuentas que vengan de ahí (${holding.join(', ')})`,
        mends.hybrid(holding),
      )
    : say.yes(
        'hybrid',
        tenant.onPremisesSyncEnabled
          ? 'hay sincronización, y la contraseña se pone en Active Directory'
          : 'no hay sincronización con Active Directory',
      )
}

async function* trial(on: Looking, ask: Examination, lastTold: () => string): AsyncIterable<Finding> {
  const [kind] = ask.kinds.filter(({ holds }) => holds)
  const say = about(on.name)
  if (!kind)
    return void (yield say.skipped(
      'entry-create',
      'aquí solo se siguen cuentas de otro directorio: no se crea ninguna',
    ))
  const provider = patient(openGraph(on.settings, () => {}).provider)
  const subject = `${on.name} · ${kind.domain}`
  yield* sweep(on, provider, on.name, 'leftover')
  try {
    const mend = on.mends.step
    yield* live({ provider, subject, kind, ask, lastTold, mend, blind: true })
  } finally {
    yield* sweep(on, provider, subject, 'entry-delete')
  }
}

/** Into the recycle bin with every throw-away account, of this run and of an interrupted one. */
async function* sweep(
  { get, settings, mends }: Looking,
  provider: Provider,
  subject: string,
  check: 'leftover' | 'entry-delete',
): AsyncIterable<Finding> {
  const say = about(subject)
  const filter = equal(shapeOf(settings).marker, accountMarker(TRIAL_MARKER))
  const answer = await get('/users', { $filter: filter, $select: 'id', $count: 'true', $top: '20' })
  const left = (answer.ok ? answer.body.value : []) as { id: string }[]
  const stuck: string[] = []
  for (const { id } of left) await provider.close(id, Number.MAX_SAFE_INTEGER).catch(() => stuck.push(id))
  if (stuck.length > 0) yield say.warning(check, `queda ${stuck.join(' y ')}`, mends.remove(stuck))
  else if (check === 'entry-delete')
    yield say.yes(check, 'la cuenta de prueba está en la papelera, y en 30 días desaparece sola')
  else if (left.length > 0)
    yield say.yes(check, `se quitó lo que dejó una prueba interrumpida (${left.length})`)
}

/** A new account is not known everywhere for a while: what is not yet there is asked for again. */
function patient(provider: Provider): Provider {
  const again =
    <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      const end = performance.now() + patienceMs
      for (;;) {
        try {
          return await work(...given)
        } catch (error) {
          const passing = error instanceof ProviderRefusal && error.code === 'unavailable' && !error.detail
          if (!passing || performance.now() > end) throw error
          await sleep(pauseMs)
        }
      }
    }
  const { create, setPassword, setBlocked, close } = provider
  return {
    ...provider,
    create: again(create),
    setPassword: again(setPassword),
    setBlocked: again(setBlocked),
    close: again(close),
  }
}
