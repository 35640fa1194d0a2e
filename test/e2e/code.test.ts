import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectPage, hasChromium, launch, visit } from './browser.ts'
import { type Demo, type Identity, startDemo } from './demo.ts'
import { fillClaim, running, sendClaim } from './steps.ts'

const title = 'Escriba el código que enviamos'

describe.skipIf(!hasChromium)('a person whose institution mails a code first', () => {
  let browser: Browser
  let demo: Demo
  let used = 0
  const folder = mkdtempSync(join(tmpdir(), 'mci-code-'))
  beforeAll(async () => {
    const file = join(folder, 'mia.yaml')
    writeFileSync(file, 'extends: colima\nconfirmation: code\n')
    ;[browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: file })])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const somebody = (expected: 'create' | 'reset'): Identity => {
    const found = demo.identities.filter(({ expect }) => expect === expected)[used++]
    if (!found) throw new Error(`the demo has nobody left for ${expected}`)
    return found
  }
  const codes = async () =>
    (await demo.mails()).flatMap(({ text }) => /^Código: (\w{8})$/m.exec(text)?.[1] ?? [])
  const toCode = async (page: Page, identity: Identity) => {
    await sendClaim(page, identity)
    await expectPage(page, '¿Es usted?')
    await page.getByRole('button', { name: 'Enviar el código' }).click()
    await expectPage(page, title)
  }

  test('resets her password with the keyboard and what she pastes, also after a reload', async () => {
    const { page, errors, foreign, close } = await visit(browser, demo.url)
    await toCode(page, somebody('reset'))
    expect(await page.title()).toMatch(/^Escriba el código que enviamos – /)
    await expect.poll(() => page.locator(':focus').textContent()).toBe(title)
    expect(await page.locator('main').textContent()).toMatch(/Lo enviamos a .+\*\*\*@.+; vale 10 minutos\./)
    const field = page.getByLabel('Código')
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code')
    const [code = ''] = await codes()
    const mails = (await demo.mails()).length

    await page.reload()
    await expectPage(page, title)
    await running(page)
    expect((await demo.mails()).length).toBe(mails)

    await field.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(':focus').getAttribute('role')).toBe('alert')
    expect(await page.title()).toMatch(/^Error: Escriba el código que enviamos – /)
    await page.getByRole('alert').getByRole('link').click()
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe('code')

    const wrong = `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`
    await page.keyboard.type(wrong)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('El código no es correcto. Le quedan 4 intentos.').waitFor()
    expect(await page.locator('#code-error').textContent()).toBe(
      'El código no es correcto. Le quedan 4 intentos.',
    )
    expect(await field.inputValue()).toBe(wrong)

    await field.fill('')
    await field.focus()
    await page.keyboard.insertText(`${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `)
    await page.keyboard.press('Enter')
    await expectPage(page, 'Su contraseña fue restablecida')
    await expect
      .poll(async () => (await demo.mails()).some(({ text }) => text.includes('Contraseña temporal:')))
      .toBe(true)
    await page.goBack()
    await expectPage(page, 'Este trámite ya terminó')
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    await close()
  })

  test('goes back to see her data and on again with the same code', async () => {
    const { page, close } = await visit(browser, demo.url)
    await toCode(page, somebody('create'))
    const before = await codes()
    await page.getByRole('link', { name: 'Regresar' }).click()
    await expectPage(page, '¿Es usted?')
    await page.getByRole('button', { name: 'Enviar el código' }).click()
    await expectPage(page, title)
    expect(await codes()).toEqual(before)
    expect(await page.getByRole('button', { name: 'Enviar otro' }).count()).toBe(0)
    await page.getByLabel('Código').fill(before[0] ?? '')
    await page.getByRole('button', { name: 'Crear mi cuenta' }).click()
    await expectPage(page, 'Su cuenta fue creada')
    await close()
  })

  test('after repeated failures the page does the work, and she goes on without noticing', async () => {
    const { page, errors, foreign, close } = await visit(browser, demo.url)
    const identity = somebody('reset')
    await fillClaim(page, identity)
    for (let time = 0; time < 3; time++) {
      await page.fill('#curt', `X${time}99999`)
      await page.getByRole('button', { name: 'Continuar' }).click()
      await expectPage(page, 'Los datos no coinciden con nuestros registros')
      await page.getByRole('button', { name: 'Escribir de nuevo' }).click()
      await expectPage(page, 'Escriba su CURP y su CURT')
    }
    await page.fill('#curt', identity.claim.curt ?? '')
    const asked = page.waitForResponse(reply => reply.url().endsWith('/api/challenges'))
    await page.getByRole('button', { name: 'Continuar' }).click()
    expect((await asked).status()).toBe(200)
    await expectPage(page, '¿Es usted?')
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
    await close()
  })
})
