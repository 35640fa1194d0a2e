import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, expectNoSideways, hasChromium, heading, launch, shoot } from './browser.ts'
import { kioskStates } from './kiosk-states.ts'
import { atStart, fillIn, kioskAt, openPlace, openVisits, type Place } from './station.ts'

const HEIGHT = 1920
/** `SCREENS=all` asks axe about every look; the suite about the one with the fewest colours. */
const thorough = process.env.SCREENS === 'all'

interface Box {
  name: string
  x: number
  y: number
  width: number
  height: number
}
interface Shown {
  getBoundingClientRect(): Box
  checkVisibility(): boolean
  textContent: string
  id: string
  className: string
}

/** Whatever can be operated now; under an open dialog that is what stands in it. */
const operable = (page: Page): Promise<Box[]> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: {
        querySelector(s: string): object | null
        querySelectorAll(s: string): Iterable<Shown>
      }
    }
    const within = document.querySelector('dialog[open]') ? 'dialog[open] ' : ''
    return [
      ...document.querySelectorAll(`${within}:is(a, button, summary, label.choice, input:not([type=radio]))`),
    ]
      .filter(one => one.checkVisibility() && one.className !== 'skip')
      .map(one => {
        const { x, y, width, height } = one.getBoundingClientRect()
        return { name: one.textContent.trim() || one.id, x, y, width, height }
      })
  })

/** Pixels between the nearest edges of two boxes. */
function gap(one: Box, other: Box) {
  const across = Math.max(one.x, other.x) - Math.min(one.x + one.width, other.x + other.width)
  const down = Math.max(one.y, other.y) - Math.min(one.y + one.height, other.y + other.height)
  return Math.max(across, down)
}

async function expectWithinReach(page: Page) {
  const boxes = await operable(page)
  for (const { name, y, height, width } of boxes)
    expect([name, Math.floor(y) >= HEIGHT / 4, height >= 72, width >= 72]).toEqual([name, true, true, true])
  for (const [at, one] of boxes.entries())
    for (const other of boxes.slice(at + 1))
      expect(gap(one, other), `${one.name} | ${other.name}`).toBeGreaterThanOrEqual(16)
}

/** Not while errors stand above the fields: then the focus is on them, and the page is longer than the glass. */
async function expectPrimaryWithinReach(page: Page) {
  const primary = page.locator('main .button:not(.quiet), dialog .button:not(.quiet)').last()
  if (!(await primary.count()) || (await page.locator('.error-summary').count())) return
  const { y, height } = (await primary.boundingBox()) ?? { y: 0, height: 0 }
  expect(y, 'the primary button').toBeGreaterThanOrEqual(HEIGHT * 0.4)
  expect(y + height, 'the primary button').toBeLessThanOrEqual(HEIGHT * 0.8)
}

async function expectNothingLeaves(page: Page, origin: string) {
  const links = await page
    .locator('a')
    .evaluateAll(all => all.map(one => (one as unknown as { href: string }).href))
  for (const link of links) expect(link.startsWith(`${origin}/`), link).toBe(true)
  const open = 'input:not([type=radio]):not([autocomplete=off]), input[type=file], [download]'
  expect(await page.locator(open).count()).toBe(0)
  expect(await page.getByRole('button', { name: /Imprimir|Copiar/ }).count()).toBe(0)
}

const look = (page: Page, name: string, on: boolean) =>
  page
    .locator('html')
    .evaluate(
      (html, [attribute, on]) =>
        (html as unknown as { toggleAttribute(a: string, on: boolean): void }).toggleAttribute(attribute, on),
      [`data-${name}`, on] as const,
    )

describe.skipIf(!hasChromium).each(['with keys on the glass', 'without'])('every kiosk screen, %s', keys => {
  const glass = keys.startsWith('with ')
  let browser: Browser
  let place: Place
  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace(`kiosk: { keyboard: ${glass} }`)])
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })
  const states = Object.entries(kioskStates).filter(([, { typing }]) => !glass || typing)

  test.each(states)(
    'K02 K03 K05 A15 «%s» is within reach, accessible in every look, lets nothing out, and ends at one press',
    async (state, { open }) => {
      const { page, name, errors, foreign, close } = await kioskAt(browser, place)
      await open(page, place)
      const picture = `quiosco-${state}${glass ? '-teclado' : ''}`
      await shoot(page, picture)
      expect(await heading(page).count()).toBe(1)
      await expectNoSideways(page)
      await expectWithinReach(page)
      await expectPrimaryWithinReach(page)
      await expectNothingLeaves(page, place.url)
      if (thorough) await expectAccessible(page)
      for (const one of ['bigger', 'contrast']) {
        await look(page, one, true)
        await shoot(page, `${picture}-${one}`)
        if (thorough || one === 'contrast') await expectAccessible(page)
        await expectNoSideways(page)
        await look(page, one, false)
      }
      const erase = page.getByRole('button', { name: 'Terminar y borrar' })
      if (state === 'inicio') expect(await erase.count()).toBe(0)
      else {
        await page.unrouteAll()
        await erase.click()
        await atStart(page)
        expect(await openVisits(place.h, name)).toEqual([])
      }
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
      await close()
    },
  )

  test('K03 K08 the start says «Toque una opción» over bands of 200 px in the lower part', async () => {
    const { page, close } = await kioskAt(browser, place)
    const bands = (await operable(page)).filter(({ height }) => height >= 200)
    expect(bands).toHaveLength(3)
    expect(bands[0]?.y).toBeGreaterThan(HEIGHT * 0.4)
    expect((bands.at(-1)?.y ?? 0) + (bands.at(-1)?.height ?? 0)).toBeLessThan(HEIGHT * 0.8)
    const root = await page
      .locator('html')
      .evaluate(html => html.ownerDocument.defaultView?.getComputedStyle(html).fontSize)
    expect(root).toBe('32px')
    await close()
  })

  test('K03 the keys fit on the glass together with the fields and the end', async () => {
    const { page, close } = await kioskAt(browser, place)
    await fillIn(page, await place.h.person({ cct: '05DPR0001X', puesto: 'DOCENTE' }))
    const boxes = await operable(page)
    const keys = boxes.filter(({ name }) => /^[A-ZÑ0-9]$/.test(name))
    expect(keys.length).toBe(glass ? 37 : 0)
    const end = boxes.find(({ name }) => name === 'Terminar y borrar')
    expect((end?.y ?? HEIGHT) + (end?.height ?? 0)).toBeLessThanOrEqual(HEIGHT)
    await close()
  })
})
