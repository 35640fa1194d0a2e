import { expect } from 'vitest'
import { movement } from '../../api/db/schema.ts'
import { movementWithin } from '../../api/movements/scope.ts'
import { sql as hostile } from '../edge/hostile.ts'
import { type House, house, type Person, type StaffMember } from '../house.ts'
import { addressOf, movementsOf } from '../visits/rows.ts'
import { fillBooks } from './full-books.ts'

const { inHouse, onPostgres } = house()
const full = house()

const look = (who: StaffMember, filters: Record<string, string> = {}) =>
  who.ask('GET', `/api/movements?${new URLSearchParams(filters)}`)
const foliosOf = async (who: StaffMember, filters: Record<string, string>) => {
  const said = await look(who, filters)
  expect(said.status, said.text).toBe(200)
  return said.body.movements.map(({ folio }: { folio: string }) => folio) as string[]
}
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Mexico_City' }).format(new Date())

/** An account of hers and a reset by the desk, with an oficio. */
async function twoActs(h: House, her: Person): Promise<{ folios: string[]; account: string; by: string }> {
  await h.visitor().goThrough(her)
  await h.visitor().goThrough(her)
  const [made] = await movementsOf(h, her)
  const [by] = await h.look<{ id: string }>(`insert into member (login, name, roles, units, source)
    values ('acto-${her.id}@mesa.example', 'Lucía Pérez', '{operator}', '{}', 'local') returning id`)
  await h.look(`update movement set actor = 'member:${by?.id}', channel = 'staff',
    oficio = '{"number": "SE/${her.row.curt}/2026", "date": "2026-11-02", "sender": "Dirección"}'
    where person_id = '${her.id}' and kind = 'password-reset'`)
  const folios = (await movementsOf(h, her)).map(({ folio }) => folio).reverse()
  return { folios, account: made?.account ?? '', by: by?.id ?? '' }
}

const quick = house({ institution: 'limits: { resets: [[100, 1h]], mailsPerAddress: [[100, 1h]] }' })

quick.inHouse('REL-62 what happened to her is found by every key of hers and of the act', async h => {
  const desk = await h.member('helpdesk')
  const her = await h.person({ nombre: 'Xóchitl', primer_apellido: 'Zúñiga', segundo_apellido: 'Ávalos' })
  const { folios, account, by } = await twoActs(h, her)
  const [second = '', first = ''] = folios
  const address = (await addressOf(h, her)) ?? ''
  const { curp = '', curt = '', cct = '' } = her.row
  const both: Record<string, string>[] = [
    { person: her.id },
    { person: curp },
    { person: ` ${curp.toLowerCase()} ` },
    { person: curt },
    { person: 'xochitl zuniga' },
    { person: 'ÁVALOS Xóch' },
    { account },
    { account: address },
    { account: address.toUpperCase() },
    { account: address.slice(0, address.indexOf('@')) },
    { person: curp, from: today(), to: today() },
    { person: curp, centre: cct.toLowerCase() },
  ]
  for (const filters of both) expect(await foliosOf(desk, filters), JSON.stringify(filters)).toEqual(folios)
  const one: [Record<string, string>, string][] = [
    [{ folio: first }, first],
    [{ folio: second.toLowerCase() }, second],
    [{ oficio: `se/${curt}/2026` }, second],
    [{ member: by }, second],
    [{ member: `ACTO-${her.id}@mesa.example` }, second],
    [{ person: curp, kind: 'account-creation' }, first],
    [{ person: curp, channel: 'staff' }, second],
    [{ person: curp, member: 'visitor' }, first],
  ]
  for (const [filters, folio] of one)
    expect(await foliosOf(desk, filters), JSON.stringify(filters)).toEqual([folio])
  const none: Record<string, string>[] = [
    { person: curp, state: 'needs-attention' },
    { person: curp, state: 'no-such-state' },
    { person: curp, to: '2020-01-01' },
    { person: curp, from: '2090-01-01' },
    { person: '???' },
    { person: 'Xóchitl Nadie' },
    { person: curp, centre: '06DPR9999X' },
    { account: `x${address}` },
    { member: 'nadie@mesa.example' },
    { folio: 'S-2026-ABCDEF' },
  ]
  for (const filters of none) expect(await foliosOf(desk, filters), JSON.stringify(filters)).toEqual([])
})

