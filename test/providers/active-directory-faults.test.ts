import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { startProxy } from '../servers/proxy.ts'
import { missing, type Samba, service, startSamba } from '../servers/samba.ts'
import { makeCertificate, makeExpiredCertificate } from '../servers/tls.ts'
import { group, open, openPeople } from './active-directory-settings.ts'
import { fence, somebody } from './ldap-settings.ts'

const refusal = (code: string) => expect.objectContaining({ name: 'ProviderRefusal', code })
const nobody = '00000000-0000-0000-0000-000000000000'

describe.skipIf(needs(missing))('a domain in trouble', () => {
  let samba: Samba
  let people: ReturnType<typeof openPeople>
  beforeAll(async () => {
    samba = await startSamba(inject('samba'))
    people = openPeople(samba)
  })
  afterAll(() => samba?.stop())

  const through = async (scheme: 'ldap' | 'ldaps', other: object = {}) => {
    const proxy = await startProxy(scheme === 'ldap' ? 389 : 636, samba.host)
    const url = `${scheme}://127.0.0.1:${proxy.port}`
    return { ...open(samba, { url, timeoutSeconds: 1, connections: 1, ...other }), proxy }
  }
  const later = { timeout: 20_000, interval: 100 }

  test('REL-18 stopped and started again: unavailable meanwhile, then everything goes on, bound as before', async () => {
    const { provider, stop, told } = open(samba)
    const ana = somebody()
    const { externalId } = await provider.create(ana)
    await samba.down()
    for (let n = 0; n < 5; n++)
      await expect(provider.look(externalId)).rejects.toEqual(refusal('unavailable'))
    await samba.up()
    const ask = { password: 'después de la caída', until: null, fence: fence() }
    const outcome = () =>
      provider.setPassword(externalId, ask).then(
        () => 'set',
        () => 'not yet',
      )
    await expect.poll(outcome, later).toBe('set')
    expect(await people.signsIn(ana.address, ask.password)).toBe(true)
    expect(await people.signsIn(ana.address, ana.password)).toBe(false)
    expect(told.join()).toContain('ECONNREFUSED')
    stop()
  })

  test('REL-20 half-open: the silent connection is dropped, and the next one works', async () => {
    const { provider, stop, proxy } = await through('ldaps')
    const { externalId } = await provider.create(somebody())
    expect(proxy.opened()).toBe(1)
    proxy.swallow()
    await expect(provider.look(externalId)).rejects.toEqual(refusal('unavailable'))
    await expect.poll(() => proxy.alive(), later).toBe(0)
    proxy.heal()
    expect(await provider.look(externalId)).toMatchObject({ externalId })
    expect(proxy.opened()).toBe(2)
    stop()
    await proxy.stop()
  })

  test('REL-21 REL-39 a creation cut short after any of its steps goes on, and the last password signs in', async () => {
    const seen = new Set<string>()
    for (let pieces = 0; pieces < 11; pieces++) {
      const { provider, stop, proxy } = await through('ldaps', { groups: [group] })
      await provider.look(nobody)
      const ana = somebody({ displayName: `Ana ${pieces}` })
      proxy.loseAnswers(pieces)
      const first = await provider.create(ana).catch(error => error)
      proxy.heal()
      const [half] = await people.withMail(ana.address)
      const step = half && [half.userAccountControl, half.memberOf ? 'member' : '', half.pwdLastSet !== '0']
      seen.add(step ? step.join() : 'nothing')
      // Whoever is halfway is enabled only once she has her password.
      if (half && half.userAccountControl !== '512')
        expect(await people.answer(half.dn, ana.password)).toMatch(/^(52e|533)$/)
      const again = { ...ana, password: 'la del segundo intento', fence: fence() }
      const made = await provider.create(again)
      if ('externalId' in first) expect(made.externalId).toBe(first.externalId)
      else expect(first).toEqual(refusal('unavailable'))
      const [entry, ...others] = await people.withMail(ana.address)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ userAccountControl: '512', memberOf: group })
      expect(await people.signsIn(ana.address, again.password)).toBe(true)
      expect(await people.signsIn(ana.address, ana.password)).toBe(false)
      stop()
      await proxy.stop()
    }
    expect([...seen].sort()).toEqual(
      ['nothing', '514,,false', '514,member,false', '514,member,true', '512,member,true'].sort(),
    )
  })

  test('REL-21 whether her first own password arrived is told by what signs in, wherever the answer was lost', async () => {
    const seen = new Set<string>()
    for (let pieces = 0; pieces < 6; pieces++) {
      const { provider, stop, proxy } = await through('ldaps')
      const ana = { ...somebody({ displayName: `Berta ${pieces}` }), password: null }
      const { externalId } = await provider.create(ana)
      const own = { password: 'el volcán duerme de noche', until: null, fence: fence() }
      proxy.loseAnswers(pieces)
      await provider
        .setPassword(externalId, own)
        .catch(error => expect(error).toEqual(refusal('unavailable')))
      proxy.heal()
      const halfway = await people.answer(ana.address, own.password)
      const arrived = await provider.hasArrived(externalId, own.fence, fence())
      expect(await people.signsIn(ana.address, own.password), `${pieces}`).toBe(arrived)
      seen.add(`${halfway} ${arrived}`)
      stop()
      await proxy.stop()
    }
    expect([...seen].sort()).toEqual([' true', '52e false', '533 true'])
  })

  test('two nodes at once: the higher fence wins, and no change is half done', async () => {
    const [one, two] = [open(samba), open(samba)]
    for (let round = 0; round < 10; round++) {
      const ana = somebody({ displayName: `Carmen ${round}` })
      const { externalId } = await one.provider.create(ana)
      const [low, high] = [fence(), fence()]
      const ask = (under: number) => ({ password: `frase bajo ${under}`, until: null, fence: under })
      const [late, last] = await Promise.allSettled([
        one.provider.setPassword(externalId, ask(low)),
        two.provider.setPassword(externalId, ask(high)),
      ])
      expect(last.status).toBe('fulfilled')
      if (late.status === 'rejected') expect(late.reason).toEqual(refusal('stale'))
      expect(await people.signsIn(ana.address, `frase bajo ${high}`)).toBe(true)
      expect(await people.signsIn(ana.address, `frase bajo ${low}`)).toBe(false)
    }
    one.stop()
    two.stop()
  })

  test('two nodes create the same account at once: one entry, and what both say of it is the same', async () => {
    const [one, two] = [open(samba), open(samba)]
    for (let round = 0; round < 5; round++) {
      const ana = somebody({ displayName: `Dora ${round}` })
      const later = { ...ana, password: 'la de la otra máquina', fence: fence() }
      const both = await Promise.allSettled([one.provider.create(ana), two.provider.create(later)])
      expect(both[1]?.status).toBe('fulfilled')
      expect(await people.withMail(ana.address)).toHaveLength(1)
      expect(await people.signsIn(ana.address, later.password)).toBe(true)
    }
    one.stop()
    two.stop()
  })

  test('no fault tells a password, in the log or in what is thrown', async () => {
    const { provider, stop, told, proxy } = await through('ldaps')
    const ana = somebody()
    const { externalId } = await provider.create(ana)
    const thrown: unknown[] = []
    const keep = (error: unknown) => void thrown.push(error)
    await provider.setPassword(externalId, { password: 'x-corta', until: null, fence: fence() }).catch(keep)
    await provider.setPassword(externalId, { password: 'x-corta-2', until: null, fence: 0 }).catch(keep)
    await provider.setPassword(nobody, { password: 'x-corta-3', until: null, fence: fence() }).catch(keep)
    proxy.swallow()
    await provider.setPassword(externalId, { password: 'x-corta-4', until: null, fence: fence() }).catch(keep)
    expect(thrown.map(error => (error as { code: string }).code)).toEqual([
      'password-refused',
      'stale',
      'gone',
      'unavailable',
    ])
    expect(told).toContain('modify: ConstraintViolationError')
    const everything = [
      ...told,
      ...thrown.map(error => `${error} ${JSON.stringify(error)} ${(error as Error).stack}`),
    ]
    expect(everything.join()).not.toMatch(/x-corta|frase|Code: 0x/)
    stop()
    await proxy.stop()
  })

  describe('SEC-86 nothing is said to a server that is not the right one', () => {
    const tls = (scheme: string) => (scheme === 'ldap' ? { startTls: true } : {})
    const schemes = ['ldap', 'ldaps'] as const
    const silent = async (scheme: (typeof schemes)[number], why: string, other: object = {}) => {
      const { provider, stop, proxy, told } = await through(scheme, { ...tls(scheme), ...other })
      await expect(provider.look(nobody)).rejects.toEqual(refusal('unavailable'))
      expect(told.join()).toContain(why)
      expect(proxy.heard().length).toBeGreaterThan(0)
      expect(proxy.heard().includes(service.password)).toBe(false)
      stop()
      await proxy.stop()
    }

    test.each(schemes)('%s: another authority', scheme =>
      silent(scheme, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', { ca: makeCertificate('IP:127.0.0.1').ca }),
    )

    test('StartTLS with the right authority works, and no password goes in clear', async () => {
      const { provider, stop, proxy } = await through('ldap', { startTls: true })
      const ana = somebody()
      const { externalId } = await provider.create(ana)
      expect(await provider.accepts(externalId, ana.password)).toBe(true)
      const said = proxy.heard()
      for (const secret of [service.password, ana.password])
        for (const coded of ['utf8', 'utf16le'] as const)
          expect(said.includes(Buffer.from(secret, coded))).toBe(false)
      stop()
      await proxy.stop()
    })

    test('a server that declines StartTLS hears nothing more', async () => {
      const heard: Buffer[] = []
      const declines = createServer(socket => {
        socket.on('error', () => {})
        socket.on('data', (data: Buffer) => {
          heard.push(data)
          const id = data.subarray(2, 5)
          const unwilling = Buffer.from([0x78, 7, 10, 1, 53, 4, 0, 4, 0])
          socket.write(Buffer.concat([Buffer.from([0x30, 0x0c]), id, unwilling]))
        })
      }).listen(0, '127.0.0.1')
      await once(declines, 'listening')
      const { port } = declines.address() as { port: number }
      const { provider, stop } = open(samba, { url: `ldap://127.0.0.1:${port}`, startTls: true })
      await expect(provider.look(nobody)).rejects.toEqual(refusal('unavailable'))
      expect(heard).toHaveLength(1)
      stop()
      declines.close()
    })

    test('a certificate that has expired', async () => {
      const certificate = makeExpiredCertificate('IP:127.0.0.1')
      await samba.certify(certificate)
      // Its times have whole seconds.
      await new Promise(done => setTimeout(done, 1100))
      for (const scheme of schemes) await silent(scheme, 'CERT_HAS_EXPIRED', { ca: certificate.ca })
    })

    test('a certificate of another name', async () => {
      const certificate = makeCertificate('DNS:otro.example')
      await samba.certify(certificate)
      for (const scheme of schemes)
        await silent(scheme, 'ERR_TLS_CERT_ALTNAME_INVALID', { ca: certificate.ca })
    })
  })
})
