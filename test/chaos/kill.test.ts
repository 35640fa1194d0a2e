import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { missing as missingDovecot } from '../servers/dovecot.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres, postgresAt } from '../servers/postgres.ts'
import { killedAtPoints } from './ch-02.ts'
import { nothingWrong } from './judge.ts'
import { openScene, type Scene } from './scene.ts'

describe.skipIf(needs(missingPostgres, missingDovecot))('a process dies by kill -9', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(postgresAt(inject('postgres')))
  })
  afterAll(() => scene?.close())

  test('REL-01 SEC-145 INV-05 between directory and mail, twenty times: the last mailed password signs in and no older one', async () => {
    const said = await killedAtPoints(scene, ['before-mail'], 5, 4)
    expect(said).toMatchObject({ ...nothingWrong, kills: 4, resumed: 20 })
  }, 120_000)

  test('REL-02 SEC-145 INV-06 between the 250 of the mail server and our commit, twenty times: two mails, the last one holds', async () => {
    const before = scene.smtp.mails.length
    const said = await killedAtPoints(scene, ['after-the-dot', 'before-outcome'], 5)
    expect(said).toMatchObject({ ...nothingWrong, kills: 4, resumed: 40 })
    const credentials = scene.smtp.mails
      .slice(before)
      .filter(({ text }) => text.includes('Contraseña temporal: '))
    expect(credentials).toHaveLength(40)
  }, 120_000)

  test('REL-03 REL-04 REL-62 before and during the call of the directory: one account each and nothing lost', async () => {
    const said = await killedAtPoints(scene, ['before-directory', 'in-directory'], 5, 1)
    expect(said).toMatchObject({ ...nothingWrong, kills: 2, resumed: 50 })
    const [left] = await scene.look(`select (select count(*)::int from account) as accounts,
      (select count(*)::int from mailbox) as entries, (select count(*)::int from movement where state <> 'done') as open`)
    expect(left).toEqual({ accounts: 25, entries: 25, open: 0 })
  }, 120_000)
})
