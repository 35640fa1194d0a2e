import { parse } from 'csv-parse/sync'
import { unzipSync } from 'fflate'
import readXlsx from 'read-excel-file/node'
import { expect, test } from 'vitest'
import { definitions } from '../../api/jobs.ts'
import {
  kindWord,
  outcomeWord,
  problems,
  problemWord,
  stateWord,
  stepWord,
} from '../../api/movements/sheet-words.ts'
import { KINDS, STATES } from '../../web/staff/movements/filters.ts'
import { staffWords } from '../../web/words/staff-es-MX.ts'
import { type House, house, type StaffMember } from '../house.ts'

const { inHouse } = house()

/** What a spreadsheet takes for the beginning of a formula. */
const triggers = ['=', '+', '-', '@', '\t', '\r', '\n', '−', '＝', '＋', '－', '＠']
const formula = 'HYPERLINK("http://malo.example";"1")+cmd|\' /C calc\'!A0'

async function act(h: House, kind: string, reasons: readonly string[]): Promise<void> {
  for (const reason of reasons)
    await h.ctx.db.execute(
      `insert into movement (folio, kind, state, actor, channel, privacy_notice, detail, reason)
       values ('X-' || gen_random_uuid(), '${kind}', 'done', 'system', 'system', '1', '{}', convert_from(decode('${Buffer.from(reason).toString('hex')}', 'hex'), 'UTF8'))`,
    )
}
const fetched = async (h: House, who: StaffMember, path: string) =>
  h.app.inject({
    method: 'GET',
    url: path,
    headers: { host: 'localhost:3000', cookie: [...who.cookies].map(pair => pair.join('=')).join('; ') },
  })

inHouse('SEC-89 no cell of an export can be a formula, whatever somebody wrote', async h => {
  const desk = await h.member('operator')
  const reasons = triggers.map(trigger => `${trigger}${formula}`)
  await act(h, 'formulas', reasons)
  const csv = await fetched(h, desk, '/api/movements.csv?kind=formulas')
  const rows: string[][] = parse(csv.body, { bom: true })
  const at = rows[0]?.indexOf('Motivo') ?? -1
  expect(rows.slice(1).map(row => row[at])).toEqual(reasons.map(reason => `'${reason}`).reverse())
  for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r\n−＝＋－＠]/)
  const xlsx = await fetched(h, desk, '/api/movements.xlsx?kind=formulas')
  const sheet = new TextDecoder().decode(unzipSync(xlsx.rawPayload)['xl/worksheets/sheet1.xml'])
  expect(sheet).not.toMatch(/<f[ >/]/)
  expect(new Set([...sheet.matchAll(/<c[^>]* t="(\w+)"/g)].map(([, type]) => type))).toEqual(
    new Set(['inlineStr']),
  )
  const [{ data = [] } = {}] = (await readXlsx(xlsx.rawPayload)) as unknown as { data: (string | null)[][] }[]
  expect(data.length).toBe(triggers.length + 1)
  for (const row of data.slice(1)) expect(String(row[at])).toMatch(/^'/)
})

inHouse(
  'an export holds exactly what the list shows for the same filters, and says in its event how much',
  async h => {
    const desk = await h.member('operator')
    await act(
      h,
      'exported-kind',
      Array.from({ length: 1203 }, (_, n) => `motivo ${n}`),
    )
    await act(h, 'other-kind', ['otro'])
    const csv = await fetched(h, desk, '/api/movements.csv?kind=exported-kind&state=done')
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.headers['content-disposition']).toBe('attachment; filename="movimientos.csv"')
    expect(csv.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(csv.body.endsWith('"\r\n')).toBe(true)
    const [header = [], ...rows]: string[][] = parse(csv.body, { bom: true })
    expect(header.slice(0, 8)).toEqual([
      'Fecha y hora',
      'Folio',
      'Movimiento',
      'Cuenta',
      'Persona',
      'Hecho por',
      'Canal',
      'Resultado',
    ])
    const listed: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await desk.ask(
        'GET',
        `/api/movements?kind=exported-kind&state=done&limit=100${cursor && `&cursor=${cursor}`}`,
      )
      listed.push(...body.movements.map(({ folio }: { folio: string }) => folio))
      cursor = body.cursor
      if (!cursor) break
    }
    expect(rows.map(row => row[1])).toEqual(listed)
    expect(listed).toHaveLength(1203)
    expect(rows[0]).toEqual(expect.arrayContaining(['El sistema', 'Sistema', 'Terminado', 'motivo 1202']))
    const xlsx = await fetched(h, desk, '/api/movements.xlsx?kind=exported-kind&state=done')
    expect(xlsx.headers['content-type']).toContain('spreadsheetml.sheet')
    const [{ data = [] } = {}] = (await readXlsx(xlsx.rawPayload)) as unknown as {
      data: (string | null)[][]
    }[]
    expect(data.map(row => row.map(cell => cell ?? ''))).toEqual([header, ...rows])
    const events = await h.look(
      `select detail from event where kind = 'exported' and actor = 'member:${desk.id}' order by id`,
    )
    const filters = { kind: 'exported-kind', state: 'done' }
    expect(events.map(({ detail }) => detail)).toEqual(
      ['csv', 'xlsx'].map(as => ({ as, filters, count: 1203 })),
    )
  },
)

