import type { House } from '../house.ts'

export interface Books {
  movements: number
  people: number
}

/** Of so many people, in letters that a folio may have. */
const folio = `'M-2026-' || (select string_agg(substr('ABCDEFGHJKMNPQRSTVWXYZ23456789', ((n / (30 ^ k)::bigint) % 30)::int + 1, 1), '' order by k)
  from generate_series(0, 5) k)`
const id = (kind: string, n: string) => `md5('${kind}' || (${n}))::uuid`

/**
 * A padrón and a bitácora of any size, by statements alone: names and units as unevenly spread as in life, a few staff who
 * do much, kinds and states that are rare, three years of acts. The newest ones are today's.
 */
export async function fillBooks(h: House, { movements, people }: Books): Promise<void> {
  const centres = Math.max(10, Math.floor(people / 160))
  const statements = [
    `insert into roster_load (source, kind, as_of, digest, counts) values ('sep', 'workers', '2026-11-20', 'x', '{"read": ${people}}')`,
    `insert into centre (cct, source, name, level, municipality, status, load_id)
     select '06DPR' || lpad(n::text, 4, '0') || 'X', 'sep', 'Escuela ' || n,
       case when n % 10 < 6 then 'Primaria' when n % 10 < 9 then 'Secundaria' else 'Especial' end,
       case when n % 100 = 0 then 'Ixtlahuacán' else 'Municipio ' || n % 10 end, 'active', (select max(id) from roster_load)
     from generate_series(1, ${centres}) n`,
    `insert into person (id, given, surname1, surname2)
     select ${id('p', 'n')}, (array['María', 'José', 'Ana', 'Luis', 'Guadalupe', 'Juan', 'Rosa', 'Xóchitl'])[1 + (n % 8) * (n % 3) / 2 % 8],
       (array['Hernández', 'García', 'López', 'Núñez', 'Ibáñez', 'Zavaleta'])[1 + n % 6] || case when n % 5 = 0 then '' else ' ' || chr(97 + n % 26) || chr(97 + n / 26 % 26) end,
       'Apellido' || n % 1000
     from generate_series(1, ${people}) n`,
    `insert into person_identifier (person_id, kind, value, source)
     select ${id('p', 'n')}, k.kind, k.begin || lpad(n::text, k.digits, '0'), k.source
     from generate_series(1, ${people}) n, (values ('curp', 'XEXX', 14, ''), ('curt', 'T', 8, 'sep')) k(kind, begin, digits, source)`,
    `insert into affiliation (person_id, source, profile, key, centre, post, status, status_as_came, load_id)
     select ${id('p', 'n')}, 'sep', 'worker', 'T' || lpad(n::text, 8, '0'),
       '06DPR' || lpad((1 + n % ${centres})::text, 4, '0') || 'X', 'DOCENTE', 'active', 'activo', (select max(id) from roster_load)
     from generate_series(1, ${people}) n`,
    `insert into account (id, kind, state, unit)
     select ${id('a', 'n')}, case when n % 200 = 0 then 'workCentre' else 'personal' end, 'active',
       case when n % 200 = 0 then '06DPR' || lpad((n / 200)::text, 4, '0') || 'X' else '' end
     from generate_series(1, ${people}) n`,
    `insert into address (local, domain, account_id, role)
     select (array['maria', 'jose', 'ana', 'luis'])[1 + n % 4] || '.' || lower(substr(md5(n::text), 1, 6)) || n,
       case when n % 50 = 0 then 'escuelas.example' else 'docente.example' end, ${id('a', 'n')}, 'primary'
     from generate_series(1, ${people}) n`,
    `insert into holding (account_id, person_id, "as", kind)
     select ${id('a', 'n')}, ${id('p', 'n')}, case when n % 200 = 0 then 'responsible' else 'holder' end,
       case when n % 200 = 0 then 'workCentre' else 'personal' end
     from generate_series(1, ${people}) n`,
    `insert into contact (person_id, address, origin)
     select ${id('p', 'n')}, 'persona' || n || '@correo-libre.mx', 'roster:sep' from generate_series(1, ${people}) n`,
    `insert into member (id, login, name, roles, units, source)
     select ${id('m', 'n')}, 'mesa' || n || '@personal.example', 'Persona de la mesa ' || n, '{operator}', '{}', 'local'
     from generate_series(1, 40) n`,
    `insert into movement (id, folio, kind, state, account_id, person_id, actor, channel, origin, privacy_notice, oficio,
       reason, detail, intended_at, applied_at, delivered_at, finished_at, attempts, problem, delivery_to, delivery_state, delivery_smtp, sends)
     select ${id('v', 'n')}, ${folio},
       case when n % 1000 = 7 then 'account-closed' when n % 500 = 3 then 'account-blocked' when n % 10 = 1 then 'password-change'
            when n % 10 = 2 then 'account-creation' when n % 20 = 4 then 'password-expiry' else 'password-reset' end,
       case when n % 2000 = 9 then 'needs-attention' when n % 300 = 11 then 'failed' when n % 5000 = 13 then 'undone' else 'done' end,
       ${id('a', 'whose')}, case when n % 20 = 4 then null else ${id('p', 'whose')} end,
       case when n % 20 = 4 then 'system' when n % 11 = 5 then 'member:' || ${id('m', '1 + (n / 11) % 40 * (n % 7) / 6')} else 'visitor' end,
       case when n % 20 = 4 then 'system' when n % 11 = 5 then 'staff' when n % 9 = 0 then 'kiosk' else 'internet' end,
       '192.0.2.' || n % 250, '1 2026-01-01',
       case when n % 11 = 5 and n % 2 = 0 then jsonb_build_object('number', 'SE/DP/' || n % 30000 || '/2026', 'date', '2026-11-01', 'sender', 'Supervisión ' || n % 80) end,
       case when n % 11 = 5 then 'por teléfono' end, '{}',
       at, at + interval '1 second', at + interval '2 seconds', at + interval '3 seconds', 1,
       case when n % 2000 = 9 then 'mail-refused' end, 'per***@c***.mx', 'sent', '250 2.0.0', 1
     from (select n, (1 + floor(power(abs(hashint4(n)::float8) / 2147483648, 2) * (${people} - 1)))::bigint as whose,
             now() - interval '3 years' * (1 - n::float8 / ${movements}) as at
           from generate_series(1, ${movements}) n) made order by n`,
    `insert into movement_step (movement_id, provider, ordinal, state, attempt, outcome, at)
     select id, 'docentes', 0, 'applied', 1, 'reset', applied_at from movement where folio like 'M-2026-%' and origin like '192.0.2.%'`,
    'analyze',
  ]
  for (const statement of statements) await h.look(statement)
}
