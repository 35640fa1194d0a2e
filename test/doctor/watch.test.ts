import { expect } from 'vitest'
import { openWatch } from '../../api/doctor/watch.ts'
import { house } from '../house.ts'

const { inHouse } = house({ institution: 'providers: { sobrante: { type: sql } }' })

inHouse('a directory that no kind of account is in is watched by nobody', async h => {
  expect(Object.keys(h.ctx.institution.providers)).toContain('sobrante')
  const watch = await openWatch(h.ctx)
  watch.stop()
  const used = h.ctx.institution.accounts.flatMap(({ provider }) => provider)
  expect([...h.ctx.services.keys()].toSorted()).toEqual([...new Set(['SMTP_URL', ...used])].toSorted())
})
