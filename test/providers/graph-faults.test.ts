import { describe, expect, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { inTenant, open, refusal, somebody } from './graph-settings.ts'
import { fence } from './ldap-settings.ts'

describe.skipIf(needs(missing))('Microsoft 365 in trouble', () => {
  const at = inTenant()

  test('GRA-06 REL-37 told to wait, nobody asks before: an act half done waits, others are told when', async () => {
    const [ana, berta] = [await at.made(), await at.made()]
    let told = 0
    at.graph.faults(({ method }) =>
      method === 'PATCH' && told++ === 0 ? { status: 429, retryAfter: 2 } : undefined,
    )
    const going = at.reset(ana.id, 'Con-Paciencia-1')
    await expect.poll(() => told).toBe(1)
    await expect
      .poll(() => at.reset(berta.id).catch(error => error))
      .toEqual(refusal('unavailable', { retryAfter: expect.closeTo(1.5, 0) }))
    await going
    expect(await at.graph.signsIn(ana.address, 'Con-Paciencia-1')).toBe(true)
    at.graph.faults(() => ({ status: 429, retryAfter: 40 }))
    await expect(at.reset(berta.id)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(40, 0) }),
    )
    const asked = at.graph.calls.length
    at.graph.faults()
    await expect(at.ours.provider.look(ana.id)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(40, 0) }),
    )
    expect(at.graph.calls).toHaveLength(asked)
    expect(at.graph.early()).toBe(0)
  })

  test.each([{ status: 429 }, { status: 500 }, { status: 503 }, { status: 504 }, 'cut', 'lost'] as const)(
    'REL-38 an answer %j is «later», and later it goes',
    async fault => {
      const ana = await at.made()
      at.graph.faults(({ method }) => (method === 'PATCH' ? fault : undefined))
      await expect(at.reset(ana.id, 'La-Primera-Vez-1')).rejects.toEqual(
        refusal('unavailable', { retryAfter: undefined }),
      )
      at.graph.faults()
      await at.reset(ana.id, 'La-Segunda-Vez-2')
      expect(await at.graph.signsIn(ana.address, 'La-Segunda-Vez-2')).toBe(true)
      expect(at.ours.told).toHaveLength(1)
    },
  )

  test('REL-39 twenty accounts were made and the answers lost: there are twenty, and what was set last signs in', async () => {
    at.graph.faults(({ method, path }) => (method === 'POST' && path.length === 1 ? 'lost' : undefined))
    const people = Array.from({ length: 20 }, () => somebody())
    const before = at.graph.users.size
    for (const one of people) {
      await expect(at.ours.provider.create(one)).rejects.toEqual(refusal('unavailable'))
      at.ours = open(at.graph)
    }
    at.graph.faults()
    for (const [n, one] of people.entries()) {
      const password = `Repetida-Despues-${n}`
      await at.ours.provider.create({ ...one, password, fence: fence() })
      expect(await at.graph.signsIn(one.address, password)).toBe(true)
    }
    expect(at.graph.users.size - before).toBe(20)
  })

  test('GRA-09 REL-40 what was just made may be unknown for a while: asked again later; of others it is final', async () => {
    at.graph.replicates(() => 120_000)
    const ana = somebody()
    await expect(at.ours.provider.create(ana)).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(1, 0) }),
    )
    await expect(at.ours.provider.create({ ...ana, fence: fence() })).rejects.toEqual(refusal('unavailable'))
    // After a restart nobody remembers: its name is taken, and nobody seems to bear it.
    at.ours = open(at.graph)
    await expect(at.ours.provider.create({ ...ana, fence: fence() })).rejects.toEqual(
      refusal('unavailable', { detail: 'userPrincipalName' }),
    )
    at.graph.passes(121)
    const there = await at.ours.provider.create({ ...ana, password: 'Ya-Se-Conoce-3', fence: fence() })
    expect([...at.graph.users.values()].filter(one => one.userPrincipalName === ana.address)).toHaveLength(1)
    expect(await at.graph.signsIn(ana.address, 'Ya-Se-Conoce-3')).toBe(true)
    expect(at.userOf(there.externalId)?.assignedLicenses).toHaveLength(1)
    await expect(at.reset(crypto.randomUUID())).rejects.toEqual(refusal('gone'))
  })

  test('the answer to a closing was lost: said again, it is closed', async () => {
    const ana = await at.made()
    at.graph.faults(({ method }) => (method === 'DELETE' ? 'lost' : undefined))
    await expect(at.ours.provider.close(ana.id, fence())).rejects.toEqual(refusal('unavailable'))
    at.graph.faults()
    await at.ours.provider.close(ana.id, fence())
    expect(at.userOf(ana.id)?.deletedAt).toBeDefined()
  })

  test('no licence is left: the account waits for one and is not made twice', async () => {
    const sku = at.graph.skus[0] as { enabled: number }
    sku.enabled = 0
    const ana = somebody()
    const waits = refusal('unavailable', { retryAfter: 300, detail: 'assignLicense: Request_BadRequest' })
    await expect(at.ours.provider.create(ana)).rejects.toEqual(waits)
    sku.enabled = 100_000
    const there = await open(at.graph).provider.create({ ...ana, password: 'Con-Licencia-1', fence: fence() })
    expect([...at.graph.users.values()].filter(one => one.userPrincipalName === ana.address)).toHaveLength(1)
    expect(at.userOf(there.externalId)?.assignedLicenses).toHaveLength(1)
    expect(await at.graph.signsIn(ana.address, 'Con-Licencia-1')).toBe(true)
  })

  test('GRA-21 an act hears what both sides call its last answer, also of a refusal', async () => {
    const ana = await at.made()
    const heard: string[] = []
    const listening = at.ours.provider.noting?.(reference => heard.push(reference))
    await listening?.setBlocked(ana.id, true, fence())
    expect(heard).toEqual(at.graph.calls.map(one => `${one.requestId} ${one.headers['client-request-id']}`))
    const { id } = at.graph.plant({ userPrincipalName: 'otrajefa@colima.example', privileged: true })
    await listening?.setBlocked(id, true, fence()).catch(() => {})
    expect(heard.at(-1)).toContain(at.graph.calls.at(-1)?.requestId)
  })

  test('what nobody waits for asks with low priority and leaves a third of the writes alone', async () => {
    const people = [await at.made(), await at.made()]
    at.ours = open(at.graph, { writes: 9 })
    const inBulk = at.ours.provider.noting?.(() => {}, true)
    for (const { id } of [...people, people[0] as { id: string }]) await inBulk?.setBlocked(id, true, fence())
    const id = people[0]?.id as string
    await expect(inBulk?.setBlocked(id, false, fence())).rejects.toEqual(
      refusal('unavailable', { retryAfter: expect.closeTo(150, -1) }),
    )
    const asked = at.writes().length
    expect(new Set(at.graph.calls.map(({ bulk }) => bulk))).toEqual(new Set([true]))
    await at.ours.provider.setBlocked(id, false, fence())
    await at.ours.provider.setBlocked(id, true, fence())
    expect(
      at
        .writes()
        .slice(asked)
        .map(({ bulk }) => bulk),
    ).toEqual([false, false, false])
    await expect(at.ours.provider.setBlocked(id, false, fence())).rejects.toEqual(refusal('unavailable'))
    expect(at.writes()).toHaveLength(asked + 3)
  })

  test('a secret that is not ours any more: nothing is done, and the log says why without it', async () => {
    const old = open(at.graph, { clientSecret: 'caducado-hace-un-mes' })
    await expect(old.provider.create(somebody())).rejects.toEqual(refusal('unavailable'))
    expect(old.told).toContain('sign-in: AADSTS7000215')
    expect(old.told.join()).not.toContain('caducado')
  })
})
