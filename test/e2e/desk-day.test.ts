import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { codeOf, inOneGo, newcomer } from '../staff/desk.ts'
import { credentialsIn } from '../visitor.ts'
import { expectPage, hasChromium, launch, named, type Seen, said, visit } from './browser.ts'
import { pick } from './desk-states.ts'
import { openPlace, type Place } from './station.ts'

const desk = { viewport: { width: 1366, height: 768 } }
let people = 0
const told = ['María Fernanda', 'José Ángel', 'Ana Sofía', 'Luz Elena']

describe.skipIf(!hasChromium)('a day at the desk', () => {
  let browser: Browser
  let place: Place
  let seen: Seen
  let page: Page
  let seed = ''
  let address = ''
  let maria: Person
  let jose: Person

  /** Somebody of the padrón whom a name alone finds. */
  const person = (other: object = {}) =>
    place.h.person({ nombre: told[people++] ?? 'Eva', primer_apellido: 'Ochoa', ...other })
  const newest = (to: string) => place.h.smtp.mails.filter(mail => mail.to.includes(to)).at(-1)
  const entry = mailServers()
  const signsIn = (password: string) => entry(place.h, address, password)

  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('desk: { slip: true }', 'colima')])
    ;[maria, jose] = [await person(), await person()]
    const her = await newcomer(place.h, { roles: ['supervisor'], enrolled: true })
    seed = her.seed
    const door = place.h.visitor()
    await inOneGo(door, her)
    seen = await visit(browser, place.url, desk)
    page = seen.page
    const cookies = [...door.cookies].map(([name, value]) => ({ name, value, url: place.url }))
    await page.context().addCookies(cookies)
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })

  async function fillOficio(number: string) {
    await page.fill('#number', number)
    await page.fill('#date', '2026-11-20')
    await page.fill('#sender', 'Mtra. Ana Ruiz Peña, Jefa del Nivel Primaria')
  }
  const submit = () => page.getByRole('dialog').locator('button[type=submit]').click()
  const done = (what: string) =>
    said(page, new RegExp(`^${what} · Folio M-\\d{4}-\\w{6} · \\d\\d:\\d\\d h`)).waitFor()
  async function openAccount() {
    await page.fill('#quick', address)
    await page.keyboard.press('Enter')
    await expectPage(page, address)
    const here = page.getByRole('navigation', { name: 'Menú principal' }).locator('[aria-current=page]')
    expect(await here.allTextContents()).toEqual(['Editar una cuenta'])
  }

  test('a service account is created from an oficio, and its sheet is printed once', async () => {
    await page.goto('/personal')
    await named(page, 'link', 'Crear una cuenta').click()
    await page
      .getByRole('radio', { name: 'service' })
      .or(page.getByRole('radio', { name: /Servicio/ }))
      .first()
      .check()
    await named(page, 'button', 'Continuar').click()
    await expectPage(page, 'Busque a la persona responsable')
    await pick(page, 'person', maria.row.curp ?? '')
    await named(page, 'button', 'Continuar').click()
    await expectPage(page, 'Nombre de la cuenta')
    await page.fill('#unit', 'Programa Nacional de Inglés')
    await page.fill('#name', 'direccion@x')
    await said(page, 'sin @ ni dominio').waitFor()
    await page.fill('#name', 'programa.ingles')
    await said(page, 'Disponible').waitFor()
    await named(page, 'button', 'Continuar').click()
    await expectPage(page, 'Oficio')
    await fillOficio('DP/0231/2026')
    await page.setInputFiles('#scan', {
      name: 'oficio.png',
      mimeType: 'image/png',
      buffer: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    })
    await said(page, 'Guardado').waitFor()
    await named(page, 'button', 'Continuar').click()
    await expectPage(page, 'Revise y cree')
    await page.getByLabel('Imprimir una hoja').check()
    await page.getByLabel('aceptó la política de uso').check()
    await named(page, 'button', 'Crear cuenta').click()
    await expectPage(page, 'Cuenta creada')
    await done('Cuenta creada')
    const mail = newest(maria.alternate)
    const { account, password } = credentialsIn(mail?.text ?? '')
    address = account
    expect(account).toBe('programa.ingles@colima.example')
    expect(await signsIn(password)).toBe(true)
    expect(await named(page, 'link', 'Abrir la hoja para imprimir').getAttribute('href')).toMatch(/^blob:/)
    const [movement] = await place.h.look<{ oficio: { file?: string } }>(
      "select oficio from movement where kind = 'account-creation' order by seq desc limit 1",
    )
    expect(movement?.oficio.file).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('its reply is written, numbered, sent and acknowledged', async () => {
    await named(page, 'link', 'Generar oficio de respuesta').click()
    await expectPage(page, 'Generar un oficio')
    await page.locator('#body').waitFor()
    await page.fill('#signer', 'Ing. Rosa María Ochoa')
    await named(page, 'button', 'Ver cómo queda').click()
    const beside = page.context().waitForEvent('page')
    await page.getByRole('link', { name: /^Abrir el borrador/ }).click()
    const draft = await beside
    expect(draft.url()).toMatch(/^blob:/)
    await draft.close()
    await named(page, 'button', 'Generar oficio').click()
    await expectPage(page, /^Oficio SSST\/0001\//)
    const file = await named(page, 'link', 'Descargar el PDF').getAttribute('href')
    const pdf = await page.request.get(file ?? '')
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
    await named(page, 'button', 'Marcar como enviado').click()
    await submit()
    await said(page, 'Anotado: oficio enviado.').waitFor()
    await named(page, 'button', 'Registrar acuse').click()
    await page.fill('#received-by', 'Oficialía de partes')
    await page.fill('#received-on', '2026-11-22')
    await submit()
    await said(page, 'Acuse registrado.').waitFor()
  })

  test('its password is reset for whoever calls, and the former one is dead', async () => {
    const before = credentialsIn(newest(maria.alternate)?.text ?? '').password
    await openAccount()
    await named(page, 'button', 'Restablecer').click()
    await page.getByText('Verifique a quien llamó').click()
    for (const name of ['CURP', 'Centro de trabajo']) await page.getByRole('checkbox', { name }).check()
    await fillOficio('DP/0235/2026')
    await submit()
    await done('Contraseña restablecida')
    const { password } = credentialsIn(newest(maria.alternate)?.text ?? '')
    expect(password).not.toBe(before)
    expect([await signsIn(before), await signsIn(password)]).toEqual([false, true])
  })

  test('it is reassigned once she has shown again who she is', async () => {
    await place.h.look("update staff_session set proven_at = now() - interval '1 day'")
    await named(page, 'button', 'Reasignar').click()
    await pick(page, 'to', jose.row.curp ?? '')
    await named(page, 'button', 'Continuar').click()
    await named(page, 'button', 'Confirmar reasignación').waitFor()
    await fillOficio('DP/0240/2026')
    await submit()
    await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
    await page.fill('#code', codeOf(seed, 1))
    await page.keyboard.press('Enter')
    await done('Cuenta reasignada')
    expect(await signsIn(credentialsIn(newest(jose.alternate)?.text ?? '').password)).toBe(true)
    await named(page, 'link', 'Historial de responsables').click()
    await said(page, 'José Ángel').waitFor()
    await said(page, 'María Fernanda').waitFor()
  })

  test('it is blocked, unblocked and closed, and comes back', async () => {
    const { password } = credentialsIn(newest(jose.alternate)?.text ?? '')
    await named(page, 'button', 'Bloquear').click()
    await fillOficio('DP/0245/2026')
    await submit()
    await done('Cuenta bloqueada')
    expect(await signsIn(password)).toBe(false)
    await named(page, 'button', 'Desbloquear').click()
    await submit()
    await done('Cuenta desbloqueada')
    expect(await signsIn(password)).toBe(true)
    await named(page, 'button', 'Cerrar cuenta…').click()
    await fillOficio('DP/0250/2026')
    await page.fill('#confirm', address)
    await submit()
    await done('Cuenta cerrada')
    expect(await signsIn(password)).toBe(false)
    await named(page, 'button', 'Reabrir').click()
    await fillOficio('DP/0251/2026')
    await submit()
    await done('Cuenta reabierta')
  })

  test('somebody without alternate e-mail registers one at the counter with its code', async () => {
    const ana = await person({ correo_alterno: '' })
    await named(page, 'link', 'Correo alterno').click()
    await expectPage(page, 'Correo alterno')
    await pick(page, 'person', ana.row.curp ?? '')
    await said(page, 'Registrar el correo alterno').waitFor()
    await page.selectOption('#check', 'ine')
    await page.fill('#address', 'ana.sofia@gmial.com')
    await page.fill('#reason', 'No tenía')
    await named(page, 'button', 'Enviar el código').click()
    await said(page, '¿No será gmail.com?').waitFor()
    await named(page, 'button', 'Escribir el correo otra vez').click()
    await page.selectOption('#check', 'ine')
    await page.fill('#address', 'ana.sofia.ochoa@correo-libre.mx')
    await page.fill('#reason', 'No tenía')
    await named(page, 'button', 'Enviar el código').click()
    await said(page, 'Enviamos un código').waitFor()
    const [, code = ''] = /^Código: (.+)$/m.exec(newest('ana.sofia.ochoa@correo-libre.mx')?.text ?? '') ?? []
    await page.fill('#code', code.trim())
    await named(page, 'button', 'Comprobar el código').click()
    await said(page, 'Correo alterno registrado').waitFor()
    const kept = await place.h.look(
      `select address from contact where person_id = '${ana.id}' and "to" is null`,
    )
    expect(kept).toEqual([{ address: 'ana.sofia.ochoa@correo-libre.mx' }])
  })

  test('what was seen left no error in the window', () => {
    expect({ errors: seen.errors, foreign: seen.foreign }).toEqual({ errors: [], foreign: [] })
  })
})
