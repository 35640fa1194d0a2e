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
import { deskStates } from './desk-states.ts'
import { openPlace, type Place } from './station.ts'

const WINDOWS = [
  { width: 320, height: 640 },
  { width: 1366, height: 768 },
]
const thorough = process.env.SCREENS === 'all'
const windows = process.env.SCREENS ? [...WINDOWS, { width: 390, height: 844 }] : WINDOWS

describe.skipIf(!hasChromium)('every screen of the desk', () => {
  let browser: Browser
  let place: Place
  let seen: Seen
  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('', 'colima')])
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })
  beforeEach(async () => {
    seen = await visit(browser, place.url, { viewport: WINDOWS[0] as never })
  })
  afterEach(() => seen.close())

  test.each(Object.entries(deskStates))(
    'B02 B03 A14 A15 «%s» can be read and used by everybody',
    async (name, open) => {
      const { page, errors, foreign } = seen
      await open(page)
      expect(await heading(page).count()).toBe(1)
      for (const window of windows) {
        await page.setViewportSize(window)
        await expectNoSideways(page)
        await expectNoSidewaysInside(page)
        await shoot(page, `mesa-${name}-${window.width}`)
        if (thorough || window.width !== 390) await expectAccessible(page)
      }
      expect(await page.title()).not.toMatch(/@|Güemes|LOGF/)
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    },
  )
})

/** A dialog that is open scrolls downwards only. */
async function expectNoSidewaysInside(page: Page) {
  const open = page.locator('dialog[open]')
  if ((await open.count()) === 0) return
  const [wide, room] = await open.evaluate(box => [box.scrollWidth, box.clientWidth] as const)
  expect(wide).toBeLessThanOrEqual(room)
}