inHouse(
  'what people write comes out as it was: quotes, commas, lines, accents, signs that no sheet can hold',
  async h => {
    const desk = await h.member('operator')
    const reasons = [
      'dijo "sí", y colgó',
      'dos\r\nlíneas',
      'Ñandú & <b>x</b>',
      '𝒳 👩‍🏫',
      'fin\u0007campana',
      '_x0041_',
      ' orilla ',
    ]
    await act(h, 'written', reasons)
    const csv = await fetched(h, desk, '/api/movements.csv?kind=written')
    const rows: string[][] = parse(csv.body, { bom: true })
    const at = rows[0]?.indexOf('Motivo') ?? -1
    expect(rows.slice(1).map(row => row[at])).toEqual([...reasons].reverse())
    const xlsx = await fetched(h, desk, '/api/movements.xlsx?kind=written')
    const sheet = new TextDecoder().decode(unzipSync(xlsx.rawPayload)['xl/worksheets/sheet1.xml'])
    for (const said of [
      'dijo &quot;sí&quot;, y colgó',
      'Ñandú &amp; &lt;b&gt;x&lt;/b&gt;',
      '𝒳 👩‍🏫',
      'fincampana',
      '_x005F_x0041_',
    ])
      expect(sheet).toContain(said)
  },
)

inHouse('nothing found is a sheet of its headers; whoever may not export gets none', async h => {
  const desk = await h.member('operator')
  for (const ending of ['csv', 'xlsx']) {
    const empty = await fetched(h, desk, `/api/movements.${ending}?kind=nada`)
    expect(empty.statusCode).toBe(200)
    const helpdesk = await h.member('helpdesk')
    expect((await fetched(h, helpdesk, `/api/movements.${ending}`)).statusCode).toBe(403)
    expect((await fetched(h, desk, `/api/movements.${ending}?from=ayer`)).statusCode).toBe(400)
  }
  const { body } = await fetched(h, desk, '/api/movements.csv?kind=nada')
  expect(body.trimEnd().split('\r\n')).toHaveLength(1)
})

test('every kind of movement can be looked for, and a sheet calls it as the screens do', () => {
  const here = ['alternate-email-change', 'pause-lifted']
  expect([...KINDS].sort()).toEqual([...definitions.map(({ kind }) => kind), ...here].sort())
  const words = staffWords as Record<string, string>
  for (const kind of KINDS) expect(kindWord(kind)).toBe(words[`kind.${kind}`])
  for (const state of STATES) expect(stateWord(state)).toBe(words[`movementState.${state}`])
  for (const [key, said] of Object.entries(words)) {
    const [group, code = ''] = key.split('.')
    if (group === 'problem') expect(problemWord(code)).toBe(said)
    if (group === 'outcome') expect(outcomeWord(code)).toBe(said)
    if (group === 'stepState') expect(stepWord(code)).toBe(said)
  }
})

test('the screens have words for whatever ends or delays a movement', () => {
  const said = Object.keys(staffWords).flatMap(key => (key.startsWith('problem.') ? [key.slice(8)] : []))
  expect(said.toSorted()).toEqual(Object.keys(problems).toSorted())
})
