import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Creation, Listed, Provider } from '../api/providers/provider.ts'

export interface OpenProvider {
  provider: Provider
  /** Asks whoever lets people in: a mail server, a bind. */
  signsIn(address: string, password: string): Promise<boolean>
  close(): Promise<void>
}

const hour = 3_600_000
let fences = 1000
let people = 0

/** Somebody's entry to be, under a higher fence than anything before. */
const somebody = (other: Partial<Creation> & { password?: string } = {}) => ({
  marker: randomUUID(),
  address: `ana.${process.pid}.${people++}@colima.example`,
  kind: 'personal',
  displayName: 'Ana Sofía Ibáñez',
  given: 'Ana Sofía',
  surnames: 'Ibáñez',
  keys: {},
  quotaMb: 100,
  password: `una frase de ${people}`,
  until: null as Date | null,
  fence: ++fences,
  ...other,
})
type Ask = Omit<ReturnType<typeof somebody>, 'password'> & { password: string | null }

/** The behaviour of every directory: what passes here may hold an institution's accounts. */
export function providerSuite(
  name: string,
  open: () => Promise<OpenProvider>,
  absent = false,
  /**
   * Not every directory can end a password by itself: there it ends when its time is looked at. One that checks nobody's
   * password for an application accepts none.
   */
  {
    endsByItself = true,
    reopens = true,
    checksPasswords = true,
  }: { endsByItself?: boolean; reopens?: boolean; checksPasswords?: boolean } = {},
): void {
  describe.skipIf(absent)(`the directory ${name}`, () => {
    let here: OpenProvider
    const provider = () => here.provider
    beforeAll(async () => {
      here = await open()
    })
    afterAll(() => here?.close())

    const made = async <A extends Ask>(ask: A) => ({ ...ask, id: (await provider().create(ask)).externalId })
    /** Both agree: who lets people in, and the directory's own answer. */
    const opens = async (entry: { id: string; address: string }, password: string, yes: boolean) => {
      expect(await here.signsIn(entry.address, password)).toBe(yes)
      expect(await provider().accepts(entry.id, password)).toBe(yes && checksPasswords)
    }
    async function theListed(id: string) {
      const found: Listed[] = []
      for await (const page of provider().list()) found.push(...page.filter(one => one.externalId === id))
      expect(found.length).toBeLessThan(2)
      return found[0]
    }
    const refusal = (code: string) => expect.objectContaining({ name: 'ProviderRefusal', code })

    it('makes an entry whose password signs in, and no other one', async () => {
      const ana = await made(somebody())
      await opens(ana, ana.password, true)
      await opens(ana, `${ana.password} `, false)
      expect(await provider().look(ana.id)).toMatchObject({
        seenAs: ana.address,
        active: true,
        fence: ana.fence,
      })
    })

    it('makes one entry a marker: asked again it gives that one the new password', async () => {
      const first = somebody()
      const ana = await made(first)
      const again = await made({ ...first, password: 'otra frase muy distinta', fence: ++fences })
      expect(again.id).toBe(ana.id)
      await opens(ana, 'otra frase muy distinta', true)
      await opens(ana, first.password, false)
    })

    it('creates an account that nobody can sign in to, until a password is set', async () => {
      const ana = await made({ ...somebody(), password: null })
      for (const guess of ['', 'null', 'una frase cualquiera']) await opens(ana, guess, false)
      expect(await provider().look(ana.id)).toMatchObject({ seenAs: ana.address, active: true })
      const again = await made({ ...ana, fence: ++fences })
      expect(again.id).toBe(ana.id)
      await opens(ana, '', false)
      await provider().setPassword(ana.id, { password: 'la primera de todas', until: null, fence: ++fences })
      await opens(ana, 'la primera de todas', true)
    })

    it('says that an address is taken by an entry that is not ours, and leaves that one alone', async () => {
      const ana = await made(somebody())
      const other = somebody({ address: ana.address })
      await expect(provider().create(other)).rejects.toEqual(refusal('address-taken'))
      await opens(ana, ana.password, true)
    })

    it('sets a password: the old one dies at once', async () => {
      const ana = await made(somebody())
      await provider().setPassword(ana.id, { password: 'la nueva frase larga', until: null, fence: ++fences })
      await opens(ana, 'la nueva frase larga', true)
      await opens(ana, ana.password, false)
    })

    it('refuses whatever comes under an older fence, and changes nothing', async () => {
      const ana = await made(somebody())
      const older = ana.fence - 1
      const late = { ...somebody({ marker: ana.marker, address: ana.address }), fence: older }
      const set = provider().setPassword(ana.id, {
        password: 'llega demasiado tarde',
        until: null,
        fence: older,
      })
      await expect(set).rejects.toEqual(refusal('stale'))
      await expect(provider().create(late)).rejects.toEqual(refusal('stale'))
      await expect(provider().setBlocked(ana.id, true, older)).rejects.toEqual(refusal('stale'))
      await expect(provider().close(ana.id, older)).rejects.toEqual(refusal('stale'))
      await expect(provider().hasArrived(ana.id, older - 1, older)).rejects.toEqual(refusal('stale'))
      expect(await provider().expirePassword(ana.id, ana.fence, older)).toBe('not-ours')
      await opens(ana, ana.password, true)
      expect(await provider().look(ana.id)).toMatchObject({ active: true, fence: ana.fence })
    })

    it('takes several changes of one attempt under its one fence', async () => {
      const ana = await made(somebody())
      const fence = ++fences
      await provider().setBlocked(ana.id, true, fence)
      await provider().setPassword(ana.id, { password: 'puesta en el mismo intento', until: null, fence })
      await provider().setBlocked(ana.id, false, fence)
      await opens(ana, 'puesta en el mismo intento', true)
    })

    it('accepts nobody for an entry that is not there', async () => {
      expect(await provider().accepts(undefined, 'una frase cualquiera')).toBe(false)
      expect(await provider().accepts(randomUUID(), 'una frase cualquiera')).toBe(false)
    })

    it('lets a temporary password in until its term is over, and not a moment longer', async () => {
      const ana = await made(somebody({ until: new Date(Date.now() + hour) }))
      await opens(ana, ana.password, true)
      const until = new Date(Date.now() - 1000)
      await provider().setPassword(ana.id, { password: 'temporal ya vencida', until, fence: ++fences })
      await opens(ana, 'temporal ya vencida', !endsByItself)
      expect(await provider().expirePassword(ana.id, fences, ++fences)).toBe('expired')
      await opens(ana, 'temporal ya vencida', false)
    })

    it('ends a temporary password that is still ours, and answers the same when asked again', async () => {
      const ana = await made(somebody({ until: new Date(Date.now() + hour) }))
      expect(await provider().expirePassword(ana.id, ana.fence, ++fences)).toBe('expired')
      await opens(ana, ana.password, false)
      expect(await provider().expirePassword(ana.id, ana.fence, ++fences)).toBe('expired')
    })

    it('never ends a password that was set since', async () => {
      const ana = await made(somebody({ until: new Date(Date.now() + hour) }))
      await provider().setPassword(ana.id, { password: 'la que ella eligió', until: null, fence: ++fences })
      expect(await provider().expirePassword(ana.id, ana.fence, ++fences)).toBe('not-ours')
      await opens(ana, 'la que ella eligió', true)
    })

    it('knows a temporary password for ours although the entry was blocked and unblocked since', async () => {
      const ana = await made(somebody({ until: new Date(Date.now() - 1000) }))
      await provider().setBlocked(ana.id, true, ++fences)
      await provider().setBlocked(ana.id, false, ++fences)
      expect(await provider().expirePassword(ana.id, ana.fence, ++fences)).toBe('expired')
    })

    it('lets nobody in while blocked; a reset does not unblock, unblocking does', async () => {
      const ana = await made(somebody())
      await provider().setBlocked(ana.id, true, ++fences)
      await opens(ana, ana.password, false)
      await provider().setPassword(ana.id, { password: 'puesta en el bloqueo', until: null, fence: ++fences })
      await opens(ana, 'puesta en el bloqueo', false)
      expect(await provider().look(ana.id)).toMatchObject({ active: false })
      await provider().setBlocked(ana.id, false, ++fences)
      await opens(ana, 'puesta en el bloqueo', true)
    })

    it('closes an entry for good, once or twice', async () => {
      const ana = await made(somebody())
      await provider().close(ana.id, ++fences)
      await provider().close(ana.id, ++fences)
      await opens(ana, ana.password, false)
      const set = provider().setPassword(ana.id, {
        password: 'después del cierre',
        until: null,
        fence: ++fences,
      })
      await expect(set).rejects.toEqual(refusal('gone'))
      await expect(provider().setBlocked(ana.id, false, ++fences)).rejects.toEqual(refusal('gone'))
      await opens(ana, 'después del cierre', false)
    })

    it('opens a closed entry again: with nobody inside until a password is set', async () => {
      const ana = await made(somebody())
      await provider().close(ana.id, ++fences)
      if (!reopens) return expect(provider().reopen(ana.id, ++fences)).rejects.toEqual(refusal('gone'))
      await provider().reopen(ana.id, ++fences)
      await provider().reopen(ana.id, ++fences)
      expect(await provider().look(ana.id)).toMatchObject({ externalId: ana.id, active: true, fence: fences })
      await opens(ana, ana.password, false)
      await provider().setPassword(ana.id, { password: 'después de reabrir', until: null, fence: ++fences })
      await opens(ana, 'después de reabrir', true)
      await expect(provider().reopen(ana.id, ana.fence)).rejects.toEqual(refusal('stale'))
    })

    it('gives an entry to somebody else, under the fence as any change', async () => {
      const ana = await made(somebody())
      const berta = { displayName: 'Berta Luz Canul', given: 'Berta Luz', surnames: 'Canul', keys: {} }
      await provider().describe(ana.id, berta, ++fences)
      const late = provider().describe(ana.id, { ...berta, displayName: 'Nadie' }, ana.fence)
      await expect(late).rejects.toEqual(refusal('stale'))
      const listed = await theListed(ana.id)
      expect(listed).toMatchObject({ name: 'Berta Luz Canul', fence: fences, marker: ana.marker })
      await opens(ana, ana.password, true)
    })

    it('lists each of its entries once, and no closed one', async () => {
      const [ana, berta] = [await made(somebody()), await made(somebody())]
      await provider().close(berta.id, ++fences)
      expect(await theListed(ana.id)).toMatchObject({
        address: ana.address,
        active: true,
        marker: ana.marker,
      })
      expect(await theListed(berta.id)).toBeUndefined()
    })

    it('says that an entry is gone', async () => {
      const nobody = randomUUID()
      const set = provider().setPassword(nobody, {
        password: 'para nadie de nadie',
        until: null,
        fence: ++fences,
      })
      await expect(set).rejects.toEqual(refusal('gone'))
      await expect(provider().hasArrived(nobody, 1, ++fences)).rejects.toEqual(refusal('gone'))
      expect(await provider().look(nobody)).toBeUndefined()
    })

    it('says whether a change arrived; one that did not cannot any more', async () => {
      const ana = await made(somebody())
      const lost = ++fences
      expect(await provider().hasArrived(ana.id, lost, ++fences)).toBe(false)
      const late = provider().setPassword(ana.id, {
        password: 'se quedó en camino',
        until: null,
        fence: lost,
      })
      await expect(late).rejects.toEqual(refusal('stale'))
      await opens(ana, ana.password, true)
      const kept = ++fences
      await provider().setPassword(ana.id, { password: 'esta sí que llegó', until: null, fence: kept })
      expect(await provider().hasArrived(ana.id, kept, ++fences)).toBe(true)
      expect(await provider().hasArrived(ana.id, kept, ++fences)).toBe(true)
      await opens(ana, 'esta sí que llegó', true)
    })
  })
}
