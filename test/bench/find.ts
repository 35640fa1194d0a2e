import { createHmac } from 'node:crypto'
import type { Db } from '../../api/db/open.ts'
import { member } from '../../api/db/schema.ts'
import { openSession } from '../../api/staff/session.ts'
import { openService, type Service } from './service.ts'

/** B01: what the search box of the desk answers among 100,000 people (or as many as asked), each with an account; a JSON line for each kind of key. */
const people = Number(process.argv[2] ?? 100_000)
const asks = Number(process.argv[3] ?? 200)
const only = process.argv[4]

const given =
  'María Guadalupe Ana José Luis Carmen Rosa Juan Martha Óscar Sofía Ángel Elena Raúl Íñigo Inés'.split(' ')
const surnames =
  `García Hernández Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Morales Vázquez
  Reyes Jiménez Torres Díaz Gutiérrez Ruiz Mendoza Aguilar Ortiz Moreno Castillo Romero Álvarez Méndez Chávez Rivera
  Núñez Güemes Peña Ibáñez Zárate Ávila Ochoa Ponce Salas Trejo Uribe Vera`.split(/\s+/)

/** Names as there are, and an account for everybody, as if the kiosk had made it. */
async function furnish({ sql }: Service): Promise<void> {
  await sql`
    with numbered as (select id, row_number() over (order by id) as n from person)
    update person p set
      given = (${given}::text[])[1 + n % ${given.length}] || ' ' || (${given}::text[])[1 + (n / 16) % ${given.length}],
      surname1 = (${surnames}::text[])[1 + (n / 3) % ${surnames.length}],
      surname2 = (${surnames}::text[])[1 + (n / 131) % ${surnames.length}]
    from numbered where numbered.id = p.id`
  await sql`insert into account (id, kind, state) select id, 'personal', 'active' from person`
  await sql`insert into holding (account_id, person_id, "as", kind) select id, id, 'holder', 'personal' from person`
  await sql`insert into address (local, domain, account_id, role)
    select replace(words_of(given)::text, '''', '') || row_number() over (order by id), 'colima.example', id, 'primary' from person`
  await sql`update address set local = replace(local, ' ', '.')`
  await sql`insert into centre (cct, source, name, level, municipality, status, load_id)
    select centre, 'sep', 'Escuela ' || n, 'Nivel ' || n % 5, 'Municipio ' || n % 10, 'active', (select min(id) from roster_load)
    from (select centre, row_number() over (order by centre) as n from (select distinct centre from affiliation) c) c`
  await sql`insert into movement (folio, kind, state, account_id, person_id, actor, channel, privacy_notice, detail)
    select 'M-2026-' || translate(lpad(row_number() over (order by id)::text, 6, '0'), '0123456789', 'ABCDEFGHJK'),
      'account-creation', 'done', id, id, 'visitor', 'internet', '1', '{}' from person`
  await sql`vacuum analyze`
}

/** A member signed in; her cookie is written as the service writes it. */
async function signIn(service: Service, login: string, units: string[]) {
  const [made] = await service.ctx.db
    .insert(member)
    .values({
      login: `${login}@mesa.example`,
      name: 'Mesa',
      roles: ['operator'],
      units,
      source: 'local',
      totp: '-',
    })
    .returning({ id: member.id })
  const ask = { member: made?.id ?? '', factor: 'totp', address: '10.0.0.1', browser: 'bench' } as const
  const { id, from, until } = await openSession(service.ctx.db as Db, ask)
  const part = (said: object) => Buffer.from(JSON.stringify(said)).toString('base64url')
  const claims = { jti: id, aud: 'staff', iat: from, nbf: from, exp: until, iss: 'mci' }
  const said = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  const [key = ''] = service.ctx.keysFor('cookie')
  return `mci-staff=${said}.${createHmac('sha256', key).update(said).digest('base64url')}`
}

const service = await openService(people)
await furnish(service)
const rows = await service.sql<
  { curp: string; curt: string; name: string; address: string; folio: string }[]
>`
  select c.value as curp, t.value as curt, p.given || ' ' || p.surname1 || ' ' || p.surname2 as name,
    a.local || '@' || a.domain as address, m.folio
  from person p join person_identifier c on c.person_id = p.id and c.kind = 'curp'
    join person_identifier t on t.person_id = p.id and t.kind = 'curt'
    join address a on a.account_id = p.id join movement m on m.account_id = p.id
  order by p.id limit ${asks}`
const keys: Record<string, (n: number) => string> = {
  curp: n => rows[n % rows.length]?.curp ?? '',
  curt: n => rows[n % rows.length]?.curt ?? '',
  address: n => rows[n % rows.length]?.address ?? '',
  'beginning of an address': n => (rows[n % rows.length]?.address ?? '').slice(0, 6),
  folio: n => rows[n % rows.length]?.folio ?? '',
  'whole name': n => rows[n % rows.length]?.name ?? '',
  'one surname': n => surnames[n % surnames.length] ?? '',
  'one given name': n => given[n % given.length] ?? '',
  'two letters': n => (surnames[n % surnames.length] ?? '').slice(0, 2),
  nobody: n => `Zzyx${n}`,
}
const [place] = await service.sql<{ cct: string }[]>`select min(centre) as cct from affiliation`
const scopes: Record<string, string[]> = {
  everywhere: [],
  'a domain of all': ['domain:colima.example'],
  'a level': ['level:Nivel 1'],
  'a municipality': ['municipality:Municipio 1'],
  'a centre': [`centre:${place?.cct}`],
}
for (const [n, [scope, units]] of Object.entries(scopes).entries()) {
  if (only && only !== scope) continue
  const cookie = await signIn(service, `mesa${n}`, units)
  for (const [by, key] of Object.entries(keys)) {
    const took: number[] = []
    for (let n = 0; n < asks; n++) {
      const since = performance.now()
      const answer = await fetch(`${service.url}/api/accounts?q=${encodeURIComponent(key(n))}`, {
        headers: { cookie },
      })
      await answer.text()
      if (answer.status !== 200) throw new Error(`${by}: ${answer.status}`)
      took.push(performance.now() - since)
    }
    took.sort((a, b) => a - b)
    const at = (share: number) => Math.round((took[Math.floor(took.length * share)] ?? 0) * 10) / 10
    process.stdout.write(
      `${JSON.stringify({ name: 'find', by, scope, people, asks, p50: at(0.5), p95: at(0.95), most: at(0.999), unit: 'ms' })}\n`,
    )
  }
}
await service.close()
