import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, expectNoSideways, hasChromium, heading, launch, shoot, visit } from './browser.ts'
import { type Demo, startDemo } from './demo.ts'
import { states } from './states.ts'

const WINDOWS = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 1366, height: 768 },
] as const
const TALL = ['inicio', 'trabajador', 'confirmar', 'listo']

describe.skipIf(!hasChromium)('every public screen', () => {
  let browser: Browser
  let demo: Demo
  beforeAll(async () => {
    ;[browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: 'coahuila' })])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  test.each(Object.entries(states))(
    'A01 A14 A15 «%s» can be read and used by everybody',
    async (name, open) => {
      const { page, errors, foreign, close } = await visit(browser, demo.url, { viewport: WINDOWS[0] })
      await open(page, demo)
      expect(await heading(page).count()).toBe(1)
      expect(await page.locator('main .button:not(.quiet)').count()).toBeLessThanOrEqual(1)
      for (const window of WINDOWS) {
        await page.setViewportSize(window)
        await shoot(page, `${name}-${window.width}`)
        await expectAccessible(page)
        await expectNoSideways(page)
      }
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
      await close()
    },
  )

  test.each(TALL)('A14 «%s» stands upright on a tall screen', async name => {
    const { page, close } = await visit(browser, demo.url, { viewport: { width: 1080, height: 1920 } })
    await states[name]?.(page, demo)
    await shoot(page, `${name}-1080`)
    await expectNoSideways(page)
    await close()
  })
})