quick.inHouse(
  'REL-62 a student is found by her control number, and what the service did alone by her CURP',
  async h => {
    const desk = await h.member('helpdesk')
    const her = await h.student()
    const [held] = await h.look<{ id: string }>(
      `with a as (insert into account (kind, state) values ('student', 'active') returning id)
     insert into holding (account_id, person_id, "as", kind) select id, '${her.id}', 'holder', 'student' from a returning account_id as id`,
    )
    await h.look(`insert into movement (folio, kind, state, account_id, actor, channel, privacy_notice, detail)
    values ('M-2026-${her.id.slice(0, 6).toUpperCase()}', 'password-expiry', 'done', '${held?.id}', 'system', 'system', '1', '{}')`)
    for (const person of [her.row.numero_control ?? '', her.row.curp ?? '', her.id])
      expect(await foliosOf(desk, { person })).toEqual([`M-2026-${her.id.slice(0, 6).toUpperCase()}`])
  },
)

inHouse('a look-up is one event: which filters, who was meant, and never a whole key', async h => {
  const desk = await h.member('helpdesk')
  const her = await h.person()
  await h.visitor().goThrough(her)
  await look(desk, { person: her.row.curp ?? '', kind: 'account-creation', folio: her.row.curp ?? '' })
  await look(desk, { person: her.row.curp ?? '', kind: 'account-creation' })
  const events = await h.look<{ detail: { filters: object }; person_id: string | null; channel: string }>(
    `select detail, person_id, channel from event where kind = 'looked-up' and actor = 'member:${desk.id}' order by id`,
  )
  expect(events).toEqual([
    {
      detail: { filters: { person: '***', kind: 'account-creation', folio: '***' }, count: 0, more: false },
      person_id: null,
      channel: 'staff',
    },
    {
      detail: { filters: { person: '***', kind: 'account-creation' }, count: 1, more: false },
      person_id: her.id,
      channel: 'staff',
    },
  ])
})

/** So many acts on an account of nobody's, as fast as the database writes them. */
const act = (h: House, kind: string, count: number) =>
  h.look(`insert into movement (folio, kind, state, actor, channel, privacy_notice, detail)
    select 'X-' || gen_random_uuid(), '${kind}', 'done', 'system', 'system', '1', '{}' from generate_series(1, ${count})`)

inHouse('one goes from page to page without a gap or a double, whatever happens meanwhile', async h => {
  const desk = await h.member('helpdesk')
  await act(h, 'paged', 130)
  const before = await h.look<{ folio: string }>(
    "select folio from movement where kind = 'paged' order by seq desc",
  )
  const seen: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 10; pages++) {
    const { body } = await look(desk, { kind: 'paged', ...(cursor ? { cursor } : {}) })
    expect(body.count).toBe(130 + 7 * pages)
    seen.push(...body.movements.map(({ folio }: { folio: string }) => folio))
    await act(h, 'paged', 7)
    cursor = body.cursor
    if (!cursor) break
  }
  expect(seen).toEqual(before.map(({ folio }) => folio))
  const events = await h.look(`select id from event where kind = 'looked-up' and actor = 'member:${desk.id}'`)
  expect(events).toHaveLength(1)
})

inHouse('a cursor is good for whoever got it and for the same filters; any other is refused', async h => {
  const [desk, other] = [await h.member('helpdesk'), await h.member('helpdesk')]
  await act(h, 'sealed', 3)
  const { body } = await look(desk, { kind: 'sealed', limit: '1' })
  const cursor: string = body.cursor
  expect((await look(desk, { kind: 'sealed', limit: '1', cursor })).body.movements).toHaveLength(1)
  const [place = '', seal = ''] = cursor.split('.')
  const flipped = `${seal.slice(0, 3)}${seal[3] === 'A' ? 'B' : 'A'}${seal.slice(4)}`
  const wrong = [
    `${place}0.${seal}`,
    `1.${seal}`,
    `${place}.${flipped}`,
    place,
    `.${seal}`,
    `${cursor}A`,
    `${place.toUpperCase()}Z.${seal}`,
    '1',
    '-1',
    'x'.repeat(200),
  ]
  for (const one of wrong) {
    const said = await look(desk, { kind: 'sealed', cursor: one })
    expect(said.status, one).toBe(400)
    expect(said.body).toMatchObject({ code: 'malformed', fields: [{ name: 'cursor' }] })
  }
  expect((await look(desk, { kind: 'other', cursor })).status).toBe(400)
  expect((await look(other, { kind: 'sealed', cursor })).status).toBe(400)
})

