import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe, { type AxeResults, type RunOptions } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { addressIn, inTongue } from './tongue.ts'

const out = join(import.meta.dirname, 'out')
/** The same engine without a browser's own windows asks half as much of the machine. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
const program = process.env.CHROMIUM_PATH ?? programs.find(existsSync) ?? ''

/** Without the program the files of this folder are skipped; on the build machine that is a failure. */
export const hasChromium = existsSync(program)
if (!hasChromium) {
  const install = 'apt-get install --no-install-recommends chromium-headless-shell'
  if (process.env.CI) throw new Error(`no browser: ${install}`)
  console.warn(`skipped, no browser: ${install}`)
}

const how = {
  executablePath: program,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-dev-shm-usage',
  ],
}
export const launch = () => chromium.launch(how)
/** A browser that keeps what browsers keep, in this folder. */
export const launchKept = (folder: string) =>
  chromium.launchPersistentContext(folder, { ...how, viewport: { width: 1080, height: 1920 } })

export interface Seen {
  page: Page
  /** Errors of the console: a refused policy, a hydration that did not fit, an exception. */
  errors: string[]
  /** Addresses that were asked for outside the site. */
  foreign: string[]
  close(): Promise<void>
}

/** A window of its own, with no memory of earlier ones. */
export async function visit(
  browser: Browser,
  base: string,
  options: BrowserContextOptions = {},
): Promise<Seen> {
  const context = await browser.newContext({ baseURL: base, locale: 'es-MX', ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const errors: string[] = []
  const foreign: string[] = []
  page.on('pageerror', error => errors.push(String(error)))
  page.on('console', message => {
    // A refusal of the service is logged by the browser itself; it is no fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text())
  })
  page.on('request', request => {
    if (!request.url().startsWith(base)) foreign.push(request.url())
  })
  return { page, errors, foreign, close: () => context.close() }
}

const RULES: RunOptions = {
  resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}

/** axe runs in the page itself: nothing here has frames, and its driver for browsers takes twice as long. */
export async function expectAccessible(page: Page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults, RunOptions>(
    rules => (globalThis as unknown as { axe: typeof axe }).axe.run(rules),
    RULES,
  )
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`,
  )
  expect(told).toEqual([])
}

/**
 * In the few colours that a person with low vision has chosen for everything; by day, since axe reads the fill of text,
 * which forced colours by night leave as it was and do not draw.
 */
export async function expectInForcedColours(page: Page, name: string) {
  await page.emulateMedia({ media: 'screen', colorScheme: 'light', forcedColors: 'active', contrast: 'more' })
  await shoot(page, `${name}-forzados`)
  await expectAccessible(page)
  await page.emulateMedia({ forcedColors: 'none', contrast: 'no-preference' })
}

/** Nothing is wider than the window. */
export async function expectNoSideways(page: Page) {
  const wide = await page.locator('html').evaluate(html => html.scrollWidth)
  const window = page.viewportSize()?.width ?? 0
  expect(wide, `at ${window} px`).toBeLessThanOrEqual(window)
}

/** Between the sizes that are looked at: a tablet, a window that shares the screen, a desk whose letters are larger. */
export async function expectNoSidewaysBetween(page: Page) {
  for (const width of [600, 800, 1040, 1080, 1280]) {
    await page.setViewportSize({ width, height: 768 })
    await expectNoSideways(page)
  }
}

/** Keeps a picture to look at, where pictures are asked for: `SCREENS=1`. */
export async function shoot(page: Page, name: string) {
  if (!process.env.SCREENS) return
  mkdirSync(out, { recursive: true })
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true })
}

export const outFile = (name: string) => join(out, name)

export const heading = (page: Page) => page.getByRole('heading', { level: 1 })

/** Waits until the page with this heading stands and has the focus where it belongs. */
export async function expectPage(page: Page, title: string | RegExp) {
  await page.getByRole('heading', { level: 1, name: inTongue(page, title) }).waitFor()
}

export const go = (page: Page, path: string) => page.goto(addressIn(page, path))

/** A button or a link by its words. */
export const named = (page: Page, role: 'button' | 'link', name: string) =>
  page.getByRole(role, { name: inTongue(page, name), exact: true })

export const said = (page: Page, text: string | RegExp) => page.getByText(inTongue(page, text)).first()

/** Tab until the focus is on what has this id, label or name, as a person without a mouse does; once it stands there. */
export async function tabTo(page: Page, what: string | RegExp) {
  const [exact, name] = [typeof what === 'string', what]
  const meant = page
    .getByLabel(what, { exact })
    .or(page.getByRole('button', { name, exact }))
    .or(page.getByRole('link', { name, exact }))
    .or(page.locator(`[id="${exact ? what : ''}"]`))
  await meant.first().waitFor()
  for (let presses = 0; presses < 60; presses++) {
    if (await meant.evaluateAll(all => all.some(one => one.matches(':focus')))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no way to ${what} by the keyboard`)
}
