import { describe, expect, test } from 'vitest'
import { sql } from '../edge/hostile.ts'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { faculty, inTenant, open, refusal } from './graph-settings.ts'
import { fence } from './ldap-settings.ts'

describe.skipIf(needs(missing))('who else is in Microsoft 365', () => {
  const at = inTenant()

  const hostile = [`x' or 1 eq 1`, `')/$value`, '%27', '#', '&$select=*', `' or '1' eq '1`, ...sql]
  test.each(hostile.map(text => [text]))(
    'SEC-81 SEC-83 %j is one literal and finds whose it is',
    async text => {
      at.ours = open(at.graph, { attributes: { curp: 'extensionAttribute1', mail: 'otherMails' } })
      const mail = `${text}@x.mx`
      const user = at.graph.plant({
        userPrincipalName: `${crypto.randomUUID()}@colima.example`,
        onPremisesExtensionAttributes: { extensionAttribute1: text },
        otherMails: [mail],
      })
      for (const keys of [{ curp: text }, { mail }]) {
        const found = await at.ours.provider.find(keys)
        expect(found.map(({ externalId }) => externalId)).toEqual([user.id])
      }
      const asked = at.graph.calls.map(({ query }) => [...query.keys()].sort())
      expect(asked).toEqual([
        ['$count', '$filter', '$select', '$top'],
        ['$count', '$filter', '$select', '$top'],
      ])
      expect(at.graph.calls[0]?.query.get('$filter')).toBe(
        `onPremisesExtensionAttributes/extensionAttribute1 eq '${text.replaceAll("'", "''")}'`,
      )
      at.graph.users.delete(user.id)
      expect(await at.ours.provider.look(text)).toBeUndefined()
    },
  )

  test('everybody but guests is listed, a page after the other, with the keys that the institution keeps there', async () => {
    at.ours = open(at.graph, {
      attributes: { curp: 'extensionAttribute1', mail: 'otherMails', centre: 'department' },
    })
    const planted = Array.from({ length: 1100 }, (_, n) =>
      at.graph.plant({
        userPrincipalName: `Lista${n}@colima.example`,
        displayName: `Lista ${n}`,
        department: '06DJN0001A',
        onPremisesExtensionAttributes: { extensionAttribute1: `clave${n}` },
        otherMails: ['Ana@X.mx'],
      }),
    )
    at.graph.plant({ userPrincipalName: 'invitado#EXT#@colima.example', userType: 'Guest' })
    const pages = await Array.fromAsync(at.ours.provider.list())
    expect(pages.length).toBeGreaterThan(2)
    const byId = new Map(pages.flat().map(one => [one.externalId, one]))
    expect(byId.get(planted[7]?.id ?? '')).toMatchObject({
      address: 'lista7@colima.example',
      name: 'Lista 7',
      centre: '06DJN0001A',
      keys: { curp: ['CLAVE7'], mail: ['ana@x.mx'] },
      marker: undefined,
    })
    expect(planted.every(({ id }) => byId.has(id))).toBe(true)
    expect([...byId.values()].some(({ at }) => at.startsWith('invitado'))).toBe(false)
    expect(at.graph.calls.every(({ bulk }) => bulk)).toBe(true)
  })

  describe('beside Active Directory', () => {
    const followed = (address: string, state: 'active' | 'blocked' | 'closed' = 'active') => ({
      ...{ marker: crypto.randomUUID(), kind: 'personal', address, displayName: 'Ana', state },
      ...{ externalId: undefined, fence: fence(), folio: 'M-2026-AAAAAA' },
    })

    test('a person who is not synchronised yet is waited for; then she has her country and her licence', async () => {
      const address = 'pronto@colima.example'
      await expect(at.ours.follower.follow(followed(address))).rejects.toEqual(
        refusal('unavailable', { retryAfter: 60 }),
      )
      const user = at.graph.plant({ userPrincipalName: address, onPremisesSyncEnabled: true })
      const link = { externalId: user.id, seenAs: address }
      expect(await at.ours.follower.follow(followed(address))).toEqual({ outcome: 'licensed', link })
      expect(user).toMatchObject({
        usageLocation: 'MX',
        assignedLicenses: [{ skuId: at.graph.skus[0]?.skuId }],
      })
      const asked = at.writes().length
      await at.ours.follower.follow(followed(address))
      expect(at.writes()).toHaveLength(asked)
    })

    test('blocked, her sessions end; closed, her licence is free; never a password', async () => {
      const skuId = at.graph.skus.find(one => one.skuPartNumber === faculty)?.skuId ?? ''
      const user = at.graph.plant({
        userPrincipalName: 'va@colima.example',
        onPremisesSyncEnabled: true,
        assignedLicenses: [{ skuId }],
      })
      await at.ours.follower.follow(followed('va@colima.example', 'blocked'))
      expect(user.sessions).toBe(1)
      await at.ours.follower.follow(followed('va@colima.example', 'closed'))
      expect(user.assignedLicenses).toEqual([])
      expect((await at.ours.follower.follow(followed('nunca@colima.example', 'closed'))).outcome).toBe(
        'not-there',
      )
      expect(at.writes().some(({ body }) => body?.passwordProfile)).toBe(false)
    })

    test('somebody of that name who does not come from Active Directory is not licensed', async () => {
      at.graph.plant({ userPrincipalName: 'ajena@colima.example' })
      await expect(at.ours.follower.follow(followed('ajena@colima.example'))).rejects.toEqual(
        refusal('conflict'),
      )
      expect(at.writes()).toEqual([])
    })
  })
})
