import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RosterReport } from '../../api/roster/load.ts'
import { engines, type House } from './house.ts'
import { cctOf, centre, curpOf, student, worker } from './synthetic.ts'

const counts = ({ read, new: fresh, changed, unchanged, inactive, refusedTotal: refused }: RosterReport) => ({
  read,
  fresh,
  changed,
  unchanged,
  inactive,
  refused,
})

describe.each(engines)('a padrón on $engine', ({ absent, open }) => {
  if (absent) return test.skip('needs PostgreSQL', () => {})
  let house: House
  beforeAll(async () => {
    house = await open()
  })
  afterAll(() => house?.close())
  const posts = (n: number) =>
    house.look<
      Record<string, string>
    >(`select a.source, a.key, a.centre, a.post, a.status, a.status_as_came, a.end_reason, a."to" is null as open
      from affiliation a join person_identifier i on i.person_id = a.person_id and i.kind = 'curp'
      where i.value = '${curpOf(n)}' order by a.id`)
  const person = async (n: number) =>
    (
      await house.look<Record<string, string>>(`select p.id, p.given, p.surname1 from person p
        join person_identifier i on i.person_id = p.id and i."to" is null where i.value = '${curpOf(n)}'`)
    )[0]
  const addresses = (n: number, only = 'c."to" is null') =>
    house.look<{
      address: string
      cooling: boolean
    }>(`select c.address, c.cooling_until > now() as cooling from contact c
      join person_identifier i on i.person_id = c.person_id and i.value = '${curpOf(n)}' where ${only} order by c.id`)

  test('IDN-02 the first load makes everybody, the second changes nothing, however the claims are typed', async () => {
    const first = await house.load('workers', [worker(1), worker(2), worker(3)])
    expect(counts(first)).toEqual({ read: 3, fresh: 3, changed: 0, unchanged: 0, inactive: 0, refused: 0 })
    const typed = worker(1, {
      curp: `  ${curpOf(1).toLowerCase()} `,
      curt: ' t100001',
      cct: cctOf(1).toLowerCase(),
    })
    const again = await house.load('workers', [typed, worker(2), worker(3)])
    expect(counts(again)).toEqual({ read: 3, fresh: 0, changed: 0, unchanged: 3, inactive: 0, refused: 0 })
    const [{ people } = {}] = await house.look(
      `select count(*)::int as people from person_identifier where value = '${curpOf(1)}'`,
    )
    expect(people).toBe(1)
  })

  test('every load leaves one row and one event with counts, and nobody’s data', async () => {
    const before = await house.look(`select 1 from event where kind = 'roster-load'`)
    await house.load('workers', [worker(4)], { source: 'otra' })
    const events = await house.look<{ detail: unknown; actor: string }>(
      `select actor, detail from event where kind = 'roster-load' order by id`,
    )
    expect(events.length).toBe(before.length + 1)
    expect(events.at(-1)).toMatchObject({
      actor: 'system',
      detail: { source: 'otra', asOf: '2026-11-20', counts: { read: 1, new: 1 } },
    })
    expect(JSON.stringify(events)).not.toMatch(/[A-Z]{4}\d{6}|Núñez|correo-libre/)
  })

  test('a simulation tells what would happen and writes nothing', async () => {
    const told = await house.load('workers', [worker(10), worker(11)], { simulate: true })
    expect(counts(told)).toMatchObject({ read: 2, fresh: 2 })
    expect(await person(10)).toBeUndefined()
  })

  test('one person in two employers’ padrones stays one person, and each only touches its own rows', async () => {
    await house.load('workers', [worker(20)], { source: 'a' })
    await house.load('workers', [worker(20, { curt: 'OTRA20', puesto: 'DIRECTOR' })], { source: 'b' })
    expect(await posts(20)).toMatchObject([
      { source: 'a', key: 'T100020', post: 'DOCENTE', open: true },
      { source: 'b', key: 'OTRA20', post: 'DIRECTOR', open: true },
    ])
    await house.load('workers', [worker(21)], { source: 'b', replace: true, confirm: 1 })
    expect(await posts(20)).toMatchObject([{ open: true }, { open: false, end_reason: 'ausente' }])
  })

  test('a person has as many posts as rows; a move is a change, a new post is new', async () => {
    const two = [worker(30), worker(30, { puesto: 'INTENDENTE', correo_alterno: '' })]
    expect(counts(await house.load('workers', two))).toMatchObject({ fresh: 2 })
    const moved = [worker(30, { cct: cctOf(77) }), worker(30, { puesto: 'INTENDENTE', correo_alterno: '' })]
    expect(counts(await house.load('workers', moved))).toMatchObject({ fresh: 0, changed: 1, unchanged: 1 })
    expect(await posts(30)).toMatchObject([
      { centre: cctOf(77), post: 'DOCENTE' },
      { centre: cctOf(30), post: 'INTENDENTE' },
    ])
  })

  test('a corrected CURP keeps the person; on another name it is refused', async () => {
    await house.load('workers', [worker(40), worker(41)])
    const known = await person(40)
    const report = await house.load('workers', [
      worker(40, { curp: curpOf(9040) }),
      worker(41, { curp: curpOf(9041), nombre: 'Otra' }),
    ])
    expect(counts(report)).toMatchObject({ changed: 1, refused: 1 })
    expect(report.refused[0]).toMatchObject({ line: 3, column: 'curt', value: 'T100041' })
    expect(report.refused[0]?.reason).toContain('ya pertenece a otra persona')
    expect(await person(9040)).toEqual(known)
    expect(await person(40)).toBeUndefined()
    const [old] = await house.look(
      `select superseded_by is not null as superseded from person_identifier where value = '${curpOf(40)}'`,
    )
    expect(old).toEqual({ superseded: true })
    expect(counts(await house.load('workers', [worker(40, { curp: curpOf(9040) })]))).toMatchObject({
      unchanged: 1,
    })
  })

  test('an employer that still writes the old CURP does not take the correction back', async () => {
    await house.load('workers', [worker(45)], { source: 'a' })
    await house.load('workers', [worker(45)], { source: 'b' })
    const known = await person(45)
    await house.load('workers', [worker(45, { curp: curpOf(9045) })], { source: 'a' })
    const late = await house.load('workers', [worker(45)], { source: 'b' })
    expect(counts(late)).toMatchObject({ unchanged: 1, refused: 0 })
    expect(late.warnings).toMatchObject([{ line: 2, column: 'curp' }])
    expect(await person(9045)).toEqual(known)
    // A third one that never knew her finds the same person.
    await house.load('workers', [worker(45, { curt: 'TERCERA' })], { source: 'c' })
    const [{ people } = {}] =
      await house.look(`select count(distinct person_id)::int as people from person_identifier
      where value in ('${curpOf(45)}', '${curpOf(9045)}')`)
    expect(people).toBe(1)
  })

  test('a changed CURT supersedes the old one', async () => {
    await house.load('workers', [worker(50)])
    expect(counts(await house.load('workers', [worker(50, { curt: 'NUEVA50' })]))).toMatchObject({
      changed: 1,
      fresh: 0,
    })
    const keys =
      await house.look(`select value, "to" is null as current, superseded_by is not null as superseded
      from person_identifier where value in ('T100050', 'NUEVA50') order by id`)
    expect(keys).toEqual([
      { value: 'T100050', current: false, superseded: true },
      { value: 'NUEVA50', current: true, superseded: false },
    ])
  })

  test('rows that contradict an earlier one are refused and name it', async () => {
    const report = await house.load('workers', [
      worker(60),
      worker(60),
      worker(60, { nombre: 'Otro' }),
      worker(61, { curt: 'T100060' }),
      worker(60, { estatus: 'inactivo' }),
      worker(60, { nombre: 'MARIA JOSE', primer_apellido: 'nuñez', puesto: 'OTRO' }),
    ])
    expect(report.refused.map(row => [row.line, row.column])).toEqual([
      [3, 'curp'],
      [4, 'curp'],
      [5, 'curt'],
      [6, 'curp'],
    ])
    expect(report.refused.map(row => row.reason)).toEqual([
      'renglón repetido, igual al renglón 2',
      'la misma CURP viene con otro nombre en el renglón 2',
      'ya viene en el renglón 2 con otra CURP',
      'la misma persona y el mismo puesto vienen en el renglón 2 con otros datos',
    ])
    expect(counts(report)).toMatchObject({ read: 6, fresh: 2, refused: 4 })
  })

  test('the latest spelling of a name wins', async () => {
    await house.load('workers', [worker(70)])
    const report = await house.load('workers', [worker(70, { nombre: '  María   Josefa ' })])
    expect(counts(report)).toMatchObject({ changed: 1 })
    expect(await person(70)).toMatchObject({ given: 'María Josefa' })
  })

  test('only a replacement ends the absent, and asks for their number beyond 5 %', async () => {
    const everybody = Array.from({ length: 40 }, (_, i) => worker(100 + i))
    await house.load('workers', everybody, { source: 'r' })
    expect(counts(await house.load('workers', everybody.slice(0, 30), { source: 'r' }))).toMatchObject({
      inactive: 0,
    })
    const few = await house.load('workers', everybody.slice(0, 38), { source: 'r', replace: true })
    expect(counts(few)).toMatchObject({ inactive: 2, unchanged: 38 })
    const fewer = (confirm?: number) =>
      house.load('workers', everybody.slice(0, 35), { source: 'r', replace: true, confirm })
    await expect(fewer()).rejects.toMatchObject({ code: 'confirm-required', more: { people: 3, of: 38 } })
    await expect(fewer(4)).rejects.toMatchObject({ code: 'confirm-required' })
    expect(await posts(136)).toMatchObject([{ open: true }])
    expect(counts(await fewer(3))).toMatchObject({ inactive: 3 })
    const back = await house.load('workers', everybody, { source: 'r', replace: true })
    expect(counts(back)).toMatchObject({ changed: 5, fresh: 0 })
    expect(await posts(136)).toMatchObject([{ open: true, status: 'active', end_reason: null }])
  })

  test('a status can end people as well, is counted the same, and keeps its word', async () => {
    await house.load('workers', [worker(150), worker(151)], { source: 's' })
    const dead = [worker(150, { estatus: 'Defunción' }), worker(151, { estatus: 'LICENCIA' })]
    await expect(house.load('workers', dead, { source: 's' })).rejects.toMatchObject({
      more: { people: 1, of: 2 },
    })
    expect(counts(await house.load('workers', dead, { source: 's', confirm: 1 }))).toMatchObject({
      changed: 2,
      inactive: 1,
    })
    expect(await posts(150)).toMatchObject([{ status: 'inactive', end_reason: 'Defunción', open: false }])
    expect(await posts(151)).toMatchObject([{ status: 'active', status_as_came: 'LICENCIA', open: true }])
    expect(counts(await house.load('workers', dead, { source: 's' }))).toMatchObject({
      unchanged: 2,
      inactive: 0,
    })
  })

  test('a refused row does not make its person absent', async () => {
    await house.load('workers', [worker(160), worker(161), worker(162)], { source: 't' })
    const typos = [
      worker(160, { cct: 'X' }),
      worker(161, { curp: `${curpOf(161).slice(0, 17)}A` }),
      worker(162, { curt: '?', puesto: 'OTRO' }),
    ]
    const report = await house.load('workers', typos, { source: 't', replace: true })
    expect(counts(report)).toMatchObject({ refused: 3, inactive: 0 })
    for (const n of [160, 161, 162]) expect(await posts(n)).toMatchObject([{ open: true }])
  })

  test('an older padrón of the same source is refused, of another one it is not', async () => {
    await house.load('workers', [worker(170)], { source: 'u', asOf: '2026-11-20' })
    const older = house.load('workers', [worker(170)], { source: 'u', asOf: '2026-11-19' })
    await expect(older).rejects.toMatchObject({ code: 'roster-older' })
    await house.load('workers', [worker(170)], { source: 'v', asOf: '2026-01-01' })
    await house.load('students', [student(171)], { source: 'u', asOf: '2026-01-01' })
  })

  test('SEC-70 a first address is no change; another one cools, also when the old was removed first', async () => {
    await house.load('workers', [worker(180), worker(181, { correo_alterno: '' })])
    await house.load('workers', [worker(181)])
    expect(await addresses(180)).toMatchObject([{ cooling: null }])
    expect(await addresses(181)).toMatchObject([{ cooling: null }])
    const respelt = await house.load('workers', [
      worker(180, { correo_alterno: 'PERSONA180@Correo-Libre.MX' }),
    ])
    expect(counts(respelt)).toMatchObject({ unchanged: 1 })
    const moved = [
      worker(180, { correo_alterno: 'nueva180@correo-libre.mx' }),
      worker(181, { correo_alterno: '' }),
    ]
    expect(counts(await house.load('workers', moved))).toMatchObject({ changed: 2 })
    expect(await addresses(180)).toEqual([{ address: 'nueva180@correo-libre.mx', cooling: true }])
    expect(await addresses(180, 'c."to" is not null')).toMatchObject([
      { address: 'persona180@correo-libre.mx' },
    ])
    expect(await addresses(181)).toEqual([])
    await house.load('workers', [worker(181, { correo_alterno: 'nueva181@correo-libre.mx' })])
    expect(await addresses(181)).toMatchObject([{ cooling: true }])
  })

  test('SEC-53 SEC-73 a bad address costs the address, not the person; a shared or mistyped one is told', async () => {
    const report = await house.load('workers', [
      worker(190, { correo_alterno: 'a@correo.mx,b@correo.mx' }),
      worker(191, { correo_alterno: 'persona@colima.example' }),
      worker(192, { correo_alterno: 'persona@gmail.con' }),
      worker(193, { correo_alterno: 'Familia@correo-libre.mx' }),
      worker(194, { correo_alterno: 'familia@correo-libre.mx' }),
    ])
    expect(counts(report)).toMatchObject({ fresh: 5, refused: 0 })
    expect(await addresses(190)).toEqual([])
    expect(await addresses(192)).toMatchObject([{ address: 'persona@gmail.con' }])
    expect(report.warnings.map(row => row.line)).toEqual([2, 3, 4, 5, 6])
    expect(report.warnings.at(-1)?.reason).toBe('lo comparten 2 personas')
  })

  test('a worker who studies is one person whose two padrones keep their own address', async () => {
    await house.load('workers', [worker(200)])
    await house.load('students', [student(200, { nombre: 'María José', primer_apellido: 'Núñez' })])
    expect(await addresses(200)).toMatchObject([{ address: 'persona200@correo-libre.mx' }])
    const ended = [student(200, { estatus: 'egresado' }), student(201, { estatus: 'titulacion' })]
    await house.load('students', ended)
    expect((await posts(200)).map(post => post.status)).toEqual(['active', 'graduate'])
  })

  test('IDN-05 a wrong check letter is a warning, unless the catalogue does not know the code', async () => {
    const wrong = worker(210, { cct: '09DPR1802X' })
    const warned = await house.load('workers', [wrong])
    expect(counts(warned)).toMatchObject({ fresh: 1, refused: 0 })
    expect(warned.warnings[0]).toMatchObject({
      column: 'cct',
      reason: expect.stringContaining('debería ser L'),
    })
    await house.load('centres', [centre(1), centre(2)])
    expect(counts(await house.load('workers', [wrong]))).toMatchObject({ refused: 1 })
    await house.load('centres', [centre(3, { cct: '09DPR1802X' })])
    expect(counts(await house.load('workers', [wrong]))).toMatchObject({ unchanged: 1, refused: 0 })
  })

  test('centres: new, changed, ended, and never another source’s', async () => {
    const here = { source: 'planeacion' }
    await house.load('centres', [centre(11, { correo: 'escuela11@correo-libre.mx' }), centre(12)], here)
    const next = [centre(11, { nombre: 'Niños Héroes' }), centre(13), centre(13)]
    const report = await house.load('centres', next, { ...here, replace: true, confirm: 1 })
    expect(counts(report)).toEqual({ read: 3, fresh: 1, changed: 1, unchanged: 0, inactive: 1, refused: 1 })
    const stolen = await house.load('centres', [centre(11)], { source: 'otra' })
    expect(stolen.refused).toMatchObject([{ column: 'cct', reason: 'el centro es de la fuente planeacion' }])
    expect(
      await house.look(`select name, status from centre where source = 'planeacion' order by cct`),
    ).toEqual([
      { name: 'Niños Héroes', status: 'active' },
      { name: 'Benito Juárez', status: 'inactive' },
      { name: 'Benito Juárez', status: 'active' },
    ])
    const closed = await house.look(
      `select "to" is not null as closed from contact where address like 'escuela11%'`,
    )
    expect(closed).toEqual([{ closed: true }])
  })

  test('20,000 people load, load again without a change, and 10,000 mistakes do not flood the report', async () => {
    const everybody = Array.from({ length: 20_000 }, (_, i) => worker(20_000 + i))
    const big = { source: 'grande' }
    expect(counts(await house.load('workers', everybody, big))).toMatchObject({ read: 20_000, fresh: 20_000 })
    expect(counts(await house.load('workers', everybody, big))).toMatchObject({
      unchanged: 20_000,
      changed: 0,
    })
    const wrong = everybody.map((row, i) => (i < 10_500 ? { ...row, estatus: 'quizá' } : row))
    const report = await house.load('workers', wrong, { ...big, replace: true })
    expect(counts(report)).toMatchObject({ refused: 10_500, unchanged: 9_500, inactive: 0 })
    expect(report.refused.length).toBe(10_000)
  }, 120_000)
})
