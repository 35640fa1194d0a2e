import { afterAll, beforeAll, describe } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing as missingReaders } from '../servers/pdf-tools.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing as missingSlapd, startSlapd } from '../servers/slapd.ts'
import { hasChromium, launch } from './browser.ts'
import { dayAtColima } from './desk-day-colima.ts'
import { dayAtPolitecnica, dayAtSinaloa } from './desk-day-others.ts'
import type { Town } from './desk-house.ts'

const absent = needs(missingReaders, missingPostgres, missingSlapd)

describe.skipIf(!hasChromium || absent)('used for real, on PostgreSQL with slapd and SMTP', () => {
  let town: Town
  beforeAll(async () => {
    const [browser, directory] = await Promise.all([launch(), startSlapd()])
    town = { browser, directory }
  })
  afterAll(async () => {
    await town?.browser.close()
    await town?.directory.stop()
  })

  dayAtColima(() => town)
  dayAtSinaloa(() => town)
  dayAtPolitecnica(() => town)
})
