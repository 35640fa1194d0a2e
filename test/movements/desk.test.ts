import { expect } from 'vitest'
import { openFigures } from '../../api/figures.ts'
import { lease } from '../../api/movements/lease.ts'
import { watchOverdue } from '../../api/movements/overdue.ts'
import { type House, house, type Person } from '../house.ts'
import { bookOf, told } from './books.ts'

const { inHouse } = house()
type Named = { folio: string }
const desk = async (h: House, units: string[] = []) => {
  const { body, status, text } = await (await h.member('operator', { units })).ask('GET', '/api/desk')
  expect(status, text).toBe(200)
  return body
}
const folios = (list: Named[]) => list.map(({ folio }) => folio)

/** Hers stands still since so long, as if its worker had died. */
async function stuck(
  h: House,
  ago: string,
  set = '',
  next = "now() - interval '12 minutes'",
): Promise<{ her: Person; folio: string; id: string }> {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const { folio, id } = await bookOf(h, her)
  await h.look(`update movement set state = 'applying', finished_at = null, "trailing" = true, lease_until = null,
    intended_at = now() - interval '${ago}', next_at = ${next} ${set} where id = '${id}'`)
  return { her, folio, id }
}

inHouse('the first page names what needs a person, in her units alone, and leaves no event', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '550 5.1.1 No such user' } : {}))
  await h.visitor().goThrough(her)
  h.smtp.answer()
  await expect.poll(async () => (await bookOf(h, her)).state, { timeout: 20_000 }).toBe('needs-attention')
  const { folio } = await bookOf(h, her)
  const late = await stuck(h, '16 minutes')
  const young = await stuck(h, '14 minutes')
  const all = await desk(h)
  expect(folios(all.attention)).toContain(folio)
  expect(all.refusedMails.find((one: Named) => one.folio === folio)).toMatchObject({
    state: 'needs-attention',
    problem: 'mail-refused',
    smtp: '550 5.1.1',
    to: expect.stringContaining('***@'),
  })
  expect(folios(all.unfinished)).toContain(late.folio)
  expect(folios(all.unfinished)).not.toContain(young.folio)
  expect(all.lastLoad).toEqual({ source: 'sep', asOf: '2026-01-15', people: 1 })
  const elsewhere = await desk(h, ['centre:06XXX0000X'])
  expect([elsewhere.attention, elsewhere.unfinished, elsewhere.refusedMails]).toEqual([[], [], []])
  const own = await desk(h, [`centre:${her.row.cct}`])
  expect(folios(own.attention)).toContain(folio)
  expect(await h.look(`select id from event where kind in ('looked-up', 'movement-read')`)).toEqual([])
})

inHouse(
  'it counts what waits for a second person, what may be somebody’s, and shared accounts that nobody answers for',
  async h => {
    const [her, gone] = await h.people(2)
    if (!her || !gone) throw new Error('nobody')
    const asker = await h.member('operator')
    const before = await desk(h)
    await h.look(
      `insert into approval (deed, person_id, ask, asked_by) values ('alternate-email', '${her.id}', '{}', '${asker.id}')`,
    )
    await h.look(
      `insert into proposal (provider, external_id, person_id, evidence) values ('docentes', 'x-${her.id}', '${her.id}', 'name')`,
    )
    for (const who of [her, gone])
      await h.look(`with a as (insert into account (kind, state, unit) values ('workCentre', 'active', 'C-${who.id}') returning id)
      insert into holding (account_id, person_id, "as", kind) select id, '${who.id}', 'responsible', 'workCentre' from a`)
    await h.look(`update affiliation set status = 'inactive' where person_id = '${gone.id}'`)
    const after = await desk(h)
    const more = (name: string) => after[name] - before[name]
    expect([more('approvals'), more('proposals'), more('orphans')]).toEqual([1, 1, 1])
    expect(await desk(h, ['centre:06XXX0000X'])).toMatchObject({ approvals: 0, proposals: 0, orphans: 0 })
  },
)

