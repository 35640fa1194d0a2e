import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../edge/hostile.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { faculty, fence, open, somebody } from './graph-settings.ts'

const refusal = (code: string, more: object = {}) =>
  expect.objectContaining({ name: 'ProviderRefusal', code, ...more })

describe.skipIf(needs(missing))('accounts in Microsoft 365', () => {
  let graph: Graph
  let ours: ReturnType<typeof open>
  beforeAll(async () => {
    graph = await startGraph()
  })
  beforeEach(() => {
    graph.faults()
    graph.replicates()
    graph.calls.length = 0
    ours = open(graph)
  })
  afterAll(async () => {
    await graph?.stop()
    expect(graph?.strange).toEqual([])
  })

  const calls = () =>
    graph.calls.map(({ method, path, status }) => `${method} ${path.slice(2).join('/') || path[0]} ${status}`)
  const writes = () => graph.calls.filter(({ method }) => method !== 'GET')
  const userOf = (id: string) => graph.users.get(id)
  const reset = (id: string, password = 'Otra-Contrasena-1') =>
    ours.provider.setPassword(id, { password, until: null, fence: fence() })
  async function made(other: Parameters<typeof somebody>[0] = {}) {
    const ask = somebody(other)
    const { externalId } = await ours.provider.create(ask)
    graph.calls.length = 0
    return { ...ask, id: externalId }
  }

  test('GRA-01 an account is made with the documented properties and the marks, and no other one', async () => {
    const ana = somebody()
    const hostile = {
      ...ana,
      onPremisesImmutableId: 'x',
      passwordPolicies: 'DisableStrongPassword',
      otherMails: ['x@x.mx'],
    }
    await ours.provider.create(hostile)
    const [post] = writes()
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
    expect(writes().map(({ path }) => path.at(-1))).toEqual(['users', 'assignLicense'])
    const assigned = { addLicenses: [{ disabledPlans: [], skuId: graph.skus[0]?.skuId }], removeLicenses: [] }
    expect(writes()[1]?.body).toEqual(assigned)
  })

  test('what the institution keeps of her is written where it says, and nowhere else', async () => {
    ours = open(graph, {
      mustChange: false,
      attributes: {
        given: 'givenName',
        surnames: 'surname',
        curp: 'extensionAttribute1',
        curt: 'employeeId',
      },
    })
    const ana = await made({ keys: { curp: 'IAQX850214MCMBZM08' } })
    expect(userOf(ana.id)).toMatchObject({
      givenName: ana.given,
      surname: ana.surnames,
      onPremisesExtensionAttributes: { extensionAttribute1: 'IAQX850214MCMBZM08' },
      passwordProfile: { forceChangePasswordNextSignIn: false },
    })
    expect(userOf(ana.id)).not.toHaveProperty('employeeId')
    await ours.provider.describe(
      ana.id,
      { displayName: 'Berta Canul', given: 'Berta', surnames: 'Canul', keys: { curt: 'C1' } },
      fence(),
    )
    expect(userOf(ana.id)).toMatchObject({
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
    graph.faults(({ method, path }) => (method === 'POST' && path.length === 1 ? 'lost' : undefined))
    await expect(ours.provider.create(ana)).rejects.toEqual(refusal('unavailable'))
    graph.faults()
    // The index by which its mark is found knows it last.
    const fresh = [...graph.users.values()].at(-1)
    if (fresh)
      fresh.onPremisesExtensionAttributes = {
        ...fresh.onPremisesExtensionAttributes,
        extensionAttribute14: 'x',
      }
    graph.faults(({ method }) => {
      if (method === 'POST' && fresh)
        fresh.onPremisesExtensionAttributes = {
          ...fresh.onPremisesExtensionAttributes,
          extensionAttribute14: `cuenta:${ana.marker}`,
        }
      return undefined
    })
    const again = await ours.provider.create({ ...ana, password: 'Nueva-Contrasena-2', fence: fence() })
    expect(again.externalId).toBe(fresh?.id)
    expect(calls()).toContain('POST users 400')
    expect(await graph.signsIn(ana.address, 'Nueva-Contrasena-2')).toBe(true)
    const before = graph.plant({ userPrincipalName: 'antes@colima.example' })
    const known = structuredClone(before)
    await expect(ours.provider.create(somebody({ address: 'antes@colima.example' }))).rejects.toEqual(
      refusal('address-taken'),
    )
    expect(before).toEqual(known)
  })

  test('GRA-03 another conflict names its property', async () => {
    graph.plant({ userPrincipalName: 'otra@colima.example', proxyAddresses: ['smtp:alias@colima.example'] })
    const taken = ours.provider.create(somebody({ address: 'alias@colima.example' }))
    await expect(taken).rejects.toEqual(refusal('conflict', { detail: 'proxyAddresses' }))
  })

  test('GRA-04 a reset changes the password, then ends every session; 200 and 204 are both good', async () => {
    const ana = await made()
    await reset(ana.id, 'Primera-Nueva-1')
    await reset(ana.id, 'Segunda-Nueva-2')
    expect(calls().filter(call => !call.startsWith('GET'))).toEqual([
      'PATCH users 204',
      'POST revokeSignInSessions 200',
      'PATCH users 204',
      'POST revokeSignInSessions 204',
    ])
    const [patch] = writes()
    expect(patch?.body).toEqual({
      passwordProfile: { password: 'Primera-Nueva-1', forceChangePasswordNextSignIn: false },
      onPremisesExtensionAttributes: { extensionAttribute15: expect.stringMatching(/^estado:/) },
    })
    expect(await graph.signsIn(ana.address, 'Segunda-Nueva-2')).toBe(true)
  })

  test('GRA-05 an administrator is not ours to reset: one try, and what was denied', async () => {
    const { id } = graph.plant({ userPrincipalName: 'jefa@colima.example', privileged: true })
    const denied = refusal('not-permitted', { detail: 'PATCH user: Authorization_RequestDenied' })
    await expect(reset(id)).rejects.toEqual(denied)
    expect(writes()).toHaveLength(1)
  })

  test('GRA-06 REL-37 told to wait, nobody asks before: an act half done waits, others are told when', async () => {
    const [ana, berta] = [await made(), await made()]
    let told = 0
    graph.faults(({ method }) =>
      method === 'PATCH' && told++ === 0 ? { status: 429, retryAfter: 2 } : undefined,
    )
    const going = reset(ana.id, 'Con-Paciencia-1')
    await expect.poll(() => told).toBe(1)
    await expect
      .poll(() => reset(berta.id).catch(error => error))
      .toEqual(refusal('unavailable', { retryAfter: expect.closeTo(1.5, 0) }))
    await going
    expect(await graph.signsIn(ana.address, 'Con-Paciencia-1')).toBe(true)
    graph.faults(() => ({ status: 429, retryAfter: 40 }))
    await expect(reset(berta.id)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(40, 0) }),
    )
    const asked = graph.calls.length
    graph.faults()
    await expect(ours.provider.look(ana.id)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(40, 0) }),
    )
    expect(graph.calls).toHaveLength(asked)
    expect(graph.early()).toBe(0)
  })

  test.each([{ status: 429 }, { status: 500 }, { status: 503 }, { status: 504 }, 'cut', 'lost'] as const)(
    'REL-38 an answer %j is «later», and later it goes',
    async fault => {
      const ana = await made()
      graph.faults(({ method }) => (method === 'PATCH' ? fault : undefined))
      await expect(reset(ana.id, 'La-Primera-Vez-1')).rejects.toEqual(
        refusal('unavailable', { retryAfter: undefined }),
      )
      graph.faults()
      await reset(ana.id, 'La-Segunda-Vez-2')
      expect(await graph.signsIn(ana.address, 'La-Segunda-Vez-2')).toBe(true)
      expect(ours.told).toHaveLength(1)
    },
  )

  test('REL-39 twenty accounts were made and the answers lost: there are twenty, and what was set last signs in', async () => {
    graph.faults(({ method, path }) => (method === 'POST' && path.length === 1 ? 'lost' : undefined))
    const people = Array.from({ length: 20 }, () => somebody())
    const before = graph.users.size
    for (const one of people) {
      await expect(ours.provider.create(one)).rejects.toEqual(refusal('unavailable'))
      ours = open(graph)
    }
    graph.faults()
    for (const [n, one] of people.entries()) {
      const password = `Repetida-Despues-${n}`
      await ours.provider.create({ ...one, password, fence: fence() })
      expect(await graph.signsIn(one.address, password)).toBe(true)
    }
    expect(graph.users.size - before).toBe(20)
  })

  test('an account that was renamed there is found by its mark, and no second one is made', async () => {
    const ana = await made()
    const user = userOf(ana.id)
    if (user) user.userPrincipalName = 'renombrada@colima.example'
    ours = open(graph)
    const again = await ours.provider.create({ ...ana, fence: fence() })
    expect(again).toMatchObject({ externalId: ana.id, seenAs: 'renombrada@colima.example' })
  })

  test('GRA-09 REL-40 what was just made may be unknown for a while: asked again later; of others it is final', async () => {
    graph.replicates(() => 120_000)
    const ana = somebody()
    await expect(ours.provider.create(ana)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(1, 0) }),
    )
    await expect(ours.provider.create({ ...ana, fence: fence() })).rejects.toEqual(refusal('unavailable'))
    // After a restart nobody remembers: its name is taken, and nobody seems to bear it.
    ours = open(graph)
    await expect(ours.provider.create({ ...ana, fence: fence() })).rejects.toEqual(
      refusal('unavailable', { detail: 'userPrincipalName' }),
    )
    graph.passes(121)
    const there = await ours.provider.create({ ...ana, password: 'Ya-Se-Conoce-3', fence: fence() })
    expect([...graph.users.values()].filter(one => one.userPrincipalName === ana.address)).toHaveLength(1)
    expect(await graph.signsIn(ana.address, 'Ya-Se-Conoce-3')).toBe(true)
    expect(userOf(there.externalId)?.assignedLicenses).toHaveLength(1)
    await expect(reset(crypto.randomUUID())).rejects.toEqual(refusal('gone'))
  })

  test('GRA-11 blocking disables and ends every session, as often as it is said', async () => {
    const ana = await made()
    for (let times = 0; times < 2; times++) await ours.provider.setBlocked(ana.id, true, fence())
    expect(writes().map(({ method, path }) => `${method} ${path.at(-1)}`)).toEqual([
      `PATCH ${ana.id}`,
      'POST revokeSignInSessions',
      `PATCH ${ana.id}`,
      'POST revokeSignInSessions',
    ])
    expect(writes()[0]?.body).toMatchObject({ accountEnabled: false })
    expect(await graph.signsIn(ana.address, ana.password)).toBe(false)
  })

  test('GRA-13 a closed account comes back within thirty days, without its password; later the reason is clear', async () => {
    const [ana, berta] = [await made(), await made()]
    await ours.provider.close(ana.id, fence())
    await ours.provider.close(berta.id, fence())
    expect(userOf(ana.id)?.deletedAt).toBeDefined()
    graph.passes(29 * 86_400)
    await ours.provider.reopen(ana.id, fence())
    expect(await ours.provider.look(ana.id)).toMatchObject({ seenAs: ana.address, active: true })
    expect(await graph.signsIn(ana.address, ana.password)).toBe(false)
    await reset(ana.id, 'Otra-Vez-Aqui-1')
    expect(await graph.signsIn(ana.address, 'Otra-Vez-Aqui-1')).toBe(true)
    graph.passes(2 * 86_400)
    const late = open(graph).provider.reopen(berta.id, fence())
    await expect(late).rejects.toEqual(refusal('gone', { detail: 'deletedItems: 30 days' }))
  })

  test('the answer to a closing was lost: said again, it is closed', async () => {
    const ana = await made()
    graph.faults(({ method }) => (method === 'DELETE' ? 'lost' : undefined))
    await expect(ours.provider.close(ana.id, fence())).rejects.toEqual(refusal('unavailable'))
    graph.faults()
    await ours.provider.close(ana.id, fence())
    expect(userOf(ana.id)?.deletedAt).toBeDefined()
  })

  test('an opening that comes after a newer closing leaves nobody inside', async () => {
    const ana = await made()
    const late = fence()
    await ours.provider.close(ana.id, fence())
    await expect(ours.provider.reopen(ana.id, late)).rejects.toEqual(refusal('stale'))
    expect(userOf(ana.id)).toMatchObject({ accountEnabled: false, deletedAt: expect.any(Number) })
  })

  test('who comes from Active Directory is changed there: not a write is sent', async () => {
    const { id } = graph.plant({ userPrincipalName: 'hibrida@colima.example', onPremisesSyncEnabled: true })
    const there = refusal('held-elsewhere', { detail: expect.stringContaining('Active Directory') })
    await expect(reset(id)).rejects.toEqual(there)
    await expect(ours.provider.setBlocked(id, true, fence())).rejects.toEqual(there)
    expect(writes()).toEqual([])
  })

  test('a password that Entra refuses is called that; our own temporary ones conform', async () => {
    const ana = await made()
    for (const weak of ['corta1A', 'sinmayusculasninumeros', 'Con eñe y acentó 1'])
      await expect(reset(ana.id, weak)).rejects.toEqual(refusal('password-refused'))
    expect(await graph.signsIn(ana.address, ana.password)).toBe(true)
    const { temporaryPassword } = await import('../../api/accounts/password.ts')
    const { conforms } = await import('../servers/graph-users.ts')
    expect(Array.from({ length: 500 }, temporaryPassword).every(conforms)).toBe(true)
  })

  test('a password that she chose at Microsoft is never taken away', async () => {
    const ana = await made()
    graph.passes(60)
    const user = userOf(ana.id)
    Object.assign(user ?? {}, {
      password: 'La-Suya-De-Ella-1',
      lastPasswordChangeDateTime: new Date(graph.now()).toISOString(),
    })
    expect(await ours.provider.expirePassword(ana.id, ana.fence, fence())).toBe('not-ours')
    expect(await graph.signsIn(ana.address, 'La-Suya-De-Ella-1')).toBe(true)
  })

  test('no licence is left: the account waits for one and is not made twice', async () => {
    const sku = graph.skus[0] as { enabled: number }
    sku.enabled = 0
    const ana = somebody()
    const waits = refusal('unavailable', { retryAfter: 300, detail: 'assignLicense: Request_BadRequest' })
    await expect(ours.provider.create(ana)).rejects.toEqual(waits)
    sku.enabled = 100_000
    const there = await open(graph).provider.create({ ...ana, password: 'Con-Licencia-1', fence: fence() })
    expect([...graph.users.values()].filter(one => one.userPrincipalName === ana.address)).toHaveLength(1)
    expect(userOf(there.externalId)?.assignedLicenses).toHaveLength(1)
    expect(await graph.signsIn(ana.address, 'Con-Licencia-1')).toBe(true)
  })

  test('GRA-21 an act hears what both sides call its last answer, also of a refusal', async () => {
    const ana = await made()
    const heard: string[] = []
    const listening = ours.provider.noting?.(reference => heard.push(reference))
    await listening?.setBlocked(ana.id, true, fence())
    expect(heard).toEqual(graph.calls.map(one => `${one.requestId} ${one.headers['client-request-id']}`))
    const { id } = graph.plant({ userPrincipalName: 'otrajefa@colima.example', privileged: true })
    await listening?.setBlocked(id, true, fence()).catch(() => {})
    expect(heard.at(-1)).toContain(graph.calls.at(-1)?.requestId)
  })

  test('what nobody waits for asks with low priority and leaves a third of the writes alone', async () => {
    const people = [await made(), await made()]
    ours = open(graph, { writes: 9 })
    const inBulk = ours.provider.noting?.(() => {}, true)
    for (const { id } of [...people, people[0] as { id: string }]) await inBulk?.setBlocked(id, true, fence())
    const id = people[0]?.id as string
    await expect(inBulk?.setBlocked(id, false, fence())).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(150, -1) }),
    )
    const asked = writes().length
    expect(new Set(graph.calls.map(({ bulk }) => bulk))).toEqual(new Set([true]))
    await ours.provider.setBlocked(id, false, fence())
    await ours.provider.setBlocked(id, true, fence())
    expect(
      writes()
        .slice(asked)
        .map(({ bulk }) => bulk),
    ).toEqual([false, false, false])
    await expect(ours.provider.setBlocked(id, false, fence())).rejects.toEqual(refusal('unavailable'))
    expect(writes()).toHaveLength(asked + 3)
  })

  const hostile = [`x' or 1 eq 1`, `')/$value`, '%27', '#', '&$select=*', `' or '1' eq '1`, ...sql]
  test.each(hostile.map(text => [text]))(
    'SEC-81 SEC-83 %j is one literal and finds whose it is',
    async text => {
      ours = open(graph, { attributes: { curp: 'extensionAttribute1', mail: 'otherMails' } })
      const mail = `${text}@x.mx`
      const user = graph.plant({
        userPrincipalName: `${crypto.randomUUID()}@colima.example`,
        onPremisesExtensionAttributes: { extensionAttribute1: text },
        otherMails: [mail],
      })
      for (const keys of [{ curp: text }, { mail }]) {
        const found = await ours.provider.find(keys)
        expect(found.map(({ externalId }) => externalId)).toEqual([user.id])
      }
      const asked = graph.calls.map(({ query }) => [...query.keys()].sort())
      expect(asked).toEqual([
        ['$count', '$filter', '$select', '$top'],
        ['$count', '$filter', '$select', '$top'],
      ])
      expect(graph.calls[0]?.query.get('$filter')).toBe(
        `onPremisesExtensionAttributes/extensionAttribute1 eq '${text.replaceAll("'", "''")}'`,
      )
      graph.users.delete(user.id)
      expect(await ours.provider.look(text)).toBeUndefined()
    },
  )

  test('everybody but guests is listed, a page after the other, with the keys that the institution keeps there', async () => {
    ours = open(graph, {
      attributes: { curp: 'extensionAttribute1', mail: 'otherMails', centre: 'department' },
    })
    const planted = Array.from({ length: 1100 }, (_, n) =>
      graph.plant({
        userPrincipalName: `Lista${n}@colima.example`,
        displayName: `Lista ${n}`,
        department: '06DJN0001A',
        onPremisesExtensionAttributes: { extensionAttribute1: `clave${n}` },
        otherMails: ['Ana@X.mx'],
      }),
    )
    graph.plant({ userPrincipalName: 'invitado#EXT#@colima.example', userType: 'Guest' })
    const pages = await Array.fromAsync(ours.provider.list())
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
    expect(graph.calls.every(({ bulk }) => bulk)).toBe(true)
  })

  test('a secret that is not ours any more: nothing is done, and the log says why without it', async () => {
    const old = open(graph, { clientSecret: 'caducado-hace-un-mes' })
    await expect(old.provider.create(somebody())).rejects.toEqual(refusal('unavailable'))
    expect(old.told).toContain('sign-in: AADSTS7000215')
    expect(old.told.join()).not.toContain('caducado')
  })

  describe('beside Active Directory', () => {
    const followed = (address: string, state: 'active' | 'blocked' | 'closed' = 'active') => ({
      ...{ marker: crypto.randomUUID(), kind: 'personal', address, displayName: 'Ana', state },
      ...{ externalId: undefined, fence: fence(), folio: 'M-2026-AAAAAA' },
    })

    test('a person who is not synchronised yet is waited for; then she has her country and her licence', async () => {
      const address = 'pronto@colima.example'
      await expect(ours.follower.follow(followed(address))).rejects.toEqual(
        refusal('unavailable', { retryAfter: 60 }),
      )
      const user = graph.plant({ userPrincipalName: address, onPremisesSyncEnabled: true })
      const link = { externalId: user.id, seenAs: address }
      expect(await ours.follower.follow(followed(address))).toEqual({ outcome: 'licensed', link })
      expect(user).toMatchObject({ usageLocation: 'MX', assignedLicenses: [{ skuId: graph.skus[0]?.skuId }] })
      const asked = writes().length
      await ours.follower.follow(followed(address))
      expect(writes()).toHaveLength(asked)
    })

    test('blocked, her sessions end; closed, her licence is free; never a password', async () => {
      const skuId = graph.skus.find(one => one.skuPartNumber === faculty)?.skuId ?? ''
      const user = graph.plant({
        userPrincipalName: 'va@colima.example',
        onPremisesSyncEnabled: true,
        assignedLicenses: [{ skuId }],
      })
      await ours.follower.follow(followed('va@colima.example', 'blocked'))
      expect(user.sessions).toBe(1)
      await ours.follower.follow(followed('va@colima.example', 'closed'))
      expect(user.assignedLicenses).toEqual([])
      expect((await ours.follower.follow(followed('nunca@colima.example', 'closed'))).outcome).toBe(
        'not-there',
      )
      expect(writes().some(({ body }) => body?.passwordProfile)).toBe(false)
    })

    test('somebody of that name who does not come from Active Directory is not licensed', async () => {
      graph.plant({ userPrincipalName: 'ajena@colima.example' })
      await expect(ours.follower.follow(followed('ajena@colima.example'))).rejects.toEqual(
        refusal('conflict'),
      )
      expect(writes()).toEqual([])
    })
  })
})
