import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectPage, hasChromium, launch, named, type Seen, said, tabTo, visit } from './browser.ts'
import { type Demo, startDemo } from './demo.ts'
import { aMovement, aSession, members, no, ok, serveWorld, type World } from './staff-world.ts'
import { inMinutes } from './steps.ts'

const out = no('not-signed-in', 401)
const focused = (page: Page) =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { activeElement: { id: string; tagName: string; textContent: string } }
    }
    const { id, tagName, textContent } = document.activeElement
    return { id, tag: tagName, text: textContent.trim() }
  })
describe.skipIf(!hasChromium)('at the desk', () => {
  let browser: Browser
  let demo: Demo
  let seen: Seen
  let page: Page
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo()])
    seen = await visit(browser, demo.url, { viewport: { width: 1366, height: 768 } })
    page = seen.page
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })
  beforeEach(async () => {
    await serveWorld(page)
    await page.goto('/personal/no-hay')
    await page.evaluate(() =>
      (globalThis as unknown as { sessionStorage: { clear(): void } }).sessionStorage.clear(),
    )
  })
  const world = (other: Partial<World>) => serveWorld(page, other)

  test('B14 a member signs in and finds a movement by the keyboard alone', async () => {
    await world({
      'GET /api/session': [out, ok(aSession())],
      'POST /api/session': ok({ challenge: 'reto', needs: 'code', factors: ['totp'] }, 201),
      'POST /api/session/second-factor': ok(aSession(), 201),
    })
    await page.goto('/personal/movimientos?state=done')
    await expectPage(page, 'Entrar')
    await tabTo(page, 'login')
    await page.keyboard.type('lperez@mesa.example')
    await tabTo(page, 'password')
    await page.keyboard.type('una frase muy larga')
    await page.keyboard.press('Enter')
    await expectPage(page, 'Escriba el código de su aplicación')
    await expect.poll(async () => (await focused(page)).tag).toBe('H1')
    await tabTo(page, 'code')
    await page.keyboard.type('123 456')
    await page.keyboard.press('Enter')
    await expectPage(page, 'Movimientos')
    expect(page.url()).toMatch(/\/personal\/movimientos\?state=done$/)
    await said(page, '1,204 movimientos').waitFor()
    await tabTo(page, aMovement.folio)
    await page.keyboard.press('Enter')
    await expectPage(page, /M-2026-K7WQ4T/)
    await expect.poll(async () => (await focused(page)).tag).toBe('H1')
    await expect.poll(() => page.title()).toMatch(/^Restablecimiento de contraseña, folio M-2026-K7WQ4T – /)
  })

  test('B12 who enters by the provider comes back to where she was going, and its answer stands in no address', async () => {
    await world({
      'GET /api/session': [out, ok(aSession())],
      'GET /api/session/ways': ok({ password: false, provider: 'Microsoft' }),
      'POST /api/session/provider': ok(
        { address: `${demo.url}/personal/proveedor#code=una-clave&state=reto` },
        201,
      ),
      'POST /api/session/provider/answers': ok(aSession(), 201),
    })
    await page.goto('/personal/accesos')
    const sent = page.waitForRequest('**/api/session/provider/answers')
    await named(page, 'button', 'Entrar con Microsoft').click()
    expect((await sent).postDataJSON()).toEqual({ answer: 'code=una-clave&state=reto' })
    await expectPage(page, 'Personal con acceso')
    await page.goBack()
    expect(page.url()).not.toContain('una-clave')
  })

  test('B01 «/» leads to the search from anywhere, but not out of a field; a folio opens its movement', async () => {
    await page.goto('/personal/accesos/nuevo')
    await page.fill('#name', 'A')
    await page.press('#name', '/')
    expect(await page.inputValue('#name')).toBe('A/')
    await page.getByRole('heading', { level: 1 }).focus()
    await page.keyboard.press('/')
    await expect.poll(async () => (await focused(page)).id).toBe('quick')
    await page.keyboard.type('m-2026-k7wq4t')
    await page.keyboard.press('Enter')
    await expectPage(page, /M-2026-K7WQ4T/)
    await page.keyboard.press('/')
    await page.keyboard.type('López')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toMatch(/\/personal\/buscar\?q=L%C3%B3pez$/)
  })

  test('whoever turns the keys off is not surprised by them', async () => {
    await page.goto('/personal/')
    await expectPage(page, /^Hoy, /)
    await page.keyboard.press('?')
    await page.getByLabel('Usar atajos de una sola tecla').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    expect((await focused(page)).id).not.toBe('quick')
    await named(page, 'button', 'Atajos del teclado').click()
    await page.getByLabel('Usar atajos de una sola tecla').check()
  })

  test('B03 a dialog starts at the way out, Esc changes nothing, and the focus goes back', async () => {
    let asked = 0
    page.on('request', request => (asked += request.method() === 'PUT' ? 1 : 0))
    await page.goto('/personal/accesos/00000000-0000-4000-8000-000000000005')
    await named(page, 'button', 'Quitar el acceso').press('Enter')
    await page.getByRole('dialog').waitFor()
    await expect.poll(async () => (await focused(page)).text).toBe('Cancelar')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(async () => (await focused(page)).text).toBe('Quitar el acceso')
    expect(asked).toBe(0)
  })

  test('an act that asks once more who she is goes on by itself once she has said it', async () => {
    const path = '/api/members/00000000-0000-4000-8000-000000000005'
    await world({
      [`PUT ${path}`]: [no('step-up-required', 403), ok({ ...members[1], off: true })],
      'POST /api/session/proof/options': ok({ factors: ['totp'] }),
      'POST /api/session/proof': [no('code-wrong', 403), ok(aSession(), 201)],
    })
    await page.goto('/personal/accesos/00000000-0000-4000-8000-000000000005')
    await named(page, 'button', 'Quitar el acceso').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Quitar el acceso' }).click()
    await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
    for (const code of ['000000', '123456']) {
      await page.fill('#code', code)
      await named(page, 'button', 'Continuar').click()
      if (code === '000000') await page.getByRole('alert').waitFor()
    }
    await said(page, 'Acceso quitado.').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('whoever leaves that question has changed nothing, and is told nothing', async () => {
    await world({
      'PUT /api/members/00000000-0000-4000-8000-000000000005': no('step-up-required', 403),
      'POST /api/session/proof/options': ok({ factors: ['totp'] }),
    })
    await page.goto('/personal/accesos/00000000-0000-4000-8000-000000000005')
    await named(page, 'button', 'Guardar').click()
    await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('alert').count()).toBe(0)
    await named(page, 'button', 'Guardar').waitFor()
  })

  test('A18 what she was writing when her session ended stands there again after signing in, and no secret of it', async () => {
    await page.goto('/personal/accesos/nuevo')
    await page.fill('#login', 'nueva@mesa.example')
    await page.fill('#name', 'Nueva Persona')
    await page.fill('#curp', 'XEXX010101HNEXXXA4')
    await world({
      'GET /api/session': [out, ok(aSession())],
      'POST /api/members': out,
      'POST /api/session': ok(aSession(), 201),
    })
    await page.getByLabel('Operación').check()
    await named(page, 'button', 'Dar acceso').click()
    await expectPage(page, 'Entrar')
    await said(page, 'Lo que empezó a escribir sigue aquí').waitFor()
    const kept = await page.evaluate(() =>
      JSON.stringify((globalThis as unknown as { sessionStorage: object }).sessionStorage),
    )
    expect(kept).toContain('Nueva Persona')
    expect(kept).not.toContain('XEXX010101')
    await page.fill('#login', 'lperez@mesa.example')
    await page.fill('#password', 'una frase muy larga')
    await named(page, 'button', 'Entrar').click()
    await expectPage(page, 'Dar acceso a una persona')
    expect(await page.inputValue('#name')).toBe('Nueva Persona')
    expect(await page.getByLabel('Operación').isChecked()).toBe(true)
    await named(page, 'button', 'Empezar en blanco').click()
    expect(await page.inputValue('#name')).toBe('')
  })

  test('A18 «Sigo aquí» keeps the session; every window hears of its end', async () => {
    const ending = { ...aSession(), idleUntil: inMinutes(1) as unknown as string }
    await world({ 'GET /api/session': ok(ending), 'GET /api/desk': no('not-available', 503) })
    await page.goto('/personal/')
    const dialog = page.getByRole('dialog', { name: 'Su sesión está por terminar' })
    await dialog.waitFor()
    await named(page, 'button', 'Sigo aquí').click()
    await dialog.waitFor({ state: 'detached' })

    const other = await page.context().newPage()
    await serveWorld(other)
    await other.goto('/personal/movimientos')
    await expectPage(other, 'Movimientos')
    await named(other, 'button', 'Salir').click()
    await expectPage(other, 'Entrar')
    await expectPage(page, 'Entrar')
    await said(page, 'Usted salió').waitFor()
    await other.close()
  })

  test('B13 a menu shows what her roles allow, and a page beyond them says who can give access', async () => {
    await world({ 'GET /api/session': ok(aSession(['helpdesk'])) })
    await page.goto('/personal/accesos')
    await expectPage(page, 'Su función no permite ver esta página')
    await said(page, 'Pida el acceso a quien administra').waitFor()
    const menu = page.getByRole('navigation', { name: 'Menú principal' })
    expect(await menu.getByRole('link', { name: 'Movimientos' }).count()).toBe(1)
    expect(await menu.getByRole('link', { name: 'Personal con acceso' }).count()).toBe(0)
  })

  test('B09 the filters of a look-up stand in its address, and «back» finds the one before', async () => {
    await page.goto('/personal/movimientos')
    await page.selectOption('#kind', 'password-reset')
    await page.fill('#person', 'López')
    await named(page, 'button', 'Buscar movimientos').click()
    await expect.poll(() => page.url()).toMatch(/kind=password-reset&person=L%C3%B3pez$/)
    expect(await page.getByRole('link', { name: /en CSV$/ }).getAttribute('href')).toBe(
      '/api/movements.csv?kind=password-reset&person=L%C3%B3pez',
    )
    await named(page, 'button', 'Quitar: Persona: López').click()
    await expect.poll(() => page.url()).toMatch(/kind=password-reset$/)
    expect(await page.inputValue('#person')).toBe('')
    await page.goBack()
    await expect.poll(() => page.inputValue('#person')).toBe('López')
    await named(page, 'button', 'Quitar filtros').click()
    await expect.poll(() => page.url()).toMatch(/\/movimientos$/)
  })

  test('a look-up goes on from where it ended', async () => {
    const next = { ...aMovement, folio: 'M-2026-SGDPAG' }
    await world({
      'GET /api/movements': [
        ok({ movements: [aMovement], cursor: 'siguiente', count: 2, more: false }),
        ok({ movements: [next], cursor: null, count: 2, more: false }),
      ],
    })
    await page.goto('/personal/movimientos')
    await named(page, 'button', 'Ver los siguientes').click()
    await named(page, 'link', next.folio).waitFor()
    expect(await named(page, 'link', aMovement.folio).count()).toBe(1)
    expect(await named(page, 'button', 'Ver los siguientes').count()).toBe(0)
  })

  test('by night the desk is dark where she chose it, and on paper it is light', async () => {
    const shown = () =>
      page.evaluate(() => {
        const view = globalThis as unknown as {
          getComputedStyle(node: object): { backgroundColor: string; color: string }
          document: { body: object }
        }
        const { backgroundColor, color } = view.getComputedStyle(view.document.body)
        return { ground: backgroundColor, ink: color }
      })
    const day = { ground: 'rgb(244, 246, 245)', ink: 'rgb(27, 31, 35)' }
    const night = { ground: 'rgb(21, 24, 26)', ink: 'rgb(236, 234, 228)' }
    await page.goto('/personal/')
    expect(await shown()).toEqual(day)
    await page.getByLabel('Colores').selectOption('dark')
    expect(await shown()).toEqual(night)
    await page.reload()
    await expectPage(page, /^Hoy, /)
    expect(await shown()).toEqual(night)
    await page.emulateMedia({ media: 'print' })
    expect((await shown()).ink).toBe(day.ink)
    await page.emulateMedia({ media: 'screen' })
    await page.getByLabel('Colores').selectOption('system')
    expect(seen.errors).toEqual([])
  })
})
