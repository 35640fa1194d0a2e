import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectNoSideways,
  expectPage,
  hasChromium,
  heading,
  launch,
  named,
  said,
  shoot,
  visit,
} from './browser.ts'
import { type Demo, startDemo } from './demo.ts'
import { answer, aVisit, fillClaim, inMinutes, running, sendClaim } from './steps.ts'

describe.skipIf(!hasChromium)('the public pages', () => {
  let browser: Browser
  let demo: Demo
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo()])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  test('A03 an error says how to mend it, above and beside the field, and nothing typed is lost', async () => {
    const { page, close } = await visit(browser, demo.url)
    await page.goto('/trabajador')
    await running(page)
    await page.fill('#curp', 'DAHN770618')
    await page.getByRole('button', { name: 'Continuar' }).click()
    const summary = page.getByRole('alert')
    await summary.waitFor()
    await expect.poll(() => page.locator(':focus').getAttribute('role')).toBe('alert')
    expect(await page.title()).toMatch(/^Error: Escriba su CURP y su CURT – /)
    expect(await summary.getByRole('link').allTextContents()).toEqual([
      'La CURP debe tener 18 letras y números',
      'Escriba su CURT',
    ])
    await summary.getByRole('link').first().click()
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe('curp')
    expect(await page.inputValue('#curp')).toBe('DAHN770618')
    expect(await page.locator('#curp').getAttribute('aria-describedby')).toBe('curp-hint curp-error')
    expect(await page.locator('#curp-error').textContent()).toBe('La CURP debe tener 18 letras y números')
    expect(await page.locator('form').getAttribute('novalidate')).not.toBeNull()
    await page.getByRole('button', { name: 'Continuar' }).click()
    await expect.poll(() => page.locator(':focus').getAttribute('role')).toBe('alert')
    await close()
  })

  test('A04 blanks, hyphens and small letters are forgiven, and pasting works', async () => {
    const { page, close } = await visit(browser, demo.url)
    const { claim } = demo.who('reset')
    await page.goto('/trabajador')
    await running(page)
    const curp = (claim.curp ?? '').toLowerCase()
    await page.locator('#curp').focus()
    await page.keyboard.insertText(`${curp.slice(0, 4)} ${curp.slice(4, 10)}-${curp.slice(10)}`)
    await page.fill('#curt', ` ${claim.curt} `)
    const request = page.waitForRequest(sent => sent.url().endsWith('/api/visits'))
    await page.getByRole('button', { name: 'Continuar' }).click()
    expect((await request).postDataJSON().claim).toEqual(claim)
    await expectPage(page, '¿Es usted?')
    await close()
  })

  test('A04 all 18 characters of a CURP are seen at 320 px, and no field makes a phone zoom', async () => {
    const { page, close } = await visit(browser, demo.url, { viewport: { width: 320, height: 640 } })
    await page.goto('/trabajador')
    await running(page)
    await page.fill('#curp', 'MMMMWWMMMMMMWWMMMM')
    const { text, room, size } = await page.locator('#curp').evaluate(input => {
      const { scrollWidth, clientWidth } = input
      const view = (
        input as unknown as {
          ownerDocument: { defaultView: { getComputedStyle(e: object): { fontSize: string } } }
        }
      ).ownerDocument.defaultView
      return { text: scrollWidth, room: clientWidth, size: view.getComputedStyle(input).fontSize }
    })
    expect(text).toBeLessThanOrEqual(room)
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(16)
    await close()
  })

  test('what was typed before the program arrived is kept', async () => {
    const { page, errors, close } = await visit(browser, demo.url)
    let arrive = () => {}
    const late = new Promise<void>(resolve => {
      arrive = resolve
    })
    await page.route('**/assets/*.js', async route => {
      await late
      await route.continue()
    })
    await page.goto('/trabajador', { waitUntil: 'commit' })
    await page.fill('#curp', 'DAHN770618MNEVRD92')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).search).toBe('')
    arrive()
    await running(page)
    expect(await page.inputValue('#curp')).toBe('DAHN770618MNEVRD92')
    expect(errors).toEqual([])
    await close()
  })

  test('what was typed and sent while a part of the program was on its way is kept, and sent', async () => {
    const { page, errors, close } = await visit(browser, demo.url)
    const held = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await page.route('**/assets/Password-*.js', async route => {
      asked.resolve()
      await held.promise
      await route.continue()
    })
    await page.goto('/contrasena', { waitUntil: 'commit' })
    await asked.promise
    await page.fill('#account', 'nadie@colima.example')
    await page.fill('#current', 'la que no es')
    await page.fill('#password', 'otra vez mi propia frase')
    await named(page, 'button', 'Guardar contraseña').click()
    held.resolve()
    await said(page, 'La cuenta o la contraseña no coinciden').waitFor()
    expect(await page.inputValue('#account')).toBe('nadie@colima.example')
    expect(errors).toEqual([])
    await close()
  })

  test('a second press while it is looking does nothing', async () => {
    const { page, close } = await visit(browser, demo.url)
    let asked = 0
    await page.route('**/api/visits', () => {
      asked++
    })
    await fillClaim(page, demo.who('reset'))
    await page.getByRole('button', { name: 'Continuar' }).click()
    const busy = page.getByRole('button', { name: 'Buscando…' })
    await busy.waitFor()
    await busy.click({ force: true })
    expect(await busy.getAttribute('aria-disabled')).toBe('true')
    expect(asked).toBe(1)
    await close()
  })

  test('errors that only the service finds stand beside their field too', async () => {
    const { page, close } = await visit(browser, demo.url)
    await answer(page, '/api/visits', 400, { code: 'malformed', fields: [{ name: 'curt', code: 'shape' }] })
    await sendClaim(page, demo.who('reset'))
    await page.getByRole('alert').waitFor()
    expect(await page.locator('#curt-error').textContent()).toBe('Revise su CURT: le falta o le sobra algo')
    await close()
  })

  test('A11 a password can be seen, pasted and filled in by a manager', async () => {
    const { page, close } = await visit(browser, demo.url)
    await page.goto('/contrasena')
    await running(page)
    await page.locator('#password').focus()
    await page.keyboard.insertText('una frase larga y mía')
    expect(await page.locator('#password').getAttribute('type')).toBe('password')
    await page.getByRole('button', { name: 'Mostrar: Contraseña nueva' }).click()
    expect(await page.locator('#password').getAttribute('type')).toBe('text')
    expect(await page.inputValue('#password')).toBe('una frase larga y mía')
    await page.getByRole('button', { name: 'Ocultar: Contraseña nueva' }).click()
    expect(await page.locator('#password').getAttribute('type')).toBe('password')
    const filled = ['account', 'current', 'password'].map(id =>
      page.locator(`#${id}`).getAttribute('autocomplete'),
    )
    expect(await Promise.all(filled)).toEqual(['username', 'current-password', 'new-password'])
    expect(await page.locator('#password-hint').textContent()).toContain('al menos 12 caracteres')
    await close()
  })

  test('A14 without JavaScript every page tells where to go, and no field pretends to work', async () => {
    for (const path of ['/', '/trabajador', '/confirmar', '/contrasena']) {
      const { page, close } = await visit(browser, demo.url, {
        javaScriptEnabled: false,
        viewport: { width: 320, height: 640 },
      })
      await page.goto(path)
      const sheet = page.locator('noscript')
      expect(await sheet.locator('.phone').isVisible()).toBe(true)
      expect(await sheet.textContent()).toMatch(/312 000 0000.*lunes a viernes de 8:00 a 15:00 h/)
      expect(await page.locator('form').filter({ visible: true }).count()).toBe(0)
      await expectNoSideways(page)
      await shoot(page, `sin-javascript${path === '/' ? '' : path.replace('/', '-')}-320`)
      await close()
    }
  })

  test('A14 at 400 % nothing has to be moved sideways', async () => {
    const { page, close } = await visit(browser, demo.url, {
      viewport: { width: 320, height: 256 },
      deviceScaleFactor: 4,
    })
    await page.goto('/trabajador')
    await expectNoSideways(page)
    await close()
  })

  test('A16 each new page starts at its heading and at its top', async () => {
    const { page, close } = await visit(browser, demo.url, { viewport: { width: 320, height: 480 } })
    await sendClaim(page, demo.who('reset'))
    await expectPage(page, '¿Es usted?')
    await expect.poll(() => page.locator(':focus').evaluate(element => element.tagName)).toBe('H1')
    expect(await page.locator('html').evaluate(html => html.scrollTop)).toBe(0)
    await page.getByRole('link', { name: 'Regresar' }).click()
    await expectPage(page, 'Escriba su CURP y su CURT')
    await expect.poll(() => page.locator(':focus').evaluate(element => element.tagName)).toBe('H1')
    expect(await heading(page).getAttribute('tabindex')).toBe('-1')
    await close()
  })

  test('A18 two minutes before the end more time is offered, and one press gives it', async () => {
    const { page, close } = await visit(browser, demo.url)
    await page.route('**/api/visits', async route => {
      const reply = await route.fetch()
      await route.fulfill({ response: reply, json: { ...(await reply.json()), expiresAt: inMinutes(1.8) } })
    })
    await sendClaim(page, demo.who('reset'))
    const dialog = page.getByRole('dialog', { name: 'Su tiempo está por terminar' })
    await dialog.waitFor()
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Necesito más tiempo')
    expect(await dialog.getByRole('status').textContent()).toMatch(/Quedan (1 minuto|2 minutos)/)
    const given = page.waitForResponse(reply => reply.url().endsWith('/extensions'))
    await page.keyboard.press('Enter')
    expect((await given).status()).toBe(200)
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => page.locator(':focus').evaluate(element => element.tagName)).toBe('H1')
    await close()
  })

  test('A18 when no more time can be given the dialog says so and lets her go on', async () => {
    const { page, close } = await visit(browser, demo.url)
    await answer(page, '/api/visits', 201, { ...aVisit, expiresAt: inMinutes(1.5) })
    await answer(page, '/api/visits/current/extensions', 409, { code: 'no-more-time' })
    await sendClaim(page, demo.who('reset'))
    await page.getByRole('button', { name: 'Necesito más tiempo' }).click()
    await page.getByText('Ya no podemos dar más tiempo.').waitFor()
    await page.getByRole('button', { name: 'Cerrar' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await page.getByRole('button', { name: 'Restablecer mi contraseña' }).isVisible()).toBe(true)
    await close()
  })

  test('a wrong clock on the phone does not end a visit', async () => {
    const { page, close } = await visit(browser, demo.url)
    await page.clock.install({ time: Date.now() + 3 * 3600_000 })
    await sendClaim(page, demo.who('reset'))
    await expectPage(page, '¿Es usted?')
    await page.clock.runFor(3000)
    expect(await heading(page).textContent()).toBe('¿Es usted?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await close()
  })

  test('A20 the privacy notice opens in place before the first field, and from every page', async () => {
    const { page, close } = await visit(browser, demo.url)
    await page.goto('/trabajador')
    await running(page)
    const notice = page.locator('details.privacy')
    await notice.locator('summary').click()
    expect(await notice.getByText('Quién usa sus datos').isVisible()).toBe(true)
    expect(page.url()).toBe(`${demo.url}/trabajador`)
    const before = await page
      .locator('#curp')
      .evaluate(
        (field, details) => Boolean(details && field.compareDocumentPosition(details as typeof field) & 2),
        await notice.elementHandle(),
      )
    expect(before).toBe(true)
    await page.goto('/contrasena')
    await running(page)
    await page.getByRole('button', { name: 'Aviso de privacidad' }).click()
    await page.getByRole('dialog').getByText('Para qué los usa').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Aviso de privacidad')
    await close()
  })

  test('A17 nothing moves when the letters arrive late', async () => {
    const { page, close } = await visit(browser, demo.url, { viewport: { width: 390, height: 844 } })
    await page.route('**/*.woff2', async route => {
      await page.locator('.footing').waitFor()
      await new Promise(resolve => setTimeout(resolve, 600))
      await route.continue()
    })
    await page.goto('/trabajador')
    const moved = await page.evaluate(async () => {
      const { document, PerformanceObserver } = globalThis as unknown as {
        document: { fonts: { ready: Promise<void> } }
        PerformanceObserver: new (
          see: (list: { getEntries(): { value: number }[] }) => void,
        ) => {
          observe(what: object): void
        }
      }
      let sum = 0
      new PerformanceObserver(list => {
        for (const { value } of list.getEntries()) sum += value
      }).observe({ type: 'layout-shift', buffered: true })
      await document.fonts.ready
      await new Promise(resolve => setTimeout(resolve, 500))
      return sum
    })
    expect(moved).toBeLessThan(0.02)
    await close()
  })

  test('keep their shape where the system chooses the colours', async () => {
    const { page, close } = await visit(browser, demo.url, {
      forcedColors: 'active',
      viewport: { width: 390, height: 844 },
    })
    await fillClaim(page, demo.who('reset'))
    await shoot(page, 'colores-del-sistema-390')
    const border = await page.getByRole('button', { name: 'Continuar' }).evaluate(button => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(e: object): { borderTopWidth: string }
      }
      return getComputedStyle(button).borderTopWidth
    })
    expect(border).toBe('2px')
    await close()
  })
})
