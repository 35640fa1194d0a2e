import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres, postgresAt } from '../servers/postgres.ts'
import { missing as missingSlapd } from '../servers/slapd.ts'
import { directoryFaults } from './ch-04.ts'
import { twoNodes } from './ch-11.ts'
import { directories, type Troubled } from './directories.ts'
import { nothingWrong } from './judge.ts'
import { randomFrom } from './random.ts'
import { openScene, type Scene } from './scene.ts'

describe.skipIf(needs(missingPostgres, missingSlapd))('accounts in a directory that is in trouble', () => {
  let kept: Troubled
  let scene: Scene
  beforeAll(async () => {
    kept = await (directories.slapd as (patience: number) => Promise<Troubled>)(1)
    scene = await openScene(postgresAt(inject('postgres')), '', kept)
  })
  afterAll(() => scene?.close())

  test('REL-05 CH-11 INV-13 a node stands still with its changes on the way: the other did its work, and the entries refuse the late ones', async () => {
    const said = await twoNodes(scene, 8, kept, { rounds: 2, stoppedMs: 0 })
    expect(said).toMatchObject({ ...nothingWrong, stops: 2, refused: 8, outOfOrder: 0, changedAfter: 0 })
  }, 120_000)

  test('CH-04 REL-18 REL-19 REL-20 REL-21 away twice, silent, losing answers and slow: nothing is lost or done twice, and who proves who she is notices nothing', async () => {
    const troubles = { outages: 2, downMs: 3000, halfOpen: 4, lost: 8, delayMs: 2000 }
    const said = await directoryFaults(scene, 40, randomFrom(4), kept, troubles)
    expect(said).toMatchObject({ ...nothingWrong, hung: 0, piledUp: 0, halfOpen: 4, lostAnswers: 8 })
    // A single operation of hers on the directory would make it a hundred times what it is.
    expect(said.identifyRatio).toBeLessThan(8)
  }, 180_000)
})
