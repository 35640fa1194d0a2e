import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { titles } from '../../api/titles.ts'
import { type House, openHouse } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { missing, type PostgresServer, startPostgres } from '../servers/postgres.ts'

describe.skipIf(needs(missing))('while PostgreSQL is away', () => {
  let server: PostgresServer
  let h: House

  beforeAll(async () => {
    server = await startPostgres()
    h = await openHouse('PostgreSQL', { server })
  })
  afterAll(async () => {
    await h.close()
    await server.stop()
  })

  const counts = () =>
    h.look(`select (select count(*) from movement)::int as movements, (select count(*) from mailbox)::int as mailboxes,
      (select count(*) from attempt)::int as attempts, (select count(*) from visit where confirmed_at is not null)::int as spent`)

  test('SEC-158 REL-12 SEC-22 the kiosk says so in Spanish and does nothing; afterwards it goes on by itself', async () => {
    const people = await h.people(12)
    const opened = await Promise.all(
      people.slice(0, 6).map(async person => {
        const visitor = h.visitor()
        expect((await visitor.identify(person)).status).toBe(201)
        return visitor
      }),
    )
    const before = await counts()
    await server.down()
    const answers = await Promise.all([
      ...opened.map(visitor => visitor.confirm()),
      ...opened.map(visitor => visitor.ask('GET', '/api/visits/current')),
      ...people.slice(6).map(person => h.visitor().identify(person)),
      ...people.map(() =>
        h.visitor().changePassword('maria@docentecolima.gob.mx', 'una', 'otra frase larga'),
      ),
    ])
    for (const answer of answers) {
      expect([answer.status, answer.body.code]).toEqual([503, 'not-available'])
      expect(answer.body.title).toBe(titles['not-available'])
      expect(answer.headers['retry-after']).toBe('30')
      expect(answer.text).not.toMatch(/ECONN|postgres|127\.0\.0\.1|select/)
    }
    expect(
      (await h.visitor().ask('GET', '/api/institution')).status,
      'what needs no database is still told',
    ).toBe(200)
    await server.up()
    expect(await counts()).toEqual(before)
    expect(h.smtp.recipients).toEqual([])
    for (const visitor of opened) expect((await visitor.confirm()).body).toMatchObject({ state: 'done' })
    expect((await h.visitor().identify(people[7] ?? (people[6] as never))).status).toBe(201)
    expect(new Set(h.smtp.recipients)).toEqual(new Set(people.slice(0, 6).map(({ alternate }) => alternate)))
    expect(h.smtp.recipients.length).toBe(6)
  })
})
