import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  expectAccessible,
  expectNoSideways,
  hasChromium,
  heading,
  launch,
  type Seen,
  shoot,
  visit,
} from './browser.ts'
import { acceptedColours, themeOf, unreadable } from './contrast.ts'
import { type Demo, startDemo } from './demo.ts'
import { states } from './states.ts'
import { speakEnglish } from './tongue.ts'

const PHONE = { width: 390, height: 844 }
const WINDOWS = [
  { width: 320, height: 640 },
  PHONE,
  { width: 1366, height: 768 },
  { width: 1080, height: 1920 },
  // A window of 1280 × 1024 at 400 %.
  { width: 320, height: 256 },
]
/** `SCREENS=all` asks axe at every size, in forced colours and about every screen in English; the suite about the smallest. */
const thorough = process.env.SCREENS === 'all'
const axed = thorough ? WINDOWS : WINDOWS.slice(0, 1)
const themes = acceptedColours(50).map(themeOf)
/** One screen of each kind. */
const SPOKEN = [
  'inicio',
  'trabajador-errores',
  'aviso-de-privacidad',
  'no-coinciden',
  'sin-correo-alterno',
  'cual-cuenta',
  'confirmar',
  'codigo',
  'mas-tiempo',
  'listo',
  'contrasena-errores',
  'activar',
  'activar-usado',
  'no-fui-yo',
  'accesibilidad',
]

async function lookAt(page: Page, name: string, windows: typeof WINDOWS) {
  for (const window of windows) {
    await page.setViewportSize(window)
    await expectNoSideways(page)
    if (window.height > 256) await shoot(page, `${name}-${window.width}`)
    if (axed.includes(window)) await expectAccessible(page)
  }
}

describe.skipIf(!hasChromium)('every public screen', () => {
  let browser: Browser
  let demo: Demo
  /** A window for each: what one of them still waits for ends with it. */
  let seen: Seen
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: 'coahuila' })])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })
  beforeEach(async () => {
    seen = await visit(browser, demo.url, { viewport: WINDOWS[0] as never })
  })
  afterEach(() => seen.close())

  test.each(Object.entries(states))(
    'A01 A14 A15 LEY-18 «%s» can be read and used by everybody',
    async (name, open) => {
      const { page, errors, foreign } = seen
      await open(page, demo)
      expect(await heading(page).count()).toBe(1)
      expect(await page.locator('main .button:not(.quiet)').count()).toBeLessThanOrEqual(1)
      await lookAt(page, name, WINDOWS)
      // Fifty institutions, each with its own colour; then the same on paper.
      await page.setViewportSize(PHONE)
      expect(await unreadable(page, themes)).toEqual([])
      await page.emulateMedia({ media: 'print' })
      expect(await unreadable(page, themes)).toEqual([])
      await page.emulateMedia({ media: 'screen', forcedColors: 'active', contrast: 'more' })
      if (thorough || SPOKEN.includes(name)) await expectAccessible(page)
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    },
  )

  test.each(
    Object.entries(states).filter(([name]) => name !== 'demostracion' && (thorough || SPOKEN.includes(name))),
  )(
    'A15 «%s» in English is as accessible, and what was said in Spanish is said in English',
    async (name, open) => {
      const { page, errors } = seen
      speakEnglish(page)
      await page.setViewportSize(PHONE)
      await open(page, demo)
      expect(await page.locator('html').getAttribute('lang')).toBe('en')
      if (thorough) await lookAt(page, `${name}-en`, WINDOWS)
      else await expectAccessible(page)
      expect(errors).toEqual([])
    },
  )
})
