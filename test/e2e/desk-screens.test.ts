import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountStates } from './account-states.ts'
import {
  expectAccessible,
  expectInForcedColours,
  expectNoSideways,
  expectNoSidewaysBetween,
  expectPage,
  hasChromium,
  heading,
  launch,
  type Seen,
  shoot,
  tabTo,
  visit,
} from './browser.ts'
import { createStates } from './create-states.ts'
import { ACCOUNT, deskWorld } from './desk-world.ts'
import { peopleStates } from './people-states.ts'
import { aMovement, ok, serveWorld } from './staff-world.ts'
import { historyOf, openPlace, type Place } from './station.ts'

const WINDOWS = [
  { width: 320, height: 640 },
  { width: 1366, height: 768 },
]
/** `SCREENS=all` asks axe at every size; the suite about the smallest. */
const thorough = process.env.SCREENS === 'all'
const windows = process.env.SCREENS
  ? [...WINDOWS, { width: 390, height: 844 }, { width: 1080, height: 1920 }]
  : WINDOWS
/** Where the focus is. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { activeElement: { id: string; textContent: string } }
    }
    const { id, textContent } = document.activeElement
    return id || textContent.trim()
  })
describe.skipIf(!hasChromium)('every screen of the desk', () => {
  let browser: Browser
  let place: Place
  let seen: Seen
  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('', 'colima')])
    seen = await visit(browser, place.url, { viewport: WINDOWS[0] as never })
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })
  beforeEach(async () => {
    const { page } = seen
    await page.setViewportSize(WINDOWS[0] as never)
    await page.goto('/personal/entrar')
    await page.evaluate(() =>
      (globalThis as unknown as { sessionStorage: { clear(): void } }).sessionStorage.clear(),
    )
  })

  test.each(Object.entries({ ...accountStates, ...createStates, ...peopleStates }))(
    'B02 B03 A14 A15 «%s» can be read and used by everybody',
    async (name, open) => {
      const { page, errors, foreign } = seen
      await open(page)
      expect(await heading(page).count()).toBe(1)
      await expectNoSidewaysBetween(page)
      for (const window of windows) {
        await page.setViewportSize(window)
        await expectNoSideways(page)
        await expectNoSidewaysInside(page)
        await shoot(page, `mesa-${name}-${window.width}`)
        if (thorough || window === WINDOWS[0]) await expectAccessible(page)
      }
      if (thorough) await expectInForcedColours(page, `mesa-${name}`)
      expect(await page.title()).not.toMatch(/@|Güemes|LOGF/)
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    },
  )

  test('B03 B14 an act is asked for, left and done by the keyboard alone; the focus begins on the way out and comes back', async () => {
    const { page } = seen
    await serveWorld(page, {
      ...deskWorld,
      [`POST /api/accounts/${ACCOUNT}/password-resets`]: ok({ ...aMovement, accountId: ACCOUNT }, 201),
    })
    await page.goto(`/personal/cuentas/${ACCOUNT}`)
    await page.getByRole('button', { name: 'Restablecer' }).waitFor()
    await tabTo(page, 'Restablecer')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => focused(page)).toBe('Cancelar')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Restablecer')
    await page.keyboard.press('Enter')
    await tabTo(page, 'reason')
    await page.keyboard.type('Lo pidió por teléfono')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'Contraseña restablecida · Folio' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Restablecer')
  })

  test('B03 whoever will answer for an account is found and taken by the keyboard alone', async () => {
    const { page } = seen
    await serveWorld(page, deskWorld)
    await page.goto(`/personal/cuentas/${ACCOUNT}`)
    await tabTo(page, 'Reasignar')
    await page.keyboard.press('Enter')
    await tabTo(page, 'to')
    await page.keyboard.type('López')
    await page.locator('#to-options [role=option]').first().waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.keyboard.press('ArrowDown')
    await page.locator('#to-options [role=option]').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Continuar')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Confirmar reasignación' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Cancelar')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Reasignar')
  })

  test('B01 an exact key opens its account at once, and what was typed leaves the address and the history', async () => {
    const { page } = seen
    await serveWorld(page, {
      ...deskWorld,
      'GET /api/accounts': ok({ exact: ACCOUNT, accounts: [], persons: [], more: false }),
    })
    await page.goto('/personal/buscar')
    await page.fill('#q', 'LOGF850214MCMPRR78')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Restablecer' }).waitFor()
    expect(page.url()).toMatch(new RegExp(`/personal/cuentas/${ACCOUNT}$`))
    expect((await historyOf(page)).join(' ')).not.toContain('LOGF')
  })

  test('A18 what was begun is found again, and the step that is open is the first unanswered', async () => {
    const { page } = seen
    await serveWorld(page, deskWorld)
    await page.goto('/personal/crear')
    await page.getByRole('radio', { name: /Servicio/ }).check()
    await page.getByRole('button', { name: 'Continuar' }).click()
    await expectPage(page, 'Busque a la persona responsable')
    await page.reload()
    await expectPage(page, 'Busque a la persona responsable')
    await page.goto('/personal/crear?paso=revise')
    await expectPage(page, 'Busque a la persona responsable')
    await page.goto('/personal/crear')
    await page.getByRole('button', { name: 'Empezar en blanco' }).click()
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0)
  })
})

/** A dialog that is open scrolls downwards only. */
async function expectNoSidewaysInside(page: Page) {
  const open = page.locator('dialog[open]')
  if ((await open.count()) === 0) return
  const [wide, room] = await open.evaluate(box => [box.scrollWidth, box.clientWidth] as const)
  expect(wide).toBeLessThanOrEqual(room)
}
