import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credentialsIn } from '../visitor.ts'
import { expectAccessible, expectPage, hasChromium, launch, visit } from './browser.ts'
import { type Demo, type Identity, startDemo } from './demo.ts'
import { sendClaim } from './steps.ts'

const mine = 'barcas lentas en el estero'

/** What this window shows or keeps of itself. */
const keptBy = (page: Page) =>
  page.evaluate(() => {
    const { location, history, localStorage, sessionStorage, document } = globalThis as unknown as {
      location: { href: string }
      history: { state: unknown; length: number }
      localStorage: object
      sessionStorage: object
      document: { cookie: string; documentElement: { outerHTML: string } }
    }
    return JSON.stringify([
      location.href,
      history.state,
      localStorage,
      sessionStorage,
      document.cookie,
      document.documentElement.outerHTML,
    ])
  })

describe.skipIf(!hasChromium)('a person whose institution sends links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mci-link-'))
  let browser: Browser
  let demo: Demo
  beforeAll(async () => {
    const file = join(folder, 'institution.yaml')
    writeFileSync(file, 'extends: colima\ndelivery: enlace\n')
    ;[browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: file })])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const somebody = (expected: string, n: number): Identity => {
    const found = demo.identities.filter(({ expect }) => expect === expected)[n]
    if (!found) throw new Error(`the demo has nobody left for ${expected}`)
    return found
  }
  /** The mail of the folio that the seal shows. */
  const mailOf = async (page: Page) => {
    const folio = /M-\d{4}-\w{6}/.exec((await page.locator('.sello').textContent()) ?? '')?.[0] ?? 'none'
    const mails = (await demo.mails()).filter(({ text }) => text.includes(`Folio: ${folio}`))
    expect(mails).toHaveLength(1)
    return credentialsIn(mails[0]?.text ?? '')
  }

  test('A10 A11 from the mail to a password of her own that signs in; her link shows nowhere and works once', async () => {
    const { page, errors, foreign, close } = await visit(browser, demo.url)
    await page.goto('/')
    expect(await page.getByRole('link', { name: 'Tengo una clave de activación' }).getAttribute('href')).toBe(
      '/activar',
    )
    await expectAccessible(page)
    await sendClaim(page, somebody('reset', 0))
    await expectPage(page, '¿Es usted?')
    await page
      .getByText(
        'Al confirmar enviaremos un enlace a su correo alterno. Su contraseña actual sirve hasta que elija otra.',
      )
      .waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Restablecer mi contraseña' }).click()
    await expectPage(page, 'Enlace enviado')
    expect(await page.locator('main').textContent()).toMatch(
      /Enviamos un enlace a \w+\*\*\*@b\*\*\*\.example\. Sirve una sola vez y vence el \d+ \w+ a las \d\d:\d\d h\./,
    )
    await expectAccessible(page)
    const { account, link } = await mailOf(page)

    const asked: string[] = []
    page.on('request', request => asked.push(`${request.url()} ${JSON.stringify(request.headers())}`))
    await page.goto(`/activar#${link}`)
    await expectPage(page, 'Elija su contraseña')
    expect(page.url()).toBe(`${demo.url}/activar`)
    expect(await keptBy(page)).not.toContain(link)
    expect(asked.join('\n')).not.toContain(link)
    await page.getByText(account).waitFor()
    await page.getByRole('link', { name: 'English' }).click()
    await expectPage(page, 'Choose your password')
    expect(page.url()).toBe(`${demo.url}/activar?idioma=en`)
    expect(await keptBy(page)).not.toContain(link)
    await page.getByRole('link', { name: 'Español' }).click()
    await expectPage(page, 'Elija su contraseña')
    await page.fill('#password', mine)
    await page.getByRole('button', { name: 'Guardar contraseña' }).click()
    await expectPage(page, 'Contraseña guardada')
    expect(await keptBy(page)).not.toContain(link)

    await page.goto('/contrasena')
    await page.fill('#account', account)
    await page.fill('#current', mine)
    await page.fill('#password', 'otra vez mi propia frase')
    await page.getByRole('button', { name: 'Guardar contraseña' }).click()
    await expectPage(page, 'Contraseña guardada')
    await page.goto(`/activar#${link}`)
    await expectPage(page, 'Este enlace ya no sirve')
    await page.getByText(/^Ya se usó a las \d\d:\d\d h\.$/).waitFor()
    await page.getByRole('link', { name: 'Pedir otro' }).click()
    await expectPage(page, /^Escriba su CURP/)
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    await close()
  })

  test('a new account: the link opened beside an older one, in one window, takes its place', async () => {
    const { page, errors, close } = await visit(browser, demo.url)
    await sendClaim(page, somebody('create', 0))
    await expectPage(page, '¿Es usted?')
    await page.getByText('enviaremos un enlace a su correo alterno para elegir su contraseña.').waitFor()
    await page.getByRole('button', { name: 'Crear mi cuenta' }).click()
    await expectPage(page, 'Su cuenta fue creada')
    const { link } = await mailOf(page)
    await page.goto('/activar#cortado')
    await expectPage(page, 'Este enlace ya no sirve')
    await page.goto(`/activar#${link}`)
    await expectPage(page, 'Elija su contraseña')
    expect(page.url()).toBe(`${demo.url}/activar`)
    expect(await keptBy(page)).not.toContain(link)
    await page.fill('#password', mine)
    await page.getByRole('button', { name: 'Guardar contraseña' }).click()
    await expectPage(page, 'Contraseña guardada')
    await page.getByText('La primera vez puede tardar 5 minutos.').waitFor()
    expect(errors).toEqual([])
    await close()
  })

  test('SEC-38 «no fui yo»: opening it changes nothing, the button stops self-service', async () => {
    const her = somebody('reset', 1)
    const { page, errors, close } = await visit(browser, demo.url)
    await sendClaim(page, her)
    await page.getByRole('button', { name: 'Restablecer mi contraseña' }).click()
    await expectPage(page, 'Enlace enviado')
    const { alert, link } = await mailOf(page)
    await page.goto(`/no-fui-yo#${alert}`)
    await expectPage(page, '¿No fue usted?')
    expect(page.url()).toBe(`${demo.url}/no-fui-yo`)
    expect(await keptBy(page)).not.toContain(alert)
    await page
      .getByText('Pausaremos el autoservicio de su cuenta y avisaremos a Subjefatura de Sistemas.')
      .waitFor()
    await page.getByRole('button', { name: 'Fui yo, salir' }).click()
    await expectPage(page, /^Escriba su CURP/)
    await page.goto(`/activar#${link}`)
    await expectPage(page, 'Elija su contraseña')

    await page.goto(`/no-fui-yo#${alert}`)
    await page.getByRole('button', { name: 'No fui yo', exact: true }).click()
    await expectPage(page, 'Aviso recibido')
    await page.getByText('Llame hoy a 312 000 0000, lunes a viernes de 8:00 a 15:00 h.').waitFor()
    await page.goto(`/activar#${link}`)
    await expectPage(page, 'El autoservicio de su cuenta está en pausa')
    await sendClaim(page, her)
    await expectPage(page, 'El autoservicio de su cuenta está en pausa')
    expect(errors).toEqual([])
    await close()
  })
})
