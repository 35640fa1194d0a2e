import { expect } from 'vitest'
import { house } from '../house.ts'
import { movementsOf } from '../visits/rows.ts'
import { bookOf } from './books.ts'

const { inHouse } = house({ institution: 'limits: { resets: [[100, 1h]], mailsPerAddress: [[100, 1h]] }' })
const soon = { timeout: 20_000 }

inHouse(
  'REL-62 the story of an act: who, from where, what the directory and the mail server said, in its order',
  async h => {
    const desk = await h.member('operator', { name: 'Lucía Pérez' })
    const her = await h.person()
    const visitor = h.visitor('192.0.2.77')
    await visitor.goThrough(her)
    const { folio, id } = await bookOf(h, her)
    const { status, body } = await desk.ask('GET', `/api/movements/${folio}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      folio,
      kind: 'account-creation',
      state: 'done',
      actor: 'visitor',
      actorName: null,
      channel: 'internet',
      attempts: 1,
      sends: 1,
      problem: null,
      attendedAt: null,
      delivery: { state: 'sent', smtp: expect.stringMatching(/^250/) },
      steps: [{ provider: 'buzones', state: 'applied', outcome: 'created', attempts: 1, reference: null }],
      tasks: [],
      letters: [],
    })
    expect(body.story.map(({ event }: { event: string }) => event)).toEqual(
      ['intended', 'applying', 'delivering', 'done'].map(state => `movement-${state}`),
    )
    expect(body.story[0]).toMatchObject({ actor: 'visitor', reference: expect.stringMatching(/^[\w-]{8}$/) })
    expect(body.acts).toEqual(['resend', 'letter'])
    const read = await h.look(
      `select actor, person_id from event where kind = 'movement-read' and movement_id = '${id}'`,
    )
    expect(read).toEqual([{ actor: `member:${desk.id}`, person_id: her.id }])
    const again = await desk.ask('GET', `/api/movements/${folio}`)
    expect(again.body.story).toEqual(body.story)
  },
)

inHouse(
  'REL-62 a mail that was refused stands there with the words of the server, and with what may be done',
  async h => {
    const her = await h.person()
    h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '550 5.1.1 No such user' } : {}))
    await h.visitor().goThrough(her)
    h.smtp.answer()
    await expect.poll(async () => (await bookOf(h, her)).state, soon).toBe('needs-attention')
    const { folio } = await bookOf(h, her)
    const path = `/api/movements/${folio}`
    const { body } = await (await h.member('operator')).ask('GET', path)
    expect(body).toMatchObject({
      state: 'needs-attention',
      problem: 'mail-refused',
      delivery: { state: 'refused', smtp: '550 5.1.1' },
      // Where she has no address that works, nothing can be sent: it may only be said that somebody saw to it.
      acts: ['resend', 'attended'],
    })
    expect(body.story.at(-1)).toMatchObject({
      event: 'movement-needs-attention',
      detail: { problem: 'mail-refused', smtp: '550 5.1.1' },
    })
    for (const [role, acts] of [
      ['helpdesk', []],
      ['auditor', []],
      ['supervisor', body.acts],
    ] as const)
      expect((await (await h.member(role)).ask('GET', path)).body.acts, role).toEqual(acts)
    const herself = await h.member('operator', { person: her.id })
    expect((await herself.ask('GET', path)).body.acts).toEqual([])
  },
)

inHouse('SEC-123 an act of another unit does not exist for her, whatever she asks of it', async h => {
  const [hers, foreign] = await h.people(2)
  if (!hers || !foreign) throw new Error('nobody')
  for (const one of [hers, foreign]) await h.visitor().goThrough(one)
  const [mine] = await movementsOf(h, hers)
  const [other] = await movementsOf(h, foreign)
  const desk = await h.member('supervisor', { units: [`centre:${hers.row.cct}`] })
  expect((await desk.ask('GET', `/api/movements/${mine?.folio}`)).status).toBe(200)
  const asks = [
    ['GET', '', undefined],
    ['POST', '/resends', {}],
    ...['retry', 'done', 'not-done', 'attended'].map(how => ['POST', '/settlements', { how, note: 'x' }]),
  ] as [string, string, object | undefined][]
  const nobodys = 'M-2026-ZZZZZZ'
  for (const [method, path, body] of asks)
    for (const folio of [other?.folio, nobodys]) {
      const said = await desk.ask(method, `/api/movements/${folio}${path}`, body)
      expect([said.status, said.body.code], `${method} ${path}`).toEqual([404, 'not-found'])
    }
  const [after] = await movementsOf(h, foreign)
  expect(after).toEqual(other)
})
