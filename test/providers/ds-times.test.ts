import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { missing, startDs } from '../servers/ds.ts'
import { needs } from '../servers/needs.ts'
import { fence, open, somebody } from './ldap-settings.ts'

const hour = 3_600_000

/** One of fourteen was lost before, where many were set at once. */
test.skipIf(needs(missing))(
  'a temporary password ends although the directory noted its time only after it had answered',
  async () => {
    const directory = await startDs()
    const { provider, stop } = open(directory, { password: 'server', id: 'nsUniqueId' })
    const outcomes: string[] = []
    const givesOthers = async () => {
      for (let n = 0; n < 16; n++) {
        const { externalId } = await provider.create(somebody({ until: new Date(Date.now() + hour) }))
        await setTimeout(Math.random() * 1000)
        const set = { password: `otra temporal, la ${n}`, until: new Date(Date.now() - 1000), fence: fence() }
        await provider.setPassword(externalId, set)
        await provider.accepts(externalId, set.password)
        outcomes.push(await provider.expirePassword(externalId, set.fence, fence()))
      }
    }
    await Promise.all(Array.from({ length: 8 }, givesOthers))
    stop()
    await directory.stop()
    expect(outcomes).toEqual(Array(128).fill('expired'))
  },
)
