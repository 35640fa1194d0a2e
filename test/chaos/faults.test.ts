import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { missing as missingDovecot } from '../servers/dovecot.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres, postgresAt } from '../servers/postgres.ts'
import { missing as missingTls } from '../servers/tls.ts'
import { confirm, goThrough, identify, letTimePass, until, untilFinal } from './acts.ts'
import { smtpFaults } from './ch-05.ts'
import { graphFaults } from './ch-06.ts'
import { duplicates } from './ch-07.ts'
import { judge, mailed, nothingWrong } from './judge.ts'
import { randomFrom } from './random.ts'
import { openScene, type Person, type Scene } from './scene.ts'
import type { Node } from './start-node.ts'

describe.skipIf(needs(missingPostgres, missingDovecot))('forty people and a mail server in trouble', () => {
  let scene: Scene
  let node: Node
  let people: Person[]
  beforeAll(async () => {
    scene = await openScene(postgresAt(inject('postgres')))
    node = await scene.start()
    people = await scene.people(40)
    await goThrough(node, people)
  })
  afterAll(() => scene?.close())

  const states = () =>
    scene.look<{ state: string; n: number }>(
      `select state, count(*)::int as n from movement where seq > (select max(seq) - 40 from movement) group by state order by state`,
    )

  test('REL-29 it is gone during forty resets: all are done by themselves when it comes back', async () => {
    await letTimePass(scene)
    await scene.smtp.down()
    const heard = await goThrough(node, people)
    expect(heard.every(answer => answer?.body.state === 'in-progress')).toBe(true)
    await scene.smtp.up()
    await untilFinal(scene)
    expect(await states()).toEqual([{ state: 'done', n: 40 }])
    expect(await judge(scene, people)).toMatchObject(nothingWrong)
  }, 90_000)

  test('REL-31 REL-62 INV-12 ten of forty addresses are refused for good: those need a person, with the code in the books, thirty are done', async () => {
    await letTimePass(scene)
    const refused = new Set(people.slice(0, 10).map(({ alternate }) => alternate))
    scene.smtp.answer(({ to }) => (refused.has(to) ? { rcpt: '550 5.1.1 No such user' } : {}))
    await goThrough(node, people)
    await untilFinal(scene)
    scene.smtp.answer()
    expect(await states()).toEqual([
      { state: 'done', n: 30 },
      { state: 'needs-attention', n: 10 },
    ])
    const flagged = await scene.look<{ address: string; smtp: string }>(
      `select c.address, m.delivery_smtp as smtp from movement m join contact c using (person_id)
       where m.state = 'needs-attention' and c.bounced_at is not null`,
    )
    expect(new Set(flagged.map(({ address }) => address))).toEqual(refused)
    expect(new Set(flagged.map(({ smtp }) => smtp))).toEqual(new Set(['550 5.1.1']))
    expect(await judge(scene, people)).toMatchObject({ ...nothingWrong, oldOnesIn: 0 })
  }, 90_000)
})

describe.skipIf(needs(missingPostgres, missingDovecot))('faults at random, and two nodes', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(postgresAt(inject('postgres')))
  })
  afterAll(() => scene?.close())

  test('REL-05 a node stands still past its lease and wakes up: the other one did its work, and the last mail holds', async () => {
    const [still, other] = await Promise.all([scene.start(), scene.start()])
    const [her] = (await scene.people(1)) as [Person]
    scene.smtp.answer(({ to, attempt }) =>
      to === her.alternate && attempt === 1 ? { rcptDelayMs: 300 } : {},
    )
    const confirming = confirm(await identify(still, her))
    await until(() => scene.smtp.recipients.includes(her.alternate))
    still.signal('SIGSTOP')
    await untilFinal(scene)
    expect(mailed(scene).get(her.alternate)).toHaveLength(1)
    still.signal('SIGCONT')
    expect((await confirming)?.status).toBe(201)
    // The first node's mail went out last: the act is done once more, for a third one.
    await until(() => mailed(scene).get(her.alternate)?.length === 3)
    await untilFinal(scene)
    expect(await judge(scene, [her])).toMatchObject(nothingWrong)
    await Promise.all([still.end('SIGTERM'), other.end('SIGTERM')])
  }, 90_000)

  test('CH-05 REL-30 REL-32 REL-62 greylists, refusals, cuts at the dot and a pause: only what was refused for good needs a person', async () => {
    const said = await smtpFaults(scene, 14, randomFrom(5), 1000)
    expect(said).toMatchObject({ ...nothingWrong, wrongEnds: 0 })
    expect(said.refused).toBeGreaterThan(0)
    expect(said.needAttention).toBe(said.refused)
  }, 90_000)

  test('CH-07 REL-46 every confirmation two to ten times at once and after a restart: one movement, equal answers', async () => {
    expect(await duplicates(scene, 12, randomFrom(7))).toMatchObject({ ...nothingWrong, differing: 0 })
  }, 90_000)
})

test.skipIf(needs(missingPostgres, missingTls))(
  'CH-06 REL-37 REL-38 REL-39 REL-40 four accounts are made and reset over a Microsoft 365 in trouble: one each, nobody asked too early',
  async () => {
    const trouble = { retryAfter: 1, lagSeconds: 1, backoffCapSeconds: 1 }
    const said = await graphFaults(postgresAt(inject('postgres')), 4, randomFrom(11), trouble)
    const whole = { early: 0, strange: 0, twice: 0, unlicensed: 0, notDone: 0 }
    expect(said).toMatchObject({ ...nothingWrong, ...whole })
    for (const met of [said.throttled, said.unavailable, said.lostAnswers]) expect(met).toBeGreaterThan(0)
  },
  90_000,
)
