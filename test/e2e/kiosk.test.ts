import type { Browser, Page } from 'playwright-core'
import { encode } from 'uqr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setKiosk } from '../../api/kiosks/set.ts'
import { expectPage, hasChromium, launch, shoot } from './browser.ts'
import {
  atStart,
  COUNTDOWN,
  fillIn,
  historyOf,
  IDLE,
  keptIn,
  kioskAt,
  openPlace,
  openVisits,
  type Place,
  toConfirm,
  toResult,
} from './station.ts'
import { answer } from './steps.ts'

const system = { as: 'system', channel: 'system' } as const
const erase = (page: Page) => page.getByRole('button', { name: 'Terminar y borrar' })
const question = (page: Page) => page.getByRole('dialog', { name: '¿Sigue ahí?' })
/** On a busy machine even a short way takes long. */
const patient = { timeout: 12_000 }
/** So many seconds pass without anybody, one after the other. */
const pass = (page: Page, seconds: number) => page.clock.runFor(seconds * 1000)

describe.skipIf(!hasChromium)('a kiosk', () => {
  let browser: Browser
  let place: Place
  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('kiosk: { keyboard: true }')])
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })
  const somebody = () => place.h.person({ cct: '05DPR0001X', puesto: 'DOCENTE' })

  test('says its name once, and its address and its history forget the token at once', async () => {
    const { page, address, errors, close } = await kioskAt(browser, place)
    expect(page.url()).toBe(`${place.url}/?modo=kiosco`)
    const token = address.split('#quiosco=')[1] ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await keptIn(page)).not.toContain(token)
    await page.goto(`${place.url}/trabajador`)
    expect(await page.locator('html').getAttribute('data-kiosk')).toBe('')
    expect(errors).toEqual([])
    await close()
  })

  test('K01 after 60 s without input it asks, counts 30 s down, and wipes when nobody answers', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await toConfirm(page, await somebody())
    expect(await openVisits(place.h, name)).toHaveLength(1)
    await pass(page, IDLE - 2)
    expect(await question(page).count()).toBe(0)
    await pass(page, 3)
    await question(page).waitFor()
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Sigo aquí')
    const [seen, spoken] = [page.locator('.countdown'), question(page).getByRole('status')]
    const said = new Set<string>()
    const shown = new Set<string>()
    for (let second = 1; second < COUNTDOWN - 1; second++) {
      shown.add((await seen.textContent()) ?? '')
      said.add((await spoken.textContent()) ?? '')
      await pass(page, 1)
    }
    expect(shown.size).toBeGreaterThan(25)
    expect([...said]).toEqual([
      'Borraremos esta pantalla en 30 segundos.',
      'Borraremos esta pantalla en 10 segundos.',
    ])
    await shoot(page, 'quiosco-pregunta')
    await pass(page, 3)
    await atStart(page)
    expect(await openVisits(place.h, name)).toEqual([])
    expect(page.url()).toBe(`${place.url}/?modo=kiosco`)
    await close()
  })

  test('K01 «Sigo aquí», a key or Escape goes on where she was; input before the question starts the time anew', async () => {
    const { page, close } = await kioskAt(browser, place, { clock: true })
    await fillIn(page, await somebody())
    const typed = await page.inputValue('#curp')
    for (const stay of [
      () => page.getByRole('button', { name: 'Sigo aquí' }).click(),
      () => page.keyboard.press('a'),
      () => page.keyboard.press('Escape'),
    ]) {
      await pass(page, IDLE + 5)
      await question(page).waitFor()
      await stay()
      await question(page).waitFor({ state: 'hidden' })
    }
    await pass(page, IDLE - 5)
    await page.mouse.move(500, 900)
    await pass(page, IDLE - 5)
    expect(await question(page).count()).toBe(0)
    expect(await page.inputValue('#curp')).toBe(typed)
    await pass(page, 10)
    await question(page).getByRole('button', { name: 'Terminar' }).click()
    await atStart(page)
    await close()
  })

  test('K01 «Necesito más tiempo» makes it ten minutes, here and on the service', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await toConfirm(page, await somebody())
    const given = page.waitForResponse(reply => reply.url().endsWith('/extensions'))
    await page.getByRole('button', { name: 'Necesito más tiempo' }).click()
    expect((await given).status()).toBe(200)
    expect(await page.getByText('Listo: desde ahora la pantalla espera 10 minutos.').count()).toBe(1)
    const [row] = await place.h.look<{ left: number }>(
      `select extract(epoch from expires_at - now())::float8 as left from visit where origin = '${name}'`,
    )
    expect(Number(row?.left)).toBeGreaterThan(600)
    await pass(page, 9 * 60)
    expect(await question(page).count()).toBe(0)
    await pass(page, 65)
    await question(page).waitFor()
    await close()
  })

  test('K01 the result has 45 s and 20 s of its own', async () => {
    const { page, close } = await kioskAt(browser, place, { clock: true })
    await toResult(page, await somebody())
    await pass(page, 43)
    expect(await question(page).count()).toBe(0)
    await pass(page, 4)
    await question(page).waitFor()
    await pass(page, 21)
    await atStart(page)
    await close()
  })

  test('K01 who asked before the proof has the time after it, and whoever comes next has not', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await page.locator('.rows a').first().click()
    await page.getByRole('button', { name: 'Necesito más tiempo' }).click()
    await erase(page).click()
    await atStart(page)
    await page.locator('.rows a').first().click()
    expect(await page.getByRole('button', { name: 'Necesito más tiempo' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Necesito más tiempo' }).click()
    const given = page.waitForResponse(reply => reply.url().endsWith('/extensions'))
    const { claim } = await somebody()
    for (const [field, value] of Object.entries(claim)) await page.fill(`#${field}`, value)
    await page.getByRole('button', { name: 'Continuar' }).click()
    expect((await given).status()).toBe(200)
    const [row] = await place.h.look<{ left: number }>(
      `select extract(epoch from expires_at - now())::float8 as left from visit where origin = '${name}'`,
    )
    expect(Number(row?.left)).toBeGreaterThan(500)
    await close()
  })

  test('K01 a touch keeps the visit alive on the service, a vanished browser lets it die', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await toConfirm(page, await somebody())
    await place.h.look(`update visit set expires_at = now() + interval '9 seconds' where origin = '${name}'`)
    const told = page.waitForRequest(sent => sent.url().endsWith('/extensions'))
    await page.mouse.move(400, 900)
    await pass(page, 6)
    expect((await told).postDataJSON()).toEqual({ here: true })
    const left = async () =>
      Number(
        (
          await place.h.look<{ left: number }>(
            `select extract(epoch from expires_at - now())::float8 as left from visit where origin = '${name}'`,
          )
        )[0]?.left,
      )
    await expect.poll(left, patient).toBeGreaterThan(60)
    await close()
    expect(await left()).toBeLessThanOrEqual(IDLE + COUNTDOWN)
  })

  test('K03 where one profile is on, the start is there all the same, for nothing was typed on it', async () => {
    const colima = await openPlace('', 'colima')
    const { page, close } = await kioskAt(browser, colima)
    expect(await page.locator('.rows a').allTextContents()).toEqual([
      expect.stringContaining('Trabajadora o trabajador'),
      expect.stringContaining('Cambiar mi contraseña'),
    ])
    await close()
    await colima.h.close()
  })

  test('K04 bigger letters and high contrast go with the person, and end with her', async () => {
    const { page, close } = await kioskAt(browser, place)
    const size = () =>
      page.locator('html').evaluate(html => html.ownerDocument.defaultView?.getComputedStyle(html).fontSize)
    await page.getByRole('button', { name: 'Letra más grande' }).click()
    const contrast = page.getByRole('button', { name: 'Alto contraste' })
    await contrast.click()
    expect(await contrast.getAttribute('aria-pressed')).toBe('true')
    await fillIn(page, await somebody())
    expect(await size()).toBe('40px')
    const button = await page.getByRole('button', { name: 'Continuar' }).evaluate(one => {
      const style = one.ownerDocument.defaultView?.getComputedStyle(one)
      return [style?.backgroundColor, style?.color, style?.borderTopWidth]
    })
    expect(button).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)', '3px'])
    await erase(page).click()
    await atStart(page)
    expect(await size()).toBe('32px')
    expect(await contrast.getAttribute('aria-pressed')).toBe('false')
    await close()
  })

  test('K04 the whole errand can be done on the glass alone; the keys take no focus and no reader hears them', async () => {
    const { page, close } = await kioskAt(browser, place)
    const { claim } = await somebody()
    await page.locator('.rows a').first().click()
    const keyboard = page.locator('.keyboard')
    expect(await keyboard.getAttribute('aria-hidden')).toBe('true')
    expect(await keyboard.locator('button:not([tabindex="-1"])').count()).toBe(0)
    const touch = (key: string) => keyboard.getByText(key, { exact: true }).click()
    for (const [name, value] of Object.entries(claim)) {
      await page.locator(`#${name}`).click()
      for (const key of `${value}Z`) await touch(key)
      await touch('Borrar')
      await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe(name)
      expect(await page.inputValue(`#${name}`)).toBe(value)
    }
    await touch('Ñ')
    await touch('Borrar')
    await page.getByRole('button', { name: 'Continuar' }).click()
    await expectPage(page, '¿Es usted?')
    await close()
  })

  test('K04 real keys do it as well, and then no keys stand on the glass', async () => {
    const { page, close } = await kioskAt(browser, place)
    const { claim } = await somebody()
    await page.keyboard.press('Tab')
    while ((await page.locator(':focus').textContent())?.includes('Trabajadora') !== true)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    for (const value of Object.values(claim)) {
      while ((await page.locator(':focus').evaluate(one => one.tagName)) !== 'INPUT')
        await page.keyboard.press('Tab')
      await page.keyboard.type(value)
      await page.keyboard.press('Tab')
    }
    expect(await page.locator('.keyboard').count()).toBe(0)
    await page.locator('#curt').press('Enter')
    await expectPage(page, '¿Es usted?')
    await close()
  })

  test('K05 the second key shows dots; titles, addresses and the history tell nothing of her', async () => {
    const { page, close } = await kioskAt(browser, place)
    const person = await somebody()
    await fillIn(page, person)
    const seen = (id: string) =>
      page.locator(id).evaluate(one => {
        const style = one.ownerDocument.defaultView?.getComputedStyle(one)
        return (style as unknown as { webkitTextSecurity: string }).webkitTextSecurity
      })
    expect([await seen('#curp'), await seen('#curt')]).toEqual(['none', 'disc'])
    await page.getByRole('button', { name: /^Mostrar: / }).click()
    expect(await seen('#curt')).toBe('none')
    await page.getByRole('button', { name: /^Ocultar: / }).click()
    expect(await seen('#curt')).toBe('disc')
    await page.locator('.back').click()
    await atStart(page)
    const before = (await historyOf(page)).length
    for (const next of [
      () => toConfirm(page, person),
      () => page.getByRole('button', { name: 'Crear mi cuenta' }).click(),
      () => page.getByText('Enviamos su contraseña temporal').waitFor(),
    ]) {
      await next()
      expect(await keptIn(page)).not.toMatch(/\*\*\*|[A-Z]{4}\d{6}|M-\d{4}-/)
      expect(await historyOf(page)).toHaveLength(before)
    }
    await close()
  })

  test('P1-a on a kiosk the fields are empty after data that do not match', async () => {
    const { page, close } = await kioskAt(browser, place)
    const person = await somebody()
    await fillIn(page, { ...person, claim: { ...person.claim, curt: 'OTRA1234' } })
    await page.getByRole('button', { name: 'Continuar' }).click()
    await expectPage(page, 'Los datos no coinciden con nuestros registros')
    await page.getByRole('button', { name: 'Escribir de nuevo' }).click()
    await expectPage(page, /^Escriba su CURP/)
    expect(
      await page
        .locator('input')
        .evaluateAll(all => all.map(one => (one as unknown as { value: string }).value)),
    ).toEqual(['', ''])
    await close()
  })

  test('K06 the code on the start says the same address as the letters, without mode and without anybody', async () => {
    const { page, errors, close } = await kioskAt(browser, place)
    const drawn = await page.locator('.handoff').screenshot()
    expect(drawn.length).toBeGreaterThan(1000)
    const squares = (await page.locator('.handoff path').getAttribute('d')) ?? ''
    const code = encode(`${place.url}/`, { ecc: 'M', border: 2 })
    const dark = new Set([...squares.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`))
    expect(dark.size).toBe(code.data.flat().filter(Boolean).length)
    for (const [y, row] of code.data.entries())
      for (const [x, on] of row.entries()) expect(dark.has(`${x} ${y}`)).toBe(on)
    expect(await page.locator('.handoff .key').textContent()).toBe(place.url)
    expect(await page.locator('[style]').count()).toBe(0)
    expect(errors).toEqual([])
    await close()
  })

  test('K07 while the service is away it says so, tries each 30 s, and comes back by itself', async () => {
    const { page, close } = await kioskAt(browser, place, { clock: true })
    await page.context().setOffline(true)
    await pass(page, 31)
    await expectPage(page, 'Este quiosco no está disponible')
    await shoot(page, 'quiosco-cerrado')
    let asked = 0
    page.on('request', () => asked++)
    await pass(page, 61)
    await expect.poll(() => asked, patient).toBe(2)
    await page.context().setOffline(false)
    await pass(page, 31)
    await atStart(page)
    await close()
  })

  test('K07 a line that breaks at the wipe leaves nothing on the screen, and the start when it is back', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await toConfirm(page, await somebody())
    await page.context().setOffline(true)
    await erase(page).click()
    await expectPage(page, 'Este quiosco no está disponible')
    expect(await page.locator('body').textContent()).not.toContain('***')
    await page.context().setOffline(false)
    await pass(page, 31)
    await atStart(page)
    expect(await openVisits(place.h, name)).toEqual([])
    await close()
  })

  test('K07 one that is switched off says so within half a minute, and works again when it is on', async () => {
    const { page, name, close } = await kioskAt(browser, place, { clock: true })
    await setKiosk(place.h.ctx, system, name, 'off')
    await pass(page, 31)
    await expectPage(page, 'Este quiosco no está disponible')
    await page.reload()
    await expectPage(page, 'Este quiosco no está disponible')
    await setKiosk(place.h.ctx, system, name, 'on')
    await pass(page, 31)
    await atStart(page)
    await fillIn(page, await somebody())
    await setKiosk(place.h.ctx, system, name, 'off')
    await page.getByRole('button', { name: 'Continuar' }).click()
    await expectPage(page, 'Este quiosco no está disponible')
    await close()
  })

  test('K07 a new version is loaded on the start alone', async () => {
    const { page, close } = await kioskAt(browser, place, { clock: true })
    let loads = 0
    page.on('request', sent => {
      if (sent.isNavigationRequest()) loads++
    })
    const told = (await (await fetch(`${place.url}/api/institution`)).json()) as object
    await answer(page, '/api/institution', 200, { ...told, version: 'otra' })
    await page.locator('.rows a').first().click()
    // Long enough for it to ask again; time goes on besides, and nobody may be asked yet whether she is there.
    await pass(page, 32)
    expect(loads).toBe(0)
    await page.locator('.back').click()
    await atStart(page)
    // Whoever touches the start is still there; when she has gone it starts anew, and then finds the new version.
    await pass(page, IDLE + COUNTDOWN + 1)
    await expect.poll(() => loads, patient).toBe(1)
    await atStart(page)
    await pass(page, 5)
    expect(loads).toBe(1)
    await pass(page, 56)
    await expect.poll(() => loads, patient).toBe(2)
    await close()
  })

  test('what somebody set or opened on the start goes when she has gone', async () => {
    const { page, close } = await kioskAt(browser, place, { clock: true })
    await page.getByRole('button', { name: 'Alto contraste' }).click()
    await page.getByRole('button', { name: 'Aviso de privacidad' }).click()
    await pass(page, IDLE + COUNTDOWN + 1)
    await atStart(page)
    expect(await page.locator('html').getAttribute('data-contrast')).toBeNull()
    const before = (await historyOf(page)).length
    await page.getByRole('link', { name: 'English' }).click()
    await expectPage(page, 'Touch an option')
    expect(await historyOf(page)).toHaveLength(before)
    await pass(page, IDLE + COUNTDOWN + 1)
    await atStart(page)
    await close()
  })
})
