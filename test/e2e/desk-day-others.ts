import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cctCheckLetter } from '../../api/roster/cct.ts'
import type { Person } from '../house.ts'
import { openedUp, textOf } from '../servers/pdf-tools.ts'
import { expectPage, named, shoot } from './browser.ts'
import { type Day, openDay, type Town } from './desk-house.ts'
import * as step from './desk-steps.ts'

const office = `25ADG0104${cctCheckLetter('25ADG0104')}`
const read = (pdf: Buffer) => textOf(pdf).replaceAll(/\s+/g, ' ')
const dense = (text: string) => text.replaceAll(/\s/g, '')
const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)

/** From the first page to the last question, for one person by her CURP. */
async function toReview({ page }: Day, kind: RegExp, her: Person, oficio: string) {
  await named(page, 'link', 'Crear una cuenta').click()
  await step.chooseKind(page, kind)
  await expectPage(page, 'Busque a la persona')
  await step.pick(page, 'person', her.row.curp ?? '')
  await step.goOn(page)
  await expectPage(page, 'Oficio')
  await step.goOn(page)
  await page.getByRole('alert').waitFor()
  await step.fillOficio(page, oficio, { scanned: true })
  await step.goOn(page)
  await expectPage(page, 'Revise y cree')
}

/** PSDT-08: an official account comes and goes by oficio alone. */
export function dayAtSinaloa(town: () => Town) {
  describe('a day at the desk, as the procedure of Sinaloa says', () => {
    let at: Day
    let page: Day['page']
    let her: Person
    let address = ''
    beforeAll(async () => {
      at = await openDay(town(), { preset: 'sinaloa', kinds: ['innovation', 'personal'] })
      page = at.page
      her = await at.h.person({ nombre: 'Rosario', primer_apellido: 'Beltrán', cct: office })
      await step.signIn(page, at.her)
    })
    afterAll(() => at?.end())

    test('alta: with its oficio alone, and the sheet RSDT-08.02 is printed once', async () => {
      await toReview(at, /^Oficial de la SIG/, her, 'SE/118/2026')
      await page.getByLabel('Imprimir una hoja').check()
      await shoot(page, 'dia-sinaloa-revise')
      await step.create(page)
      await step.done(page, 'Cuenta creada')
      await shoot(page, 'dia-sinaloa-creada')
      const { account, password } = at.credentials(her.alternate)
      address = account
      expect(address).toBe('rosario.beltran@sig.sinaloa.example')
      const sheet = await step.downloaded(page, 'Abrir la hoja para imprimir')
      for (const told of ['RSDT-08.02', 'Cuenta de Correo Electrónico', address, 'Outlook'])
        expect(read(sheet), told).toContain(told)
      expect(dense(textOf(sheet))).toContain(dense(password))
      expect(await at.binds(address, password)).toBe(true)
      await named(page, 'link', 'Ver la cuenta').click()
      await expectPage(page, address)
      expect(await named(page, 'link', 'Abrir la hoja para imprimir').count()).toBe(0)
    })

    test('its answer takes the number that the Sistema de Oficios gave', async () => {
      await page.locator('table a.key').first().click()
      await named(page, 'link', 'Generar un oficio').click()
      await expectPage(page, 'Generar un oficio')
      await page.fill('#number', 'DSCT/1187/2026')
      await named(page, 'button', 'Generar oficio').click()
      await expectPage(page, 'Oficio DSCT/1187/2026')
      const pdf = await step.downloaded(page, 'Descargar el PDF')
      for (const told of ['DSCT/1187/2026', 'SE/118/2026', 'Mtra. Ana Ruiz Peña', address, 'PSDT-08'])
        expect(read(pdf), told).toContain(told)
      expect(openedUp(pdf)).not.toContain(at.mailed(her.alternate))
    })

    test('baja: with its oficio and the address typed; nobody enters any more, and she is told', async () => {
      const password = at.mailed(her.alternate)
      await step.openAccount(page, address)
      await named(page, 'button', 'Cerrar cuenta…').click()
      await step.submit(page)
      await page.getByRole('alert').waitFor()
      await step.fillOficio(page, 'SE/131/2026')
      await page.fill('#confirm', address)
      await step.submit(page)
      await step.done(page, 'Cuenta cerrada')
      await shoot(page, 'dia-sinaloa-baja')
      expect(await at.binds(address, password)).toBe(false)
      await expect.poll(() => at.newest(her.alternate)).toContain('cerró')
      expect({ errors: at.seen.errors, foreign: at.seen.foreign }).toEqual({ errors: [], foreign: [] })
    })
  })
}

/** 5.3: CT-RG.03 comes signed; the temporary password is signed for in CT-RG.02. */
export function dayAtPolitecnica(town: () => Town) {
  describe('a day at the desk, as the procedure of the Politécnica says', () => {
    let at: Day
    let page: Day['page']
    let her: Person
    beforeAll(async () => {
      at = await openDay(town(), { preset: 'politecnica', kinds: ['personal'] })
      page = at.page
      her = await at.h.person({ nombre: 'Xóchitl', primer_apellido: 'Zavaleta' })
      await step.signIn(page, at.her)
    })
    afterAll(() => at?.end())

    test('she is given a temporary password, and a line of CT-RG.02 waits for her signature', async () => {
      await toReview(at, /^Personal/, her, 'CT-RG.03/041/2026')
      await step.create(page)
      const folio = await step.done(page, 'Cuenta creada')
      const { account, password, expires } = at.credentials(her.alternate)
      expect(expires).not.toBe('')
      expect(await at.binds(account, password)).toBe(true)
      await named(page, 'link', 'Oficios').click()
      await named(page, 'link', 'Registros para imprimir').click()
      await page.fill('#from', day(-1))
      await page.fill('#to', day(1))
      await named(page, 'button', 'Preparar el registro').click()
      const register = await step.downloaded(page, /^Abrir el registro/)
      await shoot(page, 'dia-politecnica-registro')
      for (const told of ['CT-RG.02', 'Firma', 'responde por el uso', 'Xóchitl Zavaleta', 'Creación'])
        expect(read(register), told).toContain(told)
      for (const told of [folio, 'RG.03/041/2026']) expect(dense(textOf(register))).toContain(told)
      expect(openedUp(register)).not.toContain(password)
      expect({ errors: at.seen.errors, foreign: at.seen.foreign }).toEqual({ errors: [], foreign: [] })
    })
  })
}
