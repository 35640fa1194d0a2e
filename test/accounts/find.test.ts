import { expect } from 'vitest'
import { closeAccount } from '../../api/accounts/close.ts'
import { type House, house, type Person, type StaffMember } from '../house.ts'
import { cctOf, centre } from '../roster/synthetic.ts'
import { accountOf, sharedAccount } from './desk-rows.ts'

const { inHouse, onPostgres } = house()
let surnames = 0
/** A surname of letters alone that nobody else has. */
const newSurname = () =>
  `Zx${[...String(++surnames).padStart(4, '0')].map(digit => 'abcdefghij'.charAt(Number(digit))).join('')}`

const find = (who: StaffMember, q: string) => who.ask('GET', `/api/accounts?q=${encodeURIComponent(q)}`)

async function withAccount(
  h: House,
  other: Record<string, string> = {},
): Promise<Person & { account: string; address: string }> {
  const person = await h.person({ primer_apellido: newSurname(), ...other })
  await h.visitor().goThrough(person)
  const { id, address } = await accountOf(h, person)
  return { ...person, account: id, address }
}

inHouse('an exact key of a person opens her account at once, however it is typed', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h)
  const { curp = '', curt = '' } = ana.row
  const folio =
    (await h.look<{ folio: string }>(`select folio from movement where account_id = '${ana.account}'`))[0]
      ?.folio ?? ''
  const keys = [
    curp,
    ` ${curp.toLowerCase()} `,
    `${curp.slice(0, 4)} ${curp.slice(4, 10)}-${curp.slice(10)}`,
    curt,
    ana.address.toUpperCase(),
    folio,
    folio.toLowerCase(),
  ]
  for (const key of keys) {
    const { status, body } = await find(desk, key)
    expect([key, status, body.exact], key).toEqual([key, 200, ana.account])
    expect(body.accounts).toEqual([
      {
        id: ana.account,
        address: ana.address,
        kind: 'personal',
        label: 'Personal',
        state: 'active',
        unit: '',
        holder: { id: ana.id, name: `María José ${ana.row.primer_apellido} ${ana.row.segundo_apellido}` },
      },
    ])
  }
})

inHouse(
  'a student is found by her control number, and whoever holds no account is told as a person',
  async h => {
    const desk = await h.member('helpdesk')
    const eva = await h.student({ correo_alterno: 'eva.tellez@correo-libre.mx' })
    const { body } = await find(desk, eva.row.numero_control ?? '')
    expect(body).toMatchObject({ exact: null, accounts: [], more: false })
    expect(body.persons).toEqual([
      {
        id: eva.id,
        name: 'A*** I***',
        curp: `${eva.row.curp?.slice(0, 4)}***${eva.row.curp?.slice(-2)}`,
        centres: [eva.row.cct],
        active: true,
        alternateEmail: 'eva***@c***.mx',
      },
    ])
  },
)

inHouse('words of a name find her in any order, without accents, and by their beginnings', async h => {
  const desk = await h.member('operator')
  const surname = newSurname()
  const ana = await withAccount(h, {
    nombre: 'Ángela Íñiguez',
    primer_apellido: surname,
    segundo_apellido: 'Peña-Ñúñez',
  })
  for (const words of [
    `${surname} angela`,
    `ÁNGELA ${surname}`,
    `nunez pena ${surname.toLowerCase()}`,
    `${surname.slice(0, 6)}, ang`,
    `  ${surname}\t iniguez `,
  ]) {
    const { body } = await find(desk, words)
    expect(
      body.accounts.map((one: { id: string }) => one.id),
      words,
    ).toEqual([ana.account])
    expect(body.exact).toBeNull()
  }
  expect((await find(desk, `${surname} beatriz`)).body).toMatchObject({ accounts: [], persons: [] })
})

inHouse('the beginning of an address finds it, an unknown whole one finds nothing', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h)
  const local = ana.address.split('@')[0] ?? ''
  const surname = local.split('.')[1] ?? ''
  for (const q of [local, local.slice(0, -2), `${local}@`, `${local}@col`])
    expect(
      (await find(desk, q)).body.accounts.map((one: { id: string }) => one.id),
      q,
    ).toContain(ana.account)
  expect((await find(desk, `${surname}.nadie@colima.example`)).body.accounts).toEqual([])
})