inHouse('a page holds what was asked for, and no more than a hundred', async h => {
  const desk = await h.member('helpdesk')
  for (const limit of ['0', '-1', '101', '1e2', 'x', ' 5', '05'])
    expect((await look(desk, { limit })).status, limit).toBe(400)
  await act(h, 'limited', 120)
  for (const [limit, count] of [
    ['100', 100],
    ['7', 7],
    ['', 50],
  ] as const)
    expect((await look(desk, { kind: 'limited', limit })).body.movements).toHaveLength(count)
})

const names = ['person', 'account', 'centre', 'folio', 'oficio', 'member', 'kind', 'state', 'channel']

onPostgres(
  'SEC-83 what is typed into any filter is a value: nothing is found by it, nothing fails',
  async h => {
    const desk = await h.member('helpdesk')
    await h.visitor().goThrough(await h.person())
    await act(h, 'believed', 2)
    let asked = 0
    for (const name of names)
      for (const payload of hostile) {
        const said = await look(desk, { [name]: payload })
        expect(said.status, `${name} ${payload}`).toBe(200)
        // A sign alone is no word: what is blank is no filter, a letter begins somebody's name.
        if (/[a-z]{2}|\d/i.test(payload) || name !== 'person')
          expect(said.body.count, `${name} ${payload}`).toBe(0)
        const [yes, no] = [`${payload} and 1=1`, `${payload} and 1=2`]
        const [right, wrong] = [await look(desk, { [name]: yes }), await look(desk, { [name]: no })]
        expect([right.status, right.body.count]).toEqual([wrong.status, wrong.body.count])
        asked += 3
      }
    for (const name of ['from', 'to', 'cursor', 'limit'])
      for (const payload of hostile) {
        const said = await look(desk, { [name]: payload })
        expect(said.status, `${name} ${payload}`).toBe(/^\d+$/.test(payload) && name === 'limit' ? 200 : 400)
        asked++
      }
    expect(asked).toBeGreaterThan(1500)
    expect((await look(desk, { kind: 'believed' })).body.count).toBe(2)
  },
  240_000,
)

inHouse('SEC-11 no filter makes the service fail', async h => {
  const desk = await h.member('helpdesk')
  const odd = [
    '\0',
    'a\0b',
    '\ud800',
    '\u{10ffff}',
    '%00',
    '%ff',
    '\\',
    '\n',
    '𝒳'.repeat(50),
    'a'.repeat(200),
    "'".repeat(200),
    ':*',
    '|',
    '&',
    '!',
    '<->',
    'NaN',
    'null',
    '-0',
  ]
  for (const name of [...names, 'from', 'to', 'cursor', 'limit'])
    for (const value of odd)
      expect([200, 400], `${name} ${JSON.stringify(value)}`).toContain(
        (await look(desk, { [name]: value })).status,
      )
  for (const day of [
    '0000-01-01',
    '2026-02-30',
    '9999-12-31',
    '2026-1-1',
    '+002026-01-01',
    'infinity',
    'today',
  ])
    for (const name of ['from', 'to'])
      expect([200, 400], `${name} ${day}`).toContain((await look(desk, { [name]: day })).status)
  expect((await desk.ask('GET', '/api/movements?kind=a&kind=b')).status).toBe(400)
  expect((await desk.ask('GET', '/api/movements?other=a')).status).toBe(400)
  expect((await look(desk, { person: 'x'.repeat(201) })).status).toBe(400)
})

