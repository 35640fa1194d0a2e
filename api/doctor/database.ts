import type { Config } from '../config.ts'
import { type Look, openLook, sqlCode } from '../db/examine.ts'
import { about, type Finding } from '../providers/finding.ts'

const subject = 'DATABASE_URL'
const say = about(subject)
const skewSeconds = 60
const role = 'mci_app'

/** Tables that only grow, and what nobody may do to them with the service's login. */
const kept = ['event', 'event_seal']
const forbidden = ['update', 'delete', 'truncate']

/** PostgreSQL as the service will meet it: version, restricted role, grants and clock. Nothing is migrated or changed. */
export async function* examineDatabase(config: Config): AsyncIterable<Finding> {
  const url = config.databaseUrl ?? ''
  const look = openLook(url)
  try {
    const login = decodeURIComponent(new URL(url).username)
    const answered = await answers(look, url)
    yield answered
    if (answered.ok === 'no') return
    yield* server(look)
    const role = await mayTakeRole(look, login)
    yield role
    if (role.ok === 'no') return
    const [made] = await look.ask<{ there: boolean }>(
      `select to_regclass('public.event') is not null as there`,
    )
    if (!made?.there)
      return void (yield say.no(
        'tables',
        'todavía no hay tablas',
        'Arranque una vez el servicio (npx -y pnpm@12 start): las crea el dueño, MIGRATION_DATABASE_URL',
      ))
    yield* grants(look, login, config.migrationDatabaseUrl !== undefined)
  } finally {
    await look.end()
  }
}

async function answers(look: Look, url: string): Promise<Finding> {
  const { hostname, port, pathname } = new URL(url)
  try {
    await look.ask('select 1')
    return say.yes('reach', `contesta en ${hostname}:${port || 5432}`)
  } catch (error) {
    const code = sqlCode(error)
    if (code === '3D000')
      return say.no(
        'reach',
        `no existe la base ${pathname.slice(1)}`,
        `Como administrador: create database ${pathname.slice(1)} owner mci_owner;`,
      )
    return /^28/.test(code)
      ? say.no(
          'sign-in',
          `no deja entrar (SQLSTATE ${code})`,
          "Revise el usuario y la clave de DATABASE_URL, y pg_hba.conf. Como administrador: alter role mci login password '…';",
        )
      : say.no(
          'reach',
          `nadie contesta en ${hostname}:${port || 5432} (${code})`,
          'Vea que PostgreSQL esté en marcha y que listen_addresses y pg_hba.conf dejen llegar a esta máquina',
        )
  }
}

