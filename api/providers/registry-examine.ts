import { randomBytes } from 'node:crypto'
import { type Look, openLook, sqlCode } from '../db/examine.ts'
import type { ProviderSettings } from '../institution/institution.ts'
import { about, type Door, type Examiner, type Finding } from './finding.ts'
import { ProviderRefusal } from './provider.ts'
import { openRegistry, type RegistrySettings, tableOf } from './registry.ts'
import { TRIAL_LOGIN, TRIAL_MARKER } from './trial.ts'

const guide = 'docs/directorios/otros-sistemas.md'

/** Another system's registry of addresses: its table with a row that is taken back, or its webhook with a signed question. */
export function examineRegistry(name: string, settings: ProviderSettings): Examiner {
  const known = settings as unknown as RegistrySettings
  return /^postgres(ql)?:/.test(known.url) ? examineTable(name, known) : examineWebhook(name, settings)
}

const doorOf = (url: URL, usual: number): Door => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: Number(url.port) || usual,
  encrypted: url.protocol === 'https:' ? 'at-once' : 'never',
  caSetting: 'NODE_EXTRA_CA_CERTS',
})

function examineTable(name: string, settings: RegistrySettings): Examiner {
  const url = new URL(settings.url)
  const look = openLook(settings.url)
  const { table } = tableOf(settings)
  const login = decodeURIComponent(url.username)
  const say = about(name)
  return {
    door: doorOf(url, 5432),
    async *glance() {
      try {
        await look.ask('select 1')
        yield say.yes('bind', `entra como ${login}`)
      } catch (error) {
        const code = sqlCode(error)
        const shut = `Revise providers.${name}.url: usuario, clave y base. Allá: alter role ${login} login password '…';`
        const away = `Vea que PostgreSQL esté en marcha en ${url.hostname} y deje entrar a esta máquina (pg_hba.conf)`
        yield /^(28|3D)/.test(code)
          ? say.no('bind', `no deja entrar (SQLSTATE ${code})`, shut)
          : say.no('answer', `no contesta (${code})`, away)
      }
    },
    async *examine() {
      const [found] = await look.ask<{ there: string | null }>('select to_regclass($1)::text as there', [
        quoted(table),
      ])
      yield found?.there
        ? await trialRow(look, name, settings)
        : say.no(
            'registry-table',
            `no existe la tabla ${table}`,
            `Créela allá (${guide}), o corrija table de providers.${name}`,
          )
    },
    stop: () => void look.end(),
  }
}

const quoted = (id: string) =>
  id
    .split('.')
    .map(part => `"${part.replaceAll('"', '""')}"`)
    .join('.')

/** A row as the service writes it, under the rules of that table; nothing of it stays. */
async function trialRow(look: Look, name: string, settings: RegistrySettings): Promise<Finding> {
  const { table, columns } = tableOf(settings)
  const say = about(`${name} · ${table}`)
  const values: Record<string, string | number> = {
    address: `${TRIAL_LOGIN}${randomBytes(5).toString('hex')}@prueba.invalid`,
    name: 'Prueba de mci doctor',
    kind: 'personal',
    state: settings.states?.active ?? 'active',
    folio: 'M-0000-PRUEBA',
    fence: 1,
    account: TRIAL_MARKER,
  }
  const facts = Object.entries(columns)
  const list = facts.map(([, column]) => quoted(column)).join(', ')
  const holes = facts.map((_, at) => `$${at + 1}`).join(', ')
  const [into, key, state] = [quoted(table), quoted(columns.address), quoted(columns.state)]
  try {
    await look.without(async ask => {
      await ask(
        `insert into ${into} (${list}) values (${holes}) on conflict (${key}) do update set ${state} = excluded.${state}`,
        facts.map(([fact]) => values[fact] ?? ''),
      )
      await ask(`select ${list} from ${into} limit 1`)
    })
    return say.yes('registry-row', 'escribe un renglón de prueba y lo deshace')
  } catch (error) {
    const code = sqlCode(error)
    return say.no('registry-row', `no deja escribir (SQLSTATE ${code})`, rowMend(name, settings, code))
  }
}

function rowMend(name: string, settings: RegistrySettings, code: string): string {
  const { table, columns } = tableOf(settings)
  const login = decodeURIComponent(new URL(settings.url).username)
  const mends: Record<string, string> = {
    '42501': `Dé permiso allá: grant select, insert, update on ${table} to ${login};`,
    '42703': `Falta una columna: corrija columns de providers.${name}, o agréguela allá (${guide})`,
    '42P10': `La columna ${columns.address} debe ser única: create unique index on ${table} (${columns.address});`,
    '23502': `La tabla exige una columna que el servicio no escribe: quítele not null, o nómbrela en columns de providers.${name}`,
    '23514': `La tabla no acepta ese estado: corrija states de providers.${name}`,
  }
  return mends[code] ?? `Vea la tabla ${table} allá (${guide})`
}

function examineWebhook(name: string, settings: ProviderSettings): Examiner {
  const { url, report } = settings as unknown as RegistrySettings
  const say = about(name)
  const { protocol } = new URL(url)
  const held = async (secret?: string) => {
    const asked = { ...settings, ...(secret ? { secret } : {}) }
    return openRegistry(asked, undefined, () => {}).follower?.holds?.()
  }
  return {
    door: doorOf(new URL(url), protocol === 'https:' ? 443 : 80),
    async *glance() {},
    async *examine() {
      if (!report)
        return void (yield say.skipped(
          'webhook',
          'la firma solo se puede probar sin rastro con report: true',
        ))
      const same = `Ponga la misma clave de los dos lados (providers.${name}.secret y la del otro sistema): openssl rand -base64 32`
      try {
        yield say.yes(
          'webhook',
          `acepta la firma y dice lo que guarda (${(await held())?.length ?? 0} direcciones)`,
        )
      } catch (error) {
        const why = error instanceof ProviderRefusal ? (error.detail ?? error.code) : 'contesta otra cosa'
        const answered = /HTTP 40[13]/.test(why)
          ? same
          : `Vea en el otro sistema qué contesta GET ${url} (${guide})`
        return void (yield say.no('webhook', `no acepta un aviso firmado (${why})`, answered))
      }
      const strangers = randomBytes(32).toString('base64')
      yield await held(strangers).then(
        () =>
          say.no(
            'webhook-signature',
            'acepta avisos con cualquier firma',
            `El otro sistema debe comprobar webhook-signature y contestar 401 a una firma ajena (${guide})`,
          ),
        () => say.yes('webhook-signature', 'rechaza una firma ajena'),
      )
    },
    stop: () => {},
  }
}
