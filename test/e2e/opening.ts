import type { Page } from 'playwright-core'
import { expectPage, named, said } from './browser.ts'
import { serveWorld, type World } from './staff-world.ts'

/** How a member gets to a state of a screen. */
export type Open = (page: Page) => Promise<unknown>

export const after =
  (open: Open, more: (page: Page) => Promise<unknown>): Open =>
  async page => {
    await open(page)
    await more(page)
  }

/** Openings of the staff's screens in this world, which each of them may change. */
export const openingIn =
  (usual: Partial<World>) =>
  (path: string, title: string | RegExp, world: Partial<World> = {}): Open =>
  async page => {
    await serveWorld(page, { ...usual, ...world })
    await page.goto(`/personal${path}`)
    await expectPage(page, title)
  }

export const press = (name: string) => (page: Page) => named(page, 'button', name).click()
export const dialog = (page: Page) => page.getByRole('dialog').waitFor()
export const alert = (page: Page) => page.getByRole('alert').first().waitFor()
export const words = (text: string | RegExp) => (page: Page) => said(page, text).waitFor()