async function* server(look: Look): AsyncIterable<Finding> {
  const before = Date.now()
  const [found] = await look.ask<{
    version: number
    name: string
    at: number
    encoding: string
    standby: boolean
  }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      extract(epoch from clock_timestamp())::float8 as at, current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby`,
  )
  if (!found) return
  const middle = (before + Date.now()) / 2000
  const skew = Math.round(found.at - middle)
  yield found.version >= 150000
    ? say.yes('version', `PostgreSQL ${found.name}`)
    : say.no(
        'version',
        `PostgreSQL ${found.name} es anterior a la 15`,
        'Actualice el servidor a PostgreSQL 15 o posterior (pg_upgradecluster en Debian)',
      )
  yield Math.abs(skew) > skewSeconds
    ? say.no(
        'clock',
        `su reloj y el de esta máquina difieren ${Math.abs(skew)} s`,
        'Ponga en hora las dos máquinas: timedatectl set-ntp true',
      )
    : say.yes('clock', 'su reloj y el de esta máquina coinciden')
  if (found.encoding !== 'UTF8')
    yield say.no(
      'encoding',
      `la base guarda texto en ${found.encoding}`,
      "Cree la base con: create database mci owner mci_owner encoding 'UTF8' template template0;",
    )
  if (found.standby)
    yield say.no(
      'standby',
      'es una réplica: no se puede escribir',
      'Ponga en DATABASE_URL el servidor principal',
    )
}

/** Until version 15 a member may take a role on; since then that is a right of its own. */
async function mayTakeRole(look: Look, login: string): Promise<Finding> {
  const [found] = await look.ask<{ there: boolean; member: boolean }>(
    `select r.oid is not null as there, case when r.oid is null then false
       when current_setting('server_version_num')::int < 160000 then pg_has_role(r.oid, 'member')
       else pg_has_role(r.oid, 'set') end as member
     from (values (1)) one left join pg_roles r on r.rolname = '${role}'`,
  )
  if (!found?.there)
    return say.no(
      'role',
      `no existe el papel ${role}`,
      `Como administrador: create role ${role} nologin; grant ${role} to ${login};`,
    )
  return found.member
    ? say.yes('role', `${login} trabaja como ${role}`)
    : say.no(
        'role',
        `${login} no puede trabajar como ${role}`,
        `Como administrador: grant ${role} to ${login};`,
      )
}

async function* grants(look: Look, login: string, separate: boolean): AsyncIterable<Finding> {
  const tooMuch = await look.ask<{ who: string; what: string; table: string }>(
    `select who, what, t as "table" from unnest(array['${role}', current_user]) who, unnest(array['${kept.join("','")}']) t,
       unnest(array['${forbidden.join("','")}']) what
     where has_table_privilege(who, t, what)
        or (what = 'update' and has_any_column_privilege(who, t, what))`,
  )
  const [owner] = await look.ask<{ owns: boolean; everything: boolean }>(
    `select exists(select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and pg_has_role(current_user, relowner, 'usage')) as owns,
      (select rolsuper from pg_roles where rolname = current_user) as everything`,
  )
  const owns = owner?.owns || owner?.everything
  const rights = tooMuch.filter(({ who }) => !owns || who === role)
  if (rights.length > 0)
    yield say.no(
      'event-rights',
      `${[...new Set(rights.map(({ who }) => who))].join(' y ')} puede cambiar o borrar la bitácora`,
      `Como dueño de las tablas: revoke ${forbidden.join(', ')} on ${kept.join(', ')} from ${[...new Set(rights.map(({ who }) => who))].join(', ')};`,
    )
  else yield say.yes('event-rights', `${role} no puede cambiar ni borrar la bitácora`)
  const apart = `Dé a DATABASE_URL un usuario aparte (create role mci login password '…' in role ${role};) y deje el dueño en MIGRATION_DATABASE_URL`
  if (owns && separate) yield say.no('owner', `${login} puede alterar las tablas`, apart)
  else if (owns) yield say.warning('owner', `${login} es también dueño de las tablas`, apart)
  else yield say.yes('owner', `${login} no puede alterar ninguna tabla`)
  yield await enough(look)
  yield await guarded(look)
}

/** What `grants.sql` gives, table by table. */
async function enough(look: Look): Promise<Finding> {
  const lacking = await look.ask<{ table: string }>(
    `select relname as "table" from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and not (has_table_privilege('${role}', oid, 'select') and has_table_privilege('${role}', oid, 'insert')
         and (relname in ('${kept.join("','")}') or (has_table_privilege('${role}', oid, 'update') and has_table_privilege('${role}', oid, 'delete'))))`,
  )
  const names = lacking.map(({ table }) => table).join(', ')
  return lacking.length === 0
    ? say.yes('grants', `${role} puede leer y escribir todo lo demás`)
    : say.no(
        'grants',
        `a ${role} le faltan permisos en ${names}`,
        'Como dueño de las tablas: psql "$MIGRATION_DATABASE_URL" -f migrations/grants.sql',
      )
}

async function guarded(look: Look): Promise<Finding> {
  const [found] = await look.ask<{ guards: number }>(
    `select count(*)::int as guards from pg_trigger where not tgisinternal and tgenabled in ('O', 'A')
       and tgrelid in ('event'::regclass, 'event_seal'::regclass) and tgname like '%append_only'`,
  )
  return found?.guards === kept.length
    ? say.yes('guards', 'los guardas de la bitácora están puestos')
    : say.no(
        'guards',
        'los guardas de la bitácora están quitados o apagados',
        `Como dueño de las tablas: ${kept.map(table => `alter table ${table} enable trigger all;`).join(' ')}`,
      )
}