inHouse('SEC-123 of another unit one finds nothing, by whatever key', async h => {
  const [hers, foreign] = await h.people(2)
  if (!hers || !foreign) throw new Error('nobody')
  for (const one of [hers, foreign]) await h.visitor().goThrough(one)
  const [mine] = await movementsOf(h, hers)
  const [other] = await movementsOf(h, foreign)
  const desk = await h.member('operator', { units: [`centre:${hers.row.cct}`] })
  expect(await foliosOf(desk, { person: hers.id })).toEqual([mine?.folio])
  const address = (await addressOf(h, foreign)) ?? ''
  const keys: Record<string, string>[] = [
    { person: foreign.id },
    { person: foreign.row.curp ?? '' },
    { person: foreign.row.curt ?? '' },
    { account: other?.account ?? '' },
    { account: address },
    { centre: foreign.row.cct ?? '' },
    { folio: other?.folio ?? '' },
  ]
  for (const filters of keys) {
    expect(await foliosOf(desk, filters), JSON.stringify(filters)).toEqual([])
    const { text } = await desk.ask('GET', `/api/movements.csv?${new URLSearchParams(filters)}`)
    expect(text.trimEnd().split('\r\n'), JSON.stringify(filters)).toHaveLength(1)
  }
  const all = await foliosOf(desk, { limit: '100' })
  expect(all).toContain(mine?.folio)
  expect(all).not.toContain(other?.folio)
})

full.onPostgres(
  'REL-62 among very many movements each look-up finds exactly what its words say, in every unit',
  async h => {
    await fillBooks(h, { movements: 24_000, people: 30_000 })
    const units: string[][] = [
      [],
      ['level:Primaria'],
      ['municipality:Municipio 3', 'domain:escuelas.example'],
      ['centre:06DPR0007X'],
      ['centre:nada'],
    ]
    const name = (words: string[]) =>
      words
        .map(word => `(p.given || ' ' || p.surname1 || ' ' || p.surname2) ~* '(^|\\W)${word}'`)
        .join(' and ')
    const ofPerson = (condition: string) => `(person_id in (select p.id from person p where ${condition})
      or (person_id is null and account_id in (select account_id from holding h join person p on p.id = h.person_id where ${condition})))`
    const looks: [Record<string, string>, string][] = [
      [{}, 'true'],
      [{ person: 'María' }, ofPerson(name(['mar[íi]a']))],
      [
        { person: 'garcia', kind: 'password-reset' },
        `${ofPerson(name(['garc[íi]a']))} and kind = 'password-reset'`,
      ],
      [{ person: 'zavaleta jos' }, ofPerson(name(['zavaleta', 'jos[ée]']))],
      [{ account: 'maria.' }, `account_id in (select account_id from address where local like 'maria.%')`],
      [
        { account: 'm', channel: 'kiosk' },
        `account_id in (select account_id from address where local like 'm%') and channel = 'kiosk'`,
      ],
      [{ state: 'failed' }, `state = 'failed'`],
      [
        { kind: 'password-reset', member: 'mesa1@personal.example' },
        `kind = 'password-reset' and actor = 'member:' || md5('m1')::uuid`,
      ],
      [
        { centre: '06DPR0007X' },
        `(person_id in (select person_id from affiliation where centre = '06DPR0007X') or account_id in (select id from account where unit = '06DPR0007X'))`,
      ],
      [
        { person: 'María', account: 'm' },
        `${ofPerson(name(['mar[íi]a']))} and account_id in (select account_id from address where local like 'm%')`,
      ],
    ]
    for (const scope of units) {
      const desk = await h.member('helpdesk', { units: scope })
      const within = await h.ctx.db
        .select({ id: movement.id })
        .from(movement)
        .where(movementWithin({ units: scope }))
      const mine = new Set(within.map(({ id }) => id))
      for (const [filters, condition] of looks) {
        const right = (
          await h.look<{ id: string; folio: string }>(
            `select id, folio from movement where ${condition} order by seq desc`,
          )
        ).filter(({ id }) => mine.has(id))
        const said = await look(desk, filters)
        const what = `${scope} ${JSON.stringify(filters)}`
        expect(said.body.count, what).toBe(said.body.more ? said.body.count : right.length)
        if (said.body.more)
          expect([200, 10_000].filter(most => most < right.length)).toContain(said.body.count)
        const folios = said.body.movements.map(({ folio }: { folio: string }) => folio)
        expect(folios, what).toEqual(right.slice(0, 50).map(({ folio }) => folio))
        if (!said.body.cursor) continue
        const next = await look(desk, { ...filters, cursor: said.body.cursor })
        expect(next.body.movements[0].folio, what).toBe(right[50]?.folio)
      }
    }
  },
  240_000,
)