inHouse("a work centre's account is found by its CCT and by the centre's name", async h => {
  const desk = await h.member('operator')
  const name = `Escuela ${newSurname()} Niños Héroes`
  await h.load('centres', [centre(7001, { nombre: name })])
  const boss = await h.person()
  const id = await sharedAccount(h, {
    kind: 'workCentre',
    unit: cctOf(7001),
    local: cctOf(7001).toLowerCase(),
    holder: boss,
  })
  expect((await find(desk, cctOf(7001).toLowerCase())).body.exact).toBe(id)
  const { body } = await find(desk, name.toUpperCase())
  expect(body.accounts).toMatchObject([
    { id, kind: 'workCentre', label: 'Centro de trabajo', unit: cctOf(7001) },
  ])
})

inHouse('the CCT of a centre without an account shows who works there', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h, { cct: cctOf(7002) })
  const bea = await h.person({ cct: cctOf(7002) })
  const { body } = await find(desk, cctOf(7002))
  expect(body.exact).toBeNull()
  expect(body.accounts.map((one: { id: string }) => one.id)).toEqual([ana.account])
  expect(body.persons.map((one: { id: string }) => one.id)).toEqual([bea.id])
})

inHouse(
  'who holds two accounts is not opened blindly, and a closed one is still found by who had it',
  async h => {
    const desk = await h.member('operator')
    const ana = await withAccount(h)
    const unit = `Programa ${newSurname()}`
    const shared = await sharedAccount(h, {
      kind: 'service',
      unit,
      local: `servicio.${ana.account.slice(0, 8)}`,
      holder: ana,
    })
    const both = (await find(desk, ana.row.curp ?? '')).body
    expect(both.exact).toBeNull()
    expect(both.accounts.map((one: { id: string }) => one.id).sort()).toEqual([ana.account, shared].sort())
    expect((await find(desk, unit)).body.accounts).toMatchObject([{ id: shared }])
    const actor = { as: 'system', channel: 'system' } as const
    await closeAccount(h.ctx, actor, { account: ana.account, person: ana.id, reason: 'baja' })
    const after = (await find(desk, ana.row.curp ?? '')).body.accounts
    expect(after.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      [shared, 'active'],
      [ana.account, 'closed'],
    ])
  },
)

inHouse('an old CURP finds her still, a wrong one nobody', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h)
  const old = ana.row.curp ?? ''
  await h.look(
    `update person_identifier set value = 'XEXX${String(Date.now()).slice(-6)}HNEXXX${surnames}' , "from" = now() where person_id = '${ana.id}' and kind = 'curp'`,
  )
  await h.look(
    `insert into person_identifier (person_id, kind, value, "to") values ('${ana.id}', 'curp', '${old}', now())`,
  )
  expect((await find(desk, old)).body.exact).toBe(ana.account)
  expect((await find(desk, 'XEXX010101HNEXXXA4')).body).toEqual({
    exact: null,
    accounts: [],
    persons: [],
    more: false,
  })
})

inHouse('no more than twenty rows come, and it is said that there are more', async h => {
  const desk = await h.member('operator')
  const surname = newSurname()
  await h.people(23, () => ({ primer_apellido: surname }))
  const { body } = await find(desk, surname)
  expect([body.persons.length, body.more]).toEqual([20, true])
})

inHouse('SEC-123 who works for one unit finds nothing of another, by whatever key', async h => {
  await h.load('centres', [
    centre(7101, { nivel: 'primaria', municipio: 'Colima' }),
    centre(7102, { nivel: 'secundaria', municipio: 'Tecomán' }),
  ])
  const [here, there] = [
    await withAccount(h, { cct: cctOf(7101) }),
    await withAccount(h, { cct: cctOf(7102) }),
  ]
  const cases: [string[], boolean][] = [
    [[`centre:${cctOf(7101)}`], true],
    [['level:primaria'], true],
    [['municipality:Colima'], true],
    [['domain:colima.example'], true],
    [[`centre:${cctOf(7102)}`], false],
    [['level:secundaria'], false],
    [['municipality:Tecomán', 'domain:otro.example'], false],
    [['domain:otro.example'], false],
  ]
  for (const [units, finds] of cases) {
    const desk = await h.member('operator', { units })
    const folio =
      (await h.look<{ folio: string }>(`select folio from movement where account_id = '${here.account}'`))[0]
        ?.folio ?? ''
    const keys = [here.row.curp, here.row.curt, here.address, here.row.primer_apellido, folio]
    for (const key of keys) {
      const { status, body } = await find(desk, key ?? '')
      const ids = body.accounts.map((one: { id: string }) => one.id)
      expect(
        [status, ids.includes(here.account), body.exact === here.account || key === here.row.primer_apellido],
        `${units} ${key}`,
      ).toEqual([200, finds, finds || key === here.row.primer_apellido])
      if (!finds) expect(JSON.stringify(body), `${units} ${key}`).not.toContain(here.id)
    }
    expect((await desk.ask('GET', `/api/accounts/${here.account}`)).status).toBe(finds ? 200 : 404)
  }
  const first = await h.member('operator', { units: [`centre:${cctOf(7101)}`] })
  expect((await first.ask('GET', `/api/accounts/${there.account}`)).status).toBe(404)
})

