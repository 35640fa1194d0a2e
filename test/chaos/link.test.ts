import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { missing as missingDovecot } from '../servers/dovecot.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres, postgresAt } from '../servers/postgres.ts'
import { credentialsIn } from '../visitor.ts'
import { confirm, goThrough, identify, letTimePass, until, untilFinal } from './acts.ts'
import { secretsFound } from './judge.ts'
import { openScene, type Person, type Scene } from './scene.ts'
import type { Node } from './start-node.ts'

const before = 'la de siempre y de nadie más'
const after = 'la nueva que ella eligió hoy'

describe.skipIf(needs(missingPostgres, missingDovecot))('links, and a process that dies by kill -9', () => {
  let scene: Scene
  let node: Node
  let people: Person[]
  beforeAll(async () => {
    scene = await openScene(postgresAt(inject('postgres')), 'delivery: enlace')
    node = await scene.start()
    people = await scene.people(5)
    await goThrough(node, people)
    await untilFinal(scene)
    for (const person of people) expect((await choose(lastOf(person).link, before))?.status).toBe(204)
    await letTimePass(scene)
  })
  afterAll(() => scene?.close())

  const mailsOf = ({ alternate }: Person) => scene.smtp.mails.filter(({ to }) => to.includes(alternate))
  const lastOf = (person: Person) => credentialsIn(mailsOf(person).at(-1)?.text ?? '')
  const choose = (token: string, password: string) =>
    node.visitor().ask('POST', '/api/links/password', { token, password })
  const code = async (token: string) => (await node.visitor().ask('POST', '/api/links', { token }))?.body.code

  test('REL-02 SEC-145 between the 250 of the mail server and our commit: two links each, the last one opens, no password changed', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    scene.smtp.answer(({ to }) => (to.endsWith('colima.example') ? {} : { until: answered }))
    const confirming = goThrough(node, people)
    await until(() => people.every(person => mailsOf(person).length === 2))
    await node.end('SIGKILL')
    answer()
    scene.smtp.answer()
    await confirming
    const first = people.map(lastOf)
    node = await scene.start()
    await untilFinal(scene)
    for (const [at, person] of people.entries()) {
      expect(mailsOf(person)).toHaveLength(3)
      const { account, link, folio } = lastOf(person)
      expect(folio).toBe(first[at]?.folio)
      expect(await code(first[at]?.link ?? '')).toBe('superseded')
      expect(await scene.mailboxes.signsIn(account, before)).toBe(true)
      expect((await choose(link, after))?.status).toBe(204)
      expect(await scene.mailboxes.signsIn(account, after)).toBe(true)
      expect(await scene.mailboxes.signsIn(account, before)).toBe(false)
    }
    expect(await secretsFound(scene)).toBe(0)
    await letTimePass(scene)
  }, 120_000)

  test('REL-04 while the directory takes her own password: what is in the books afterwards is what signs in', async () => {
    const [her] = people as [Person]
    await confirm(await identify(node, her))
    await untilFinal(scene)
    const { account, link } = lastOf(her)
    const hold = await scene.hold('mailbox')
    const choosing = choose(link, 'otra más que quizá no llegue')
    await hold.untilWaiting(1)
    await node.end('SIGKILL')
    await hold.release()
    expect(await choosing).toBeUndefined()
    node = await scene.start()
    await untilFinal(scene)
    const [last] = await scene.look<{ kind: string; state: string }>(
      'select kind, state from movement order by seq desc limit 1',
    )
    expect(last?.kind).toBe('password-change')
    const arrived = await scene.mailboxes.signsIn(account, 'otra más que quizá no llegue')
    expect(await scene.mailboxes.signsIn(account, after)).toBe(!arrived)
    expect(last?.state).toBe(arrived ? 'done' : 'failed')
    expect(await code(link)).toBe(arrived ? 'used' : undefined)
  }, 120_000)
})
