import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing as missingSlapd } from '../servers/slapd.ts'
import { openScene, type Scene } from './scene.ts'

describe.skipIf(needs(missingPostgres, missingSlapd))('mci doctor where all is well', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene()
  })
  afterAll(() => scene?.close())

  test('finds nothing to mend and leaves nothing behind in the directory', async () => {
    const before = await scene.entries()
    const { code, err, findings } = await scene.doctor()
    expect(err).toBe('')
    expect(findings.filter(({ ok }) => ok !== 'yes')).toEqual([])
    expect(code).toBe(0)
    expect(await scene.entries()).toEqual(before)
  })

  test('tells people what it found, subject after subject, and no secret', async () => {
    const told = await scene.doctor({}, ['--test-recipient', 'prueba@fuera.example'])
    expect(told.err).toBe('')
    expect(told.out).toContain(
      'aceptó un correo de prueba de correo@colima.example para prueba@fuera.example',
    )
    for (const secret of scene.secrets) expect(told.out).not.toContain(secret)
  })
})
