import { describe, expect, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { inTenant, open, refusal, somebody } from './graph-settings.ts'
import { fence } from './ldap-settings.ts'

describe.skipIf(needs(missing))('accounts in Microsoft 365', () => {
  const at = inTenant()

  test('GRA-01 an account is made with the documented properties and the marks, and no other one', async () => {
    const ana = somebody()
    const hostile = {
      ...ana,
      onPremisesImmutableId: 'x',
      passwordPolicies: 'DisableStrongPassword',
      otherMails: ['x@x.mx'],
    }
    await at.ours.provider.create(hostile)
    const [post] = at.writes()
    expect(post?.body).toEqual({
      accountEnabled: true,
      displayName: ana.displayName,
      mailNickname: ana.address.split('@')[0],
      passwordProfile: { password: ana.password, forceChangePasswordNextSignIn: true },
      userPrincipalName: ana.address,
      usageLocation: 'MX',
      onPremisesExtensionAttributes: {
        extensionAttribute14: `cuenta:${ana.marker}`,
        extensionAttribute15: expect.stringMatching(/^estado:fence=\d+;set=\d+;at=\d+;ended=0$/),
      },
    })
    expect(at.writes().map(({ path }) => path.at(-1))).toEqual(['users', 'assignLicense'])
    const assigned = {
      addLicenses: [{ disabledPlans: [], skuId: at.graph.skus[0]?.skuId }],
      removeLicenses: [],
    }
    expect(at.writes()[1]?.body).toEqual(assigned)
  })

  test('what the institution keeps of her is written where it says, and nowhere else', async () => {
    at.ours = open(at.graph, {
      mustChange: false,
      attributes: {
        given: 'givenName',
        surnames: 'surname',
        curp: 'extensionAttribute1',
        curt: 'employeeId',
      },
    })
    const ana = await at.made({ keys: { curp: 'IAQX850214MCMBZM08' } })
    expect(at.userOf(ana.id)).toMatchObject({
      givenName: ana.given,
      surname: ana.surnames,
      onPremisesExtensionAttributes: { extensionAttribute1: 'IAQX850214MCMBZM08' },
      passwordProfile: { forceChangePasswordNextSignIn: false },
    })
    expect(at.userOf(ana.id)).not.toHaveProperty('employeeId')
    await at.ours.provider.describe(
      ana.id,
      { displayName: 'Berta Canul', given: 'Berta', surnames: 'Canul', keys: { curt: 'C1' } },
      fence(),
    )
    expect(at.userOf(ana.id)).toMatchObject({
      displayName: 'Berta Canul',
      employeeId: 'C1',
      onPremisesExtensionAttributes: {
        extensionAttribute1: null,
        extensionAttribute14: `cuenta:${ana.marker}`,
      },
    })
  })

  test('GRA-02 her address is taken: by ours of a moment ago it is the same account, by somebody else it is not touched', async () => {
    const ana = somebody()
    at.graph.faults(({ method, path }) => (method === 'POST' && path.length === 1 ? 'lost' : undefined))
    await expect(at.ours.provider.create(ana)).rejects.toEqual(refusal('unavailable'))
    at.graph.faults()
    // The index by which its mark is found knows it last.
    const fresh = [...at.graph.users.values()].at(-1)
    if (fresh)
      fresh.onPremisesExtensionAttributes = {
        ...fresh.onPremisesExtensionAttributes,
        extensionAttribute14: 'x',
      }
    at.graph.faults(({ method }) => {
      if (method === 'POST' && fresh)
        fresh.onPremisesExtensionAttributes = {
          ...fresh.onPremisesExtensionAttributes,
          extensionAttribute14: `cuenta:${ana.marker}`,
        }
      return undefined
    })
    const again = await at.ours.provider.create({ ...ana, password: 'Nueva-Contrasena-2', fence: fence() })
    expect(again.externalId).toBe(fresh?.id)
    expect(at.calls()).toContain('POST users 400')
    expect(await at.graph.signsIn(ana.address, 'Nueva-Contrasena-2')).toBe(true)
    const before = at.graph.plant({ userPrincipalName: 'antes@colima.example' })
    const known = structuredClone(before)
    await expect(at.ours.provider.create(somebody({ address: 'antes@colima.example' }))).rejects.toEqual(
      refusal('address-taken'),
    )
    expect(before).toEqual(known)
  })

  test('GRA-03 another conflict names its property', async () => {
    at.graph.plant({
      userPrincipalName: 'otra@colima.example',
      proxyAddresses: ['smtp:alias@colima.example'],
    })
    const taken = at.ours.provider.create(somebody({ address: 'alias@colima.example' }))
    await expect(taken).rejects.toEqual(refusal('conflict', { detail: 'proxyAddresses' }))
  })

  test('GRA-04 a reset changes the password, then ends every session; 200 and 204 are both good', async () => {
    const ana = await at.made()
    await at.reset(ana.id, 'Primera-Nueva-1')
    await at.reset(ana.id, 'Segunda-Nueva-2')
    expect(at.calls().filter(call => !call.startsWith('GET'))).toEqual([
      'PATCH users 204',
      'POST revokeSignInSessions 200',
      'PATCH users 204',
      'POST revokeSignInSessions 204',
    ])
    const [patch] = at.writes()
    expect(patch?.body).toEqual({
      passwordProfile: { password: 'Primera-Nueva-1', forceChangePasswordNextSignIn: false },
      onPremisesExtensionAttributes: { extensionAttribute15: expect.stringMatching(/^estado:/) },
    })
    expect(await at.graph.signsIn(ana.address, 'Segunda-Nueva-2')).toBe(true)
  })

  test('GRA-05 an administrator is not ours to reset: one try, and what was denied', async () => {
    const { id } = at.graph.plant({ userPrincipalName: 'jefa@colima.example', privileged: true })
    const denied = refusal('not-permitted', { detail: 'PATCH user: Authorization_RequestDenied' })
    await expect(at.reset(id)).rejects.toEqual(denied)
    expect(at.writes()).toHaveLength(1)
  })

  test('an account that was renamed there is found by its mark, and no second one is made', async () => {
    const ana = await at.made()
    const user = at.userOf(ana.id)
    if (user) user.userPrincipalName = 'renombrada@colima.example'
    at.ours = open(at.graph)
    const again = await at.ours.provider.create({ ...ana, fence: fence() })
    expect(again).toMatchObject({ externalId: ana.id, seenAs: 'renombrada@colima.example' })
  })

  test('GRA-11 blocking disables and ends every session, as often as it is said', async () => {
    const ana = await at.made()
    for (let times = 0; times < 2; times++) await at.ours.provider.setBlocked(ana.id, true, fence())
    expect(at.writes().map(({ method, path }) => `${method} ${path.at(-1)}`)).toEqual([
      `PATCH ${ana.id}`,
      'POST revokeSignInSessions',
      `PATCH ${ana.id}`,
      'POST revokeSignInSessions',
    ])
    expect(at.writes()[0]?.body).toMatchObject({ accountEnabled: false })
    expect(await at.graph.signsIn(ana.address, ana.password)).toBe(false)
  })

  test('GRA-13 a closed account comes back within thirty days, without its password; later the reason is clear', async () => {
    const [ana, berta] = [await at.made(), await at.made()]
    await at.ours.provider.close(ana.id, fence())
    await at.ours.provider.close(berta.id, fence())
    expect(at.userOf(ana.id)?.deletedAt).toBeDefined()
    at.graph.passes(29 * 86_400)
    await at.ours.provider.reopen(ana.id, fence())
    expect(await at.ours.provider.look(ana.id)).toMatchObject({ seenAs: ana.address, active: true })
    expect(await at.graph.signsIn(ana.address, ana.password)).toBe(false)
    await at.reset(ana.id, 'Otra-Vez-Aqui-1')
    expect(await at.graph.signsIn(ana.address, 'Otra-Vez-Aqui-1')).toBe(true)
    at.graph.passes(2 * 86_400)
    const late = open(at.graph).provider.reopen(berta.id, fence())
    await expect(late).rejects.toEqual(refusal('gone', { detail: 'deletedItems: 30 days' }))
  })

  test('an opening that comes after a newer closing leaves nobody inside', async () => {
    const ana = await at.made()
    const late = fence()
    await at.ours.provider.close(ana.id, fence())
    await expect(at.ours.provider.reopen(ana.id, late)).rejects.toEqual(refusal('stale'))
    expect(at.userOf(ana.id)).toMatchObject({ accountEnabled: false, deletedAt: expect.any(Number) })
  })

  test('who comes from Active Directory is changed there: not a write is sent', async () => {
    const { id } = at.graph.plant({
      userPrincipalName: 'hibrida@colima.example',
      onPremisesSyncEnabled: true,
    })
    const there = refusal('held-elsewhere', { detail: expect.stringContaining('Active Directory') })
    await expect(at.reset(id)).rejects.toEqual(there)
    await expect(at.ours.provider.setBlocked(id, true, fence())).rejects.toEqual(there)
    expect(at.writes()).toEqual([])
  })

  test('a password that Entra refuses is called that; our own temporary ones conform', async () => {
    const ana = await at.made()
    for (const weak of ['corta1A', 'sinmayusculasninumeros', 'Con eñe y acentó 1'])
      await expect(at.reset(ana.id, weak)).rejects.toEqual(refusal('password-refused'))
    expect(await at.graph.signsIn(ana.address, ana.password)).toBe(true)
    const { temporaryPassword } = await import('../../api/accounts/password.ts')
    const { conforms } = await import('../servers/graph-users.ts')
    expect(Array.from({ length: 500 }, temporaryPassword).every(conforms)).toBe(true)
  })

  test('a password that she chose at Microsoft is never taken away', async () => {
    const ana = await at.made()
    at.graph.passes(60)
    const user = at.userOf(ana.id)
    Object.assign(user ?? {}, {
      password: 'La-Suya-De-Ella-1',
      lastPasswordChangeDateTime: new Date(at.graph.now()).toISOString(),
    })
    expect(await at.ours.provider.expirePassword(ana.id, ana.fence, fence())).toBe('not-ours')
    expect(await at.graph.signsIn(ana.address, 'La-Suya-De-Ella-1')).toBe(true)
  })
})
