import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectAccessible,
  expectInForcedColours,
  expectNoSideways,
  expectNoSidewaysBetween,
  hasChromium,
  heading,
  launch,
  type Seen,
  shoot,
  visit,
} from './browser.ts'
import { acceptedColours, themeOf, unreadable } from './contrast.ts'
import { type Demo, startDemo } from './demo.ts'
import { staffStates } from './staff-states.ts'

const NARROW = { width: 320, height: 640 }
const DESK = { width: 1366, height: 768 }
/** `SCREENS=all` asks axe at every size and by night too; the suite asks it at the narrowest, and at a desk where a state is told. */
const thorough = process.env.SCREENS === 'all'
const WINDOWS = thorough
  ? [NARROW, { width: 390, height: 844 }, DESK, { width: 1080, height: 1920 }, { width: 1920, height: 1080 }]
  : [NARROW, DESK]
/** One of each kind of screen, looked at by axe also as wide as a desk. */
const TOLD = ['segundo-llave', 'inicio', 'movimientos-filtrados', 'movimiento-reenviar', 'acceso']
const themes = acceptedColours(20).map(themeOf)

async function lookAt(page: Page, name: string) {
  await expectNoSidewaysBetween(page)
  for (const window of WINDOWS) {
    await page.setViewportSize(window)
    await expectNoSideways(page)
    await shoot(page, `personal-${name}-${window.width}`)
    if (thorough || window === NARROW || TOLD.includes(name)) await expectAccessible(page)
  }
}

describe.skipIf(!hasChromium)('every screen of the staff', () => {
  let browser: Browser
  let demo: Demo
  let seen: Seen
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: 'coahuila' })])
    seen = await visit(browser, demo.url, { viewport: DESK })
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  test.each(Object.entries(staffStates))(
    'A14 A15 LEY-18 «%s» can be read and used by everybody, by day and by night',
    async (name, open) => {
      const { page, errors, foreign } = seen
      await page.emulateMedia({ colorScheme: 'light', media: 'screen', reducedMotion: 'reduce' })
      await page.setViewportSize(DESK)
      await open(page)
      expect(await heading(page).count()).toBe(1)
      expect(await page.title()).toContain('Mi correo institucional')
      await lookAt(page, name)
      expect(await unreadable(page, themes)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await shoot(page, `personal-${name}-noche`)
      expect(await unreadable(page, themes)).toEqual([])
      if (thorough) await expectAccessible(page)
      await page.emulateMedia({ media: 'print' })
      expect(await unreadable(page, themes)).toEqual([])
      if (thorough) await expectInForcedColours(page, `personal-${name}`)
      expect({ errors: errors.splice(0), foreign: foreign.splice(0) }).toEqual({ errors: [], foreign: [] })
    },
  )
})