inHouse('what the service leans on is told as it was found', async h => {
  h.ctx.services.set('docentes', true).set('SMTP_URL', false)
  expect((await desk(h)).services).toEqual([
    { name: 'docentes', works: true },
    { name: 'SMTP_URL', works: false },
  ])
  h.ctx.services.clear()
})

inHouse(
  'REL-63 a movement that is not over after fifteen minutes is an alarm, once: event, log and figure',
  async h => {
    const figures = openFigures(h.ctx, { faults: () => new Map(), stop: () => {} })
    const counted = async () => Number(/^mci_movimientos_vencidos (\d+)/m.exec(await figures.text())?.[1])
    const before = await counted()
    const young = await stuck(h, '14 minutes 50 seconds')
    const late = await stuck(h, '15 minutes 1 second')
    await watchOverdue(h.ctx)
    await watchOverdue(h.ctx)
    expect((await told(h, late)).filter(kind => kind === 'overdue')).toHaveLength(1)
    expect(await told(h, young)).not.toContain('overdue')
    expect(await counted()).toBe(before + 1)
    const [event] = await h.look<{ detail: object; actor: string }>(
      `select detail, actor from event where movement_id = '${late.id}' and kind = 'movement-overdue'`,
    )
    expect(event).toMatchObject({
      actor: 'system',
      detail: { kind: 'account-creation', state: 'applying', minutes: 15 },
    })
  },
)

inHouse(
  'REL-63 what nobody takes up within a day is a person’s; what somebody works on, or does by hand, goes on',
  async h => {
    const lost = await stuck(h, '25 hours')
    const waits = await stuck(h, '25 hours', ", problem = 'throttled'", "now() + interval '3 days'")
    const worked = await stuck(h, '25 hours')
    await h.look(`update movement set lease_until = now() + interval '1 minute' where id = '${worked.id}'`)
    const due = await stuck(h, '25 hours', '', 'now()')
    const hand = await stuck(h, '25 hours')
    await h.look(`update movement_step set state = 'asked', task = 'x' where movement_id = '${hand.id}'`)
    await watchOverdue(h.ctx)
    const ends = await Promise.all([lost, waits, worked, due, hand].map(async ({ her }) => bookOf(h, her)))
    expect(ends.map(({ state }) => state)).toEqual([
      'needs-attention',
      'needs-attention',
      'applying',
      'applying',
      'applying',
    ])
    expect(ends.map(({ problem }) => problem).slice(0, 2)).toEqual(['overdue', 'throttled'])
    expect(await lease(h.ctx, lost.id)).toBeUndefined()
    expect((await told(h, lost)).slice(-2)).toEqual(['overdue', 'needs-attention'])
  },
)

inHouse('a member keeps look-ups of her own under their names; nobody else sees or drops them', async h => {
  const [one, other] = [await h.member('helpdesk'), await h.member('helpdesk')]
  const save = (name: string, query: string) => one.ask('POST', '/api/views', { name, query })
  const first = await save('Rechazados de hoy', '?state=needs-attention')
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({ name: 'Rechazados de hoy', query: 'state=needs-attention' })
  expect((await save('Rechazados de hoy', 'state=failed')).body.id).toBe(first.body.id)
  await save('Bloqueos', 'kind=account-blocked')
  expect((await one.ask('GET', '/api/views')).body.map(({ name }: { name: string }) => name)).toEqual([
    'Bloqueos',
    'Rechazados de hoy',
  ])
  expect((await other.ask('GET', '/api/views')).body).toEqual([])
  expect((await other.ask('DELETE', `/api/views/${first.body.id}`)).status).toBe(404)
  expect((await one.ask('DELETE', `/api/views/${first.body.id}`)).status).toBe(204)
  expect((await one.ask('DELETE', `/api/views/${first.body.id}`)).status).toBe(404)
  for (const [name, query] of [
    ['  ', 'a=1'],
    ['a\0b', ''],
    ['a', '\0'],
    ['a\nb', ''],
  ])
    expect((await save(name ?? '', query ?? '')).status, JSON.stringify([name, query])).toBe(400)
})
