import { describe, expect, test } from 'vitest'
import { randomFrom } from '../chaos/random.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing } from '../servers/slapd.ts'
import { dirtyDirectory } from './dirty-directory.ts'
import { goLive } from './go-live.ts'
import { openLdapWorld } from './ldap-world.ts'

describe.skipIf(needs(missing, missingPostgres))('the day of go-live', () => {
  test('1,500 entries of many years against a padrón of 1,440: whose is clear is linked, nobody is linked wrongly, nobody gets a second account', async () => {
    const made = dirtyDirectory({
      entries: 1500,
      people: 1440,
      random: randomFrom(4),
      domain: 'colima.example',
    })
    const world = await openLdapWorld({ ldif: made.ldif })
    try {
      const sample = made.workers.filter((_, n) => n % 12 === 0)
      const told = await goLive(world.h, made, sample)
      expect(told).toMatchObject({
        entries: 1500,
        people: 1440,
        visits: 120,
        wrongLinks: 0,
        secondAccounts: 0,
        mispredicted: [],
        againChanged: 0,
      })
      expect(told.linked / told.truePairs).toBeGreaterThanOrEqual(0.95)
      expect(Object.keys(told.outcomes)).toEqual(
        expect.arrayContaining(['create', 'reset', 'account-blocked']),
      )
    } finally {
      await world.close()
    }
  }, 120_000)
})