const hostile = [
  '*',
  '*)(uid=*',
  ')(|(cn=*',
  '\\2a',
  'a\u0000b',
  'admin*',
  '%',
  '_',
  '%%%',
  '\\',
  "'",
  "''",
  '"',
  ';',
  '--',
  '/*',
  "' or '1'='1",
  "' or 1=1 --",
  "') or ('1'='1",
  "1' union select null--",
  "'; drop table person; --",
  '$1',
  '$$',
  ':*',
  'a:*|b:*',
  '!a',
  '(a',
  'a)',
  'a & b',
  "x' or 1 eq 1",
  "')/$value",
  '%27',
  '#',
  '&$select=*',
  '\u202e',
  '😀',
  '{{7*7}}',
  '$ {7*7}',
  '../../etc/passwd',
  '\r\nSet-Cookie: a=b',
  '@',
  '@@',
  'a@',
  '@b',
  'a@b@c',
  `${'a'.repeat(320)}`,
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  '0',
  '-1',
  '1e309',
  'M-2026-',
  'ㅤ',
  '１２３',
]

inHouse('SEC-20 SEC-81 SEC-83 hostile words in the search box are words that nobody has', async h => {
  const desk = await h.member('operator')
  const ana = await withAccount(h)
  for (const q of hostile) {
    const { status, text, body } = await find(desk, q)
    expect(status, JSON.stringify(q)).toBe(200)
    expect(text, JSON.stringify(q)).not.toContain(ana.account)
    expect(body.exact, JSON.stringify(q)).toBeNull()
    // What a true and a false condition would tell apart is the same.
    const surname = ana.row.primer_apellido
    const [yes, no] = [await find(desk, `${surname}' and '1'='1`), await find(desk, `${surname}' and '1'='2`)]
    expect(yes.text).toBe(no.text)
  }
  expect((await desk.ask('GET', '/api/accounts?q=')).status).toBe(400)
  expect((await desk.ask('GET', '/api/accounts?q=a&q=b')).status).toBe(400)
  expect((await desk.ask('GET', `/api/accounts?q=${'a'.repeat(321)}`)).status).toBe(400)
})

inHouse('every look-up leaves its event, and never what was typed', async h => {
  const desk = await h.member('helpdesk')
  const ana = await withAccount(h)
  for (const q of [
    ana.row.curp ?? '',
    ana.row.curt ?? '',
    ana.address,
    ana.row.primer_apellido ?? '',
    cctOf(9999),
  ])
    await find(desk, q)
  const events = await h.look<{ person: string | null; detail: Record<string, unknown>; origin: string }>(
    `select person_id as person, detail, origin from event where kind = 'looked-up' and actor = 'member:${desk.id}' order by id`,
  )
  expect(events.map(({ detail }) => detail.by)).toEqual(['curp', 'curt', 'address', 'words', 'cct'])
  expect(events.map(({ person }) => person)).toEqual([ana.id, ana.id, null, null, null])
  const told = JSON.stringify(events)
  for (const typed of [ana.row.curp, ana.row.curt, ana.address, ana.row.primer_apellido])
    expect(told).not.toContain(typed)
})

inHouse('who may not unmask reads masked names', async h => {
  const liaison = await h.member('liaison')
  const ana = await withAccount(h)
  const { body, text } = await find(liaison, ana.row.curp ?? '')
  expect(body.accounts[0].holder.name).toMatch(/^M\*\*\* Z\*\*\* G\.$/)
  expect(text).not.toContain(ana.row.primer_apellido)
})

onPostgres(
  'SEC-122 SEC-128 the search box is for whoever may look accounts up, and for nobody else',
  async h => {
    for (const role of ['admin', 'intake', 'director'] as const)
      expect((await find(await h.member(role), 'maria')).status, role).toBe(403)
    for (const role of ['helpdesk', 'operator', 'supervisor', 'auditor', 'liaison'] as const)
      expect((await find(await h.member(role), 'maria')).status, role).toBe(200)
    expect((await h.visitor().ask('GET', '/api/accounts?q=maria')).status).toBe(401)
  },
)
