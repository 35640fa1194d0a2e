import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectPage, hasChromium, heading, launch, outFile, tabTo, visit } from './browser.ts'
import { type Demo, type Identity, startDemo } from './demo.ts'
import { pathOf, running, sendClaim } from './steps.ts'

const focusIsOnHeading = (page: Page) =>
  heading(page).evaluate(
    h1 => h1 === (h1 as unknown as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement,
  )

const line = (text: string, name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1] ?? ''

describe.skipIf(!hasChromium)('a person alone with the public pages', () => {
  let browser: Browser
  let demo: Demo
  let used = 0
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo()])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  /** Somebody whom no other test has met. */
  const somebody = (expected: 'create' | 'reset'): Identity => {
    const found = demo.identities.filter(({ expect }) => expect === expected)[used++ % 12]
    if (!found) throw new Error(`the demo has nobody left for ${expected}`)
    return found
  }
  const mailsAfter = async (count: number) => {
    await expect.poll(async () => (await demo.mails()).length, { timeout: 15_000 }).toBeGreaterThan(count)
    return (await demo.mails()).filter(({ text }) => text.includes('Contraseña temporal:'))
  }

  test('A02 A16 resets her password with the keyboard alone, then makes it her own', async () => {
    const { page, errors, close } = await visit(browser, demo.url)
    const { claim } = somebody('reset')
    const before = (await demo.mails()).length
    await page.goto('/trabajador')
    await running(page)
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Ir al contenido')
    await page.keyboard.press('Enter')
    await expect.poll(() => focusIsOnHeading(page)).toBe(true)
    await tabTo(page, 'CURP')
    await page.keyboard.type(claim.curp ?? '')
    await tabTo(page, 'CURT')
    await page.keyboard.type(claim.curt ?? '')
    await page.keyboard.press('Enter')

    await expectPage(page, '¿Es usted?')
    await expect.poll(() => focusIsOnHeading(page)).toBe(true)
    expect(await page.title()).toMatch(/^¿Es usted\? – Mi correo institucional – /)
    await tabTo(page, 'Restablecer mi contraseña')
    await page.keyboard.press('Enter')

    await expectPage(page, 'Su contraseña fue restablecida')
    await expect.poll(() => focusIsOnHeading(page)).toBe(true)
    const [mail] = (await mailsAfter(before)).slice(-1)
    const folio = line(mail?.text ?? '', 'Folio')
    expect(await page.locator('.sello').textContent()).toContain(folio)

    await tabTo(page, 'Cambiar mi contraseña')
    await page.keyboard.press('Enter')
    await expectPage(page, 'Cambie su contraseña')
    await expect.poll(() => focusIsOnHeading(page)).toBe(true)
    await tabTo(page, 'Cuenta')
    await page.keyboard.type(line(mail?.text ?? '', 'Cuenta'))
    await tabTo(page, /^Contraseña que recibió/)
    await page.keyboard.type(line(mail?.text ?? '', 'Contraseña temporal'))
    await tabTo(page, 'Contraseña nueva')
    await page.keyboard.type('barcas lentas en el estero')
    await page.keyboard.press('Enter')
    await expectPage(page, 'Contraseña guardada')
    expect(errors).toEqual([])
    await close()
  })

  test('A06 «back» and «reload» after the end repeat nothing and show the folio', async () => {
    const { page, close } = await visit(browser, demo.url)
    await sendClaim(page, somebody('reset'))
    await page.getByRole('button', { name: 'Restablecer mi contraseña' }).click()
    await expectPage(page, 'Su contraseña fue restablecida')
    const folio = /M-\d{4}-\w{6}/.exec((await page.locator('.sello').textContent()) ?? '')?.[0] ?? 'none'
    const passwords = async () =>
      (await demo.mails()).filter(({ text }) => text.includes('Contraseña temporal:') && text.includes(folio))
    await expect.poll(async () => (await passwords()).length).toBe(1)

    await page.reload()
    await expectPage(page, 'Su contraseña fue restablecida')
    expect(await page.locator('.sello').textContent()).toContain(folio)
    await page.goBack()
    await expectPage(page, 'Este trámite ya terminó')
    expect(await page.locator('main').textContent()).toContain(folio)
    await page.reload()
    await expectPage(page, 'Este trámite ya terminó')
    expect(await passwords()).toHaveLength(1)

    await page.getByRole('button', { name: 'Terminar' }).click()
    await expectPage(page, /Escriba su CURP/)
    await page.goBack()
    await expectPage(page, 'Este trámite ya no está abierto')
    expect(await page.locator('main').textContent()).not.toContain(folio)
    await close()
  })

  test('A09 sees masked data only, with a constant number of asterisks, and the network carries no more', async () => {
    for (const identity of demo.identities.filter(({ expect }) => expect === 'reset').slice(6, 9)) {
      const { page, close } = await visit(browser, demo.url)
      const reply = page.waitForResponse(response => response.url().endsWith('/api/visits'))
      await sendClaim(page, identity)
      const body = await (await reply).text()
      await expectPage(page, '¿Es usted?')
      const shown = (await page.locator('.facts').textContent()) ?? ''
      for (const text of [body, shown]) {
        expect(new Set(text.match(/\*+/g))).toEqual(new Set(['***']))
        expect(text).not.toContain(identity.claim.curp)
        expect(text).not.toContain('buzon-alterno')
      }
      expect(JSON.parse(body).person.name).toMatch(/^\p{Lu}\*\*\* \p{Lu}\*\*\* \p{Lu}\.$/u)
      expect(JSON.parse(body).alternateEmail).toMatch(/^[^*@]{1,3}\*\*\*@.\*\*\*\.[a-z]+$/)
      await close()
    }
  })

  test('A05 leaves at «¿Es usted?» and nothing has happened', async () => {
    const { page, close } = await visit(browser, demo.url)
    const before = (await demo.mails()).length
    await sendClaim(page, somebody('create'))
    await expectPage(page, '¿Es usted?')
    expect(await page.getByRole('button', { name: 'Crear mi cuenta' }).count()).toBe(1)
    expect(await page.locator('main').textContent()).toContain('Se creará ')
    const left = page.waitForResponse(response => response.request().method() === 'DELETE')
    await page.getByRole('button', { name: 'No soy yo' }).click()
    await expectPage(page, /Escriba su CURP/)
    expect((await left).status()).toBe(204)
    expect(await page.inputValue('#curp')).toBe('')
    await page.goto('/confirmar')
    await expectPage(page, 'Este trámite ya no está abierto')
    expect((await demo.mails()).length).toBe(before)
    await close()
  })

  test('creates her account from the demonstration’s page and reads the mail there', async () => {
    const { page, errors, close } = await visit(browser, demo.url)
    await page.goto('/demo')
    await page
      .getByRole('button', { name: /^Usar estos datos: Se creará su cuenta/ })
      .first()
      .click()
    await expectPage(page, 'Escriba su CURP y su CURT')
    expect(await page.inputValue('#curp')).toMatch(/^[A-Z0-9]{18}$/)
    await page.getByRole('button', { name: 'Continuar' }).click()
    await page.getByRole('button', { name: 'Crear mi cuenta' }).click()
    await expectPage(page, 'Su cuenta fue creada')
    const folio = /M-\d{4}-\w{6}/.exec((await page.locator('.sello').textContent()) ?? '')?.[0] ?? 'none'
    await page.goto('/demo')
    await page.getByText(`Folio: ${folio}`).first().waitFor()
    expect(errors).toEqual([])
    await close()
  })

  test('leaves nothing of hers in the browser', async () => {
    const { page, close } = await visit(browser, demo.url)
    await sendClaim(page, somebody('reset'))
    await page.getByRole('button', { name: 'Restablecer mi contraseña' }).click()
    await expectPage(page, 'Su contraseña fue restablecida')
    const kept = await page.evaluate(() => {
      const { localStorage, sessionStorage, document, history } = globalThis as unknown as Record<
        string,
        object
      > & {
        document: { cookie: string }
        history: { state: unknown }
      }
      return [
        JSON.stringify(localStorage),
        JSON.stringify(sessionStorage),
        document.cookie,
        JSON.stringify(history.state),
      ]
    })
    // The router's own note of scroll positions is there, and empty.
    expect(kept.slice(0, 3)).toEqual(['{}', JSON.stringify({ 'vue-router:scroll': '{}' }), ''])
    expect(kept[3]).not.toMatch(/\*\*\*|[A-Z]{4}\d{6}/)
    expect(page.url()).toBe(`${demo.url}/listo`)
    await close()
  })

  test('prints a receipt that says all and carries nothing that is not masked', async () => {
    const { page, close } = await visit(browser, demo.url)
    await sendClaim(page, somebody('reset'))
    await page.getByRole('button', { name: 'Restablecer mi contraseña' }).click()
    await expectPage(page, 'Su contraseña fue restablecida')
    const pdf = await page.pdf({ path: outFile('comprobante.pdf'), preferCSSPageSize: true })
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1)
    await page.emulateMedia({ media: 'print' })
    await page.screenshot({ path: outFile('comprobante.png'), fullPage: true })
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
    expect(await page.locator('.sello').isVisible()).toBe(true)
    await close()
  })

  test.each([
    'no-alternate-email',
    'account-blocked',
    'reset-recently',
    'self-service-paused',
    'not-verified',
  ])('A07 who is stopped by «%s» is told a place, a telephone and hours', async code => {
    const { page, close } = await visit(browser, demo.url)
    const identity = demo.who(code)
    await sendClaim(page, identity)
    await page.getByRole('heading', { name: 'Dónde pedir ayuda' }).waitFor()
    const text = await page.locator('main').textContent()
    for (const told of ['312 000 0000', 'Oficinas centrales', '8:00 a 15:00 h']) expect(text).toContain(told)
    expect(text).not.toMatch(/[{}]|undefined/)
    await page.goBack()
    await page.locator('#curp').waitFor()
    expect(new URL(page.url()).pathname).toBe(pathOf(identity.profile))
    expect(await page.inputValue('#curp')).toBe(identity.claim.curp)
    await close()
  })
})
