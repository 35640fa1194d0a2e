import { expect } from 'vitest'
import { sharedAccount } from '../accounts/desk-rows.ts'
import { house } from '../house.ts'
import { cctOf, centre, curpOf } from '../roster/synthetic.ts'

const { inHouse } = house()
const q = (text: string) => `q=${encodeURIComponent(text)}`

inHouse('a person is found with her posts, her accounts and masked data', async h => {
  const desk = await h.member('helpdesk')
  await h.load('centres', [centre(8301, { nombre: 'Escuela Manuel Ávila' })])
  const ana = await h.person({ cct: cctOf(8301), primer_apellido: 'Yxtlilco' })
  await h.visitor().goThrough(ana)
  for (const text of [ana.row.curp, ana.row.curt, 'yxtlilco MARIA'])
    expect((await desk.ask('GET', `/api/persons?${q(text ?? '')}`)).body.persons).toMatchObject([
      { id: ana.id },
    ])
  const { body, text } = await desk.ask('GET', `/api/persons/${ana.id}`)
  expect(body).toMatchObject({
    name: 'M*** Y*** G.',
    active: true,
    affiliations: [
      {
        source: 'sep',
        profile: 'worker',
        centre: cctOf(8301),
        centreName: 'Escuela Manuel Ávila',
        post: 'DOCENTE',
        status: 'activo',
        kind: 'personal',
      },
    ],
    alternateEmail: 'per***@c***.mx',
    coolingUntil: null,
    pausedUntil: null,
    accounts: [{ label: 'Personal', state: 'active' }],
    change: null,
  })
  for (const whole of [ana.row.curp, ana.row.curt, ana.alternate]) expect(text).not.toContain(whole)
})

inHouse('what is masked is shown whole for a reason, and both are written down first', async h => {
  const desk = await h.member('helpdesk')
  const ana = await h.person()
  const ask = (body: object, who = desk) => who.ask('POST', `/api/persons/${ana.id}/unmaskings`, body)
  for (const body of [{}, { reason: '' }]) expect((await ask(body)).status).toBe(400)
  expect((await ask({ reason: '   ' })).body.fields).toEqual([{ name: 'reason', code: 'required' }])
  expect((await ask({ reason: 'x' }, await h.member('liaison'))).status).toBe(403)
  expect(await h.look(`select 1 from event where kind = 'unmasked' and person_id = '${ana.id}'`)).toEqual([])
  const { body } = await ask({ reason: 'Llama para confirmar su correo' })
  expect(body).toEqual({
    name: `María José Núñez ${ana.row.segundo_apellido}`,
    identifiers: [
      { kind: 'curp', value: ana.row.curp, current: true },
      { kind: 'curt', value: ana.row.curt, current: true },
    ],
    alternateEmail: ana.alternate,
  })
  const told = await h.look(
    `select actor, detail from event where kind = 'unmasked' and person_id = '${ana.id}'`,
  )
  expect(told).toEqual([{ actor: `member:${desk.id}`, detail: { reason: 'Llama para confirmar su correo' } }])
})

inHouse('a centre says what it lacks before it can have an account', async h => {
  const desk = await h.member('operator')
  const [ana, eva, ida] = [
    await h.person(),
    await h.person({ correo_alterno: '' }),
    await h.person({ estatus: 'inactivo' }),
  ]
  const name = 'Escuela Qwxolotl'
  await h.load('centres', [
    centre(8311, { nombre: name, curp_director: ana.row.curp ?? '' }),
    centre(8312, { nombre: name, curp_director: eva.row.curp ?? '' }),
    centre(8313, { nombre: name, curp_director: ida.row.curp ?? '' }),
    centre(8314, { nombre: name, curp_director: curpOf(99_999_998) }),
    centre(8315, { nombre: name, curp_director: '' }),
    centre(8316, { nombre: name, curp_director: ana.row.curp ?? '', estatus: 'inactivo' }),
  ])
  const own = await sharedAccount(h, {
    kind: 'workCentre',
    unit: cctOf(8311),
    local: 'escuela.qwxolotl',
    holder: ana,
  })
  const { body } = await desk.ask('GET', `/api/centres?${q('QWXOLOTL')}`)
  const missing = Object.fromEntries(
    body.centres.map((one: { cct: string; missing: string[] }) => [one.cct, one.missing]),
  )
  expect(missing).toEqual({
    [cctOf(8311)]: [],
    [cctOf(8312)]: ['director-email'],
    [cctOf(8313)]: ['director-not-active'],
    [cctOf(8314)]: ['director'],
    [cctOf(8315)]: ['director'],
    [cctOf(8316)]: ['inactive'],
  })
  expect(body.centres[0]).toMatchObject({
    level: 'primaria',
    municipality: 'Colima',
    active: true,
    director: { id: ana.id, name: `María José Núñez ${ana.row.segundo_apellido}` },
    directorEmail: 'per***@c***.mx',
    account: { id: own, address: 'escuela.qwxolotl@colima.example' },
  })
})

inHouse('a centre is found by its CCT, the beginning of it, its name and its director', async h => {
  const desk = await h.member('operator')
  const boss = await h.person({ primer_apellido: 'Kwyjiboz' })
  await h.load('centres', [centre(8321, { nombre: 'Ignacio Tlaxpanoh', curp_director: boss.row.curp ?? '' })])
  const cct = cctOf(8321)
  for (const text of [
    cct,
    cct.toLowerCase(),
    cct.slice(0, 9),
    'tlaxpanoh ignacio',
    boss.row.curp ?? '',
    'kwyjiboz',
  ])
    expect((await desk.ask('GET', `/api/centres?${q(text)}`)).body.centres, text).toMatchObject([{ cct }])
  const elsewhere = await h.member('operator', { units: ['municipality:Tecomán'] })
  expect((await elsewhere.ask('GET', `/api/centres?${q(cct)}`)).body.centres).toEqual([])
  for (const text of ["' or 1=1 --", '%', '06%', '*', 'a\u0000', '06DPR_'])
    expect((await desk.ask('GET', `/api/centres?${q(text)}`)).body, text).toEqual({
      centres: [],
      more: false,
    })
})

inHouse('SEC-123 a person of another unit is in no list', async h => {
  const ana = await h.person({ cct: cctOf(8331), primer_apellido: 'Zyzqua' })
  for (const [units, seen] of [
    [[`centre:${cctOf(8331)}`], 1],
    [[`centre:${cctOf(8332)}`], 0],
  ] as const) {
    const desk = await h.member('operator', { units: [...units] })
    for (const text of ['zyzqua', ana.row.curp ?? ''])
      expect((await desk.ask('GET', `/api/persons?${q(text)}`)).body.persons).toHaveLength(seen)
  }
})
