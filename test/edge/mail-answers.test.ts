import { expect } from 'vitest'
import { house } from '../house.ts'

const { onPostgres } = house()

const answers = {
  'takes it': {},
  'wants it later': { rcpt: '450 4.7.1 Greylisted' },
  'knows nobody': { rcpt: '550 5.1.1 User unknown' },
  'takes it and hangs up': { cutAtDot: true },
  'refuses what it read': { data: '554 5.7.1 Spam' },
} as const

onPostgres('SEC-48 whatever the mail server says, the kiosk says the same but for the state', async h => {
  const people = await h.people(Object.keys(answers).length)
  const told = []
  for (const [at, how] of Object.values(answers).entries()) {
    h.smtp.answer(how)
    const visitor = h.visitor()
    const known = await visitor.identify(people[at] ?? (people[0] as never))
    const said = await visitor.confirm()
    const again = await visitor.ask('GET', '/api/visits/current')
    expect([known.status, said.status, again.status]).toEqual([201, 201, 200])
    expect(again.body.result).toEqual(said.body)
    expect(said.text + again.text).not.toMatch(/\b(450|550|554)\b|Greylisted|unknown|Spam/)
    expect(['done', 'in-progress']).toContain(said.body.state)
    const { state: _, folio, at: when, expiresAt, againAt, account, deliveredTo, ...rest } = said.body
    for (const moment of [when, expiresAt, againAt]) expect(Number.isNaN(Date.parse(moment))).toBe(false)
    expect(folio).toMatch(/^M-\d{4}-[A-Z2-9]{6}$/)
    expect([known.body.account, known.body.alternateEmail]).toEqual([account, deliveredTo])
    told.push({ rest, headers: Object.keys(said.headers).sort() })
  }
  for (const one of told) expect(one).toEqual(told[0])
})
