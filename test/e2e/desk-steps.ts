import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Account, codeOf } from '../staff/desk.ts'
import { expectPage, named, said } from './browser.ts'

/** The size of the window at a desk. */
export const desk = { viewport: { width: 1366, height: 768 } }

/** What came from the scanner. */
const scan = {
  name: 'oficio.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
}

/** By hand on the real page: password, then what her application shows. */
export async function signIn(page: Page, her: Account) {
  await page.goto('/personal')
  await expectPage(page, 'Entrar')
  await page.fill('#login', her.login)
  await page.fill('#password', her.password)
  await named(page, 'button', 'Entrar').click()
  await expectPage(page, 'Escriba el código de su aplicación')
  await page.fill('#code', codeOf(her.seed))
  await page.keyboard.press('Enter')
  await expectPage(page, /^Hoy, /)
}

/** Says once more who she is, in the middle of an act. */
export async function stepUp(page: Page, { seed }: Account) {
  await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
  await page.fill('#code', codeOf(seed, 1))
  await page.keyboard.press('Enter')
}

export async function fillOficio(page: Page, number: string, { scanned = false } = {}) {
  await page.locator('#number, #reason').first().waitFor()
  const either = page.getByRole('radio', { name: 'Con un oficio' })
  if ((await either.count()) > 0) await either.check()
  await page.fill('#number', number)
  await page.fill('#date', '2026-11-20')
  await page.fill('#sender', 'Mtra. Ana Ruiz Peña, Jefa del Nivel Primaria')
  if (!scanned) return
  await page.setInputFiles('#scan', scan)
  await said(page, 'Guardado').waitFor()
}

/** In her own words, where no letter is needed. */
export async function giveReason(page: Page, reason: string) {
  await page.getByRole('radio', { name: 'Con un motivo escrito' }).check()
  await page.fill('#reason', reason)
}

/** Types into a field that searches, and takes the first that is found. */
export async function pick(page: Page, field: string, typed: string) {
  await page.fill(`#${field}`, typed)
  await page.locator(`#${field}-options [role=option]`).first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

export const goOn = (page: Page) => named(page, 'button', 'Continuar').click()

export async function chooseKind(page: Page, label: string | RegExp) {
  await expectPage(page, '¿Qué tipo de cuenta?')
  await page.getByRole('radio', { name: label }).check()
  await goOn(page)
}

export async function openAccount(page: Page, address: string) {
  await page.fill('#quick', address)
  await page.keyboard.press('Enter')
  await expectPage(page, address)
  const here = page.getByRole('navigation', { name: 'Menú principal' }).locator('[aria-current=page]')
  expect(await here.allTextContents()).toEqual(['Editar una cuenta'])
}

/** The last step, after the policy of use where the institution has one. */
export async function create(page: Page) {
  await expectPage(page, 'Revise y cree')
  const policy = page.getByLabel('aceptó la política de uso')
  if ((await policy.count()) > 0) await policy.check()
  await named(page, 'button', 'Crear cuenta').click()
}

export const submit = (page: Page) => page.getByRole('dialog').locator('button[type=submit]').click()

/** The line that stands on top once it is done; answers its folio. */
export async function done(page: Page, what: string): Promise<string> {
  const line = said(page, new RegExp(`^${what} · Folio M-\\d{4}-\\w{6} · \\d\\d:\\d\\d h`))
  await line.waitFor()
  return /M-\d{4}-\w{6}/.exec((await line.textContent()) ?? '')?.[0] ?? ''
}

/** What a link brings to her disk, also one that would open beside. */
export async function downloaded(page: Page, link: string | RegExp): Promise<Buffer> {
  const found = page.getByRole('link', { name: link })
  await found.evaluate(anchor => anchor.setAttribute('download', ''))
  const [file] = await Promise.all([page.waitForEvent('download'), found.click()])
  expect(await file.failure()).toBeNull()
  return readFile(await file.path())
}
