import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse } from '../house.ts'
import { type Account, inOneGo, newcomer, typed } from '../staff/desk.ts'
import type { Visitor } from '../visitor.ts'
import { expectPage, hasChromium, launch, named, type Seen, visit } from './browser.ts'

const own = 'una frase larga y suya'

/** A page with nothing on it, at an address of its own. */
async function openStage() {
  const server = createServer((_, reply) => {
    reply.setHeader('content-type', 'text/html').end('<!doctype html><title>Otra página</title>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** A key built into the machine, which answers as a finger on it would. */
async function plugKey(page: Page) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials
}

type Said = Record<string, unknown>

/** What the key in this window answers to such options; what the browser would not do is told by its name. */
const signed = (page: Page, options: object) =>
  page.evaluate(async asked => {
    const { PublicKeyCredential, navigator } = globalThis as never as {
      PublicKeyCredential: { parseRequestOptionsFromJSON(options: object): object }
      navigator: { credentials: { get(ask: object): Promise<{ toJSON(): Said }> } }
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked)
    return navigator.credentials.get({ publicKey }).then(
      found => ({ passkey: found.toJSON() }),
      (error: Error) => ({ refused: error.name }),
    )
  }, options) as Promise<{ passkey?: Said; refused?: string }>

describe.skipIf(!hasChromium)('a passkey in a real browser', () => {
  let browser: Browser
  let h: House
  let seen: Seen
  let page: Page
  let ana: Account
  let url: string
  let stage: Awaited<ReturnType<typeof openStage>>
  let keys: Awaited<ReturnType<typeof plugKey>>

  beforeAll(async () => {
    // A key is made for one address: the service has to know its own before it listens there.
    const free = await openStage()
    free.server.close()
    url = `http://localhost:${free.port}`
    ;[browser, stage] = await Promise.all([launch(), openStage()])
    h = await openHouse('PGlite', { env: { PUBLIC_URL: url } })
    await h.app.listen({ port: free.port, host: '127.0.0.1' })
    seen = await visit(browser, url, { viewport: { width: 1366, height: 768 } })
    page = seen.page
    keys = await plugKey(page)
    ana = await newcomer(h, { roles: ['supervisor'], given: true })
  })
  afterAll(async () => {
    await browser?.close()
    await h?.close()
    stage?.server.close()
  })

  const press = (name: string) => named(page, 'button', name).click()
  async function fillIn(password: string) {
    await page.goto('/personal')
    await expectPage(page, 'Entrar')
    await page.fill('#login', ana.login)
    await page.fill('#password', password)
    await press('Entrar')
  }

  test('at her first use she registers it, keeps her codes and chooses her own password', async () => {
    await fillIn(ana.password)
    await expectPage(page, 'Proteja su acceso')
    await page.getByLabel('Llave de acceso', { exact: false }).first().check()
    await page.fill('#passkey', 'Computadora de la oficina')
    await press('Registrar mi llave')
    await expectPage(page, 'Guarde sus códigos impresos')
    expect(await keys()).toMatchObject([{ rpId: 'localhost' }])
    await press('Ya los guardé')
    await expectPage(page, 'Elija su contraseña')
    await page.fill('#password', ana.password)
    await press('Guardar y continuar')
    await page.getByRole('alert').waitFor()
    await page.fill('#password', own)
    await press('Guardar y continuar')
    await expectPage(page, /^Hoy, /)
    ana = { ...ana, password: own }
  })

  test('she signs in with it, and says with it once more who she is before a grave act', async () => {
    await press('Salir')
    await fillIn(own)
    await expectPage(page, 'Compruebe que es usted')
    await press('Usar mi llave de acceso')
    await expectPage(page, /^Hoy, /)
    await h.look(`update staff_session set proven_at = now() - interval '11 minutes'`)
    await named(page, 'link', 'Lidia Pérez').click()
    await expectPage(page, 'Mi acceso')
    await page.getByText('Llave de acceso «Computadora de la oficina»').waitFor()
    await press('Hacer códigos nuevos')
    await page.getByRole('dialog').getByRole('button', { name: 'Hacer códigos nuevos' }).click()
    await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
    await press('Usar mi llave de acceso')
    await expectPage(page, 'Guarde sus códigos impresos')
    const used = await h.look<{ factor: string }>(
      `select detail->>'factor' as factor from event where kind in ('signed-in', 'proven') order by id`,
    )
    expect(used.map(({ factor }) => factor)).toEqual(['passkey', 'passkey', 'passkey'])
    expect(seen.errors).toEqual([])
  })

  /** A second half that waits for her key, begun by whoever has her password. */
  async function halfway(door: Visitor) {
    const { challenge } = (await door.ask('POST', '/api/session', typed(ana))).body
    const { options } = (
      await door.ask('POST', '/api/session/factor-options', { challenge, factor: 'passkey' })
    ).body
    const finish = (passkey: Said | undefined) =>
      door.ask('POST', '/api/session/second-factor', { challenge, passkey: passkey ?? {} })
    return { options: options as Said, finish }
  }

  test('SEC-118 what it signs at another address, or with the key of another, lets nobody in', async () => {
    const door = h.visitor()
    const { options, finish } = await halfway(door)
    // Somebody lures her to a page of his own and hands on what her key is asked to sign.
    await page.goto(`http://localhost:${stage.port}`)
    const lured = await signed(page, options)
    expect(lured.passkey, lured.refused).toBeTruthy()
    expect((await finish(lured.passkey)).body.code).toBe('code-wrong')
    await page.goto(`http://127.0.0.1:${stage.port}`)
    expect((await signed(page, options)).refused).toBe('SecurityError')
    await page.goto('/personal/entrar')
    const eva = await newcomer(h, { enrolled: true })
    const other = await h.look(`update passkey set member_id = '${eva.id}' returning credential`)
    expect(other).toHaveLength(1)
    const hers = await signed(page, options)
    expect(hers.passkey, hers.refused).toBeTruthy()
    expect((await finish(hers.passkey)).body.code).toBe('code-wrong')
    await h.look(`update passkey set member_id = '${ana.id}'`)
    expect((await finish((await signed(page, options)).passkey)).status).toBe(201)
    await inOneGo(h.visitor(), eva)
  })
})
