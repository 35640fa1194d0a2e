import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { addKiosk } from '../../api/kiosks/add.ts'
import { type Engine, type House, openHouse, type Person } from '../house.ts'
import { expectPage, visit } from './browser.ts'
import { pathOf, running } from './steps.ts'

const system = { as: 'system', channel: 'system' } as const
const portrait = { viewport: { width: 1080, height: 1920 } }
let named = 0

/** A service in this process that a browser can reach. */
export async function openPlace(institution = '', preset = 'coahuila', engine: Engine = 'PGlite') {
  const h = await openHouse(engine, { institution, preset })
  const url = await h.app.listen({ port: 0, host: '127.0.0.1' })
  return { h, url: url.replace('127.0.0.1', 'localhost') }
}
export type Place = Awaited<ReturnType<typeof openPlace>>

/** A kiosk that its installer just started; its clock is the test's where it has to wait. */
export async function kioskAt(browser: Browser, { h, url }: Place, { clock = false } = {}) {
  const name = `Quiosco ${++named}`
  const { address } = await addKiosk(h.ctx, system, name)
  const seen = await visit(browser, url, portrait)
  if (clock) await seen.page.clock.install()
  await seen.page.goto(address.replace('http://localhost:3000', url))
  await atStart(seen.page)
  await expect
    .poll(async () => (await seen.page.context().cookies()).map(one => one.name), { timeout: 12_000 })
    .toContain('mci-kiosk')
  return { name, address, ...seen }
}

export async function atStart(page: Page) {
  await expectPage(page, 'Toque una opción')
  await running(page)
}

/** From the start to P1 filled in, as a person who touches the screen. */
export async function fillIn(page: Page, { profile, claim }: Person) {
  await page.locator(`.rows a[href^="${pathOf(profile)}"]`).click()
  for (const [name, value] of Object.entries(claim)) await page.fill(`#${name}`, value)
}

export async function toConfirm(page: Page, person: Person) {
  await fillIn(page, person)
  await page.getByRole('button', { name: 'Continuar' }).click()
  await expectPage(page, '¿Es usted?')
}

export async function toResult(page: Page, person: Person) {
  await toConfirm(page, person)
  await page.getByRole('button', { name: 'Crear mi cuenta' }).click()
  await expectPage(page, 'Su cuenta fue creada')
}

/** Whatever stands between the question and the end, as the institution left it. */
export const IDLE = 60
export const COUNTDOWN = 30

/** The open visits of a kiosk, by the database's clock. */
export const openVisits = (h: House, name: string) =>
  h.look(`select id from visit where origin = '${name}' and ended_at is null and expires_at > now()`)

/** The entries of the window, as the browser itself keeps them. */
export async function historyOf(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  await session.detach()
  return entries.map(({ url, title }) => `${url} ${title}`)
}

/** What the window shows of itself and what pages may keep: address, title, history, storage, cookies, caches. */
export async function keptIn(page: Page): Promise<string> {
  const own = await page.evaluate(async () => {
    const { history, document, localStorage, sessionStorage, caches, indexedDB } = globalThis as never as {
      history: { state: unknown }
      document: { cookie: string }
      localStorage: object
      sessionStorage: object
      caches: { keys(): Promise<string[]> }
      indexedDB: { databases(): Promise<object[]> }
    }
    const kept = [
      history.state,
      localStorage,
      sessionStorage,
      await caches.keys(),
      await indexedDB.databases(),
    ]
    return `${kept.map(one => JSON.stringify(one)).join('\n')}\n${document.cookie}`
  })
  const cookies = (await page.context().cookies()).map(({ name }) => name)
  return [...(await historyOf(page)), page.url(), await page.title(), own, ...cookies].join('\n')
}
