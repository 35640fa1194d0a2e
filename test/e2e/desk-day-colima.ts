import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../house.ts'
import { centre } from '../roster/synthetic.ts'
import { heardOf, openedUp, textOf } from '../servers/pdf-tools.ts'
import { expectPage, named, said, shoot } from './browser.ts'
import { cameBefore, findLastWeek, helpAtCounter, mendWhatStopped, verifies } from './desk-day-help.ts'
import { type Day, openDay, type Town } from './desk-house.ts'
import * as step from './desk-steps.ts'

const school = centre(104, { nombre: 'Gregorio Torres Quintero', nivel: 'Primaria' })
const { cct = '' } = school
const address = `${cct.toLowerCase()}@colima.example`

/** Guía 5.2 to 5.5 from her desk, and what is asked of her besides. */
export function dayAtColima(town: () => Town) {
  describe('a day at the desk, as the guide of Colima says', () => {
    let at: Day
    let page: Day['page']
    let director: Person
    let next: Person
    let lucia: Person
    let ana: Person
    let folio = ''

    beforeAll(async () => {
      at = await openDay(town(), { preset: 'colima' })
      page = at.page
      const { h } = at
      const person = (nombre: string, other: object = {}) =>
        h.person({ nombre, primer_apellido: 'Ochoa', cct, ...other })
      director = await person('Elena', { puesto: 'DIRECTORA' })
      ;[next, lucia] = [await person('José Ángel'), await person('Lucía')]
      ana = {
        ...(await person('Ana Sofía', { correo_alterno: '' })),
        alternate: 'ana.sofia.ochoa@correo-libre.mx',
      }
      await h.load('centres', [{ ...school, curp_director: director.row.curp ?? '' }])
      await cameBefore(at, lucia)
    })
    afterAll(() => at?.end())

    test('she signs in with her password and the code of her application', async () => {
      await step.signIn(page, at.her)
      await said(page, 'Servidor de correo: funciona').waitFor()
      await said(page, 'Directorio «directorio»: funciona').waitFor()
      await shoot(page, 'dia-inicio')
    })

    test('5.2.1 a work centre gets its account by an oficio; its director is told how to enter', async () => {
      await named(page, 'link', 'Crear una cuenta').click()
      await step.chooseKind(page, /^Centro de trabajo/)
      await expectPage(page, 'Busque el centro de trabajo')
      await step.pick(page, 'centre', 'Torres Quintero')
      await said(page, 'Elena Ochoa').waitFor()
      await shoot(page, 'dia-centro')
      await step.goOn(page)
      await expectPage(page, 'Oficio')
      await step.fillOficio(page, 'DP/0231/2026', { scanned: true })
      await shoot(page, 'dia-oficio')
      await step.goOn(page)
      await expectPage(page, 'Revise y cree')
      await said(page, address).waitFor()
      await shoot(page, 'dia-revise')
      await step.create(page)
      await expectPage(page, 'Cuenta creada')
      folio = await step.done(page, 'Cuenta creada')
      await shoot(page, 'dia-creada')
      expect(at.credentials(director.alternate)).toMatchObject({ account: address, folio })
      expect(await at.binds(address, at.mailed(director.alternate))).toBe(true)
    })

    test('its reply is numbered and printed: to whom it goes and what for, and no password', async () => {
      await named(page, 'link', 'Generar oficio de respuesta').click()
      await expectPage(page, 'Generar un oficio')
      await page.fill('#signer', 'Ing. Rosa María Ochoa')
      await named(page, 'button', 'Ver cómo queda').click()
      const draft = await step.downloaded(page, /^Abrir el borrador/)
      expect(textOf(draft)).toContain('Mtra. Ana Ruiz Peña')
      await shoot(page, 'dia-borrador')
      await named(page, 'button', 'Generar oficio').click()
      await expectPage(page, /^Oficio SSST\/0001\/2026$/)
      await shoot(page, 'dia-oficio-generado')
      const pdf = await step.downloaded(page, 'Descargar el PDF')
      const read = textOf(pdf)
      for (const told of [
        'SSST/0001/2026',
        'Mtra. Ana Ruiz Peña',
        'Jefa del Nivel Primaria',
        'DP/0231/2026',
        address,
      ])
        expect(read, told).toContain(told)
      for (const text of [read, heardOf(pdf), openedUp(pdf)])
        expect(text).not.toContain(at.mailed(director.alternate))
      await named(page, 'button', 'Marcar como enviado').click()
      await step.submit(page)
      await said(page, 'Anotado: oficio enviado.').waitFor()
      await named(page, 'button', 'Registrar acuse').click()
      await page.fill('#received-by', 'Oficialía de partes')
      await page.fill('#received-on', '2026-11-22')
      await step.submit(page)
      await said(page, 'Acuse registrado.').waitFor()
      await verifies(town(), at, pdf, ['Elena', 'Ochoa', 'Ana Ruiz', address, cct])
    })

    test('a worker without alternate e-mail registers one at the counter, and then her account stands', () =>
      helpAtCounter(at, ana))

    test('5.3.1 a service gets its account under a name without domain; who answers for it is told', async () => {
      await named(page, 'link', 'Crear una cuenta').click()
      await step.chooseKind(page, /^Servicio/)
      await expectPage(page, 'Busque a la persona responsable')
      await step.pick(page, 'person', next.row.curp ?? '')
      await step.goOn(page)
      await expectPage(page, 'Nombre de la cuenta')
      await page.fill('#unit', 'Programa Nacional de Inglés')
      await page.fill('#name', 'direccion@x')
      await said(page, 'sin @ ni dominio').waitFor()
      await page.fill('#name', 'programa.ingles')
      await said(page, 'Disponible').waitFor()
      await step.goOn(page)
      await step.fillOficio(page, 'DP/0233/2026')
      await step.goOn(page)
      await step.create(page)
      await step.done(page, 'Cuenta creada')
      const { account, password } = at.credentials(next.alternate)
      expect(account).toBe('programa.ingles@colima.example')
      expect(await at.binds(account, password)).toBe(true)
    })

    test('5.2.3 a password is reset for whoever calls: what was asked of her is written down, the former one is dead', async () => {
      const before = at.mailed(director.alternate)
      await step.openAccount(page, address)
      await shoot(page, 'dia-cuenta')
      await named(page, 'button', 'Restablecer').click()
      await page.getByText('Verifique a quien llamó').click()
      for (const name of ['CURP', 'Centro de trabajo']) await page.getByRole('checkbox', { name }).check()
      await step.fillOficio(page, 'DP/0235/2026')
      await shoot(page, 'dia-restablecer')
      await step.submit(page)
      await step.done(page, 'Contraseña restablecida')
      const now = at.mailed(director.alternate)
      expect([await at.binds(address, before), await at.binds(address, now)]).toEqual([false, true])
      await expect.poll(() => at.newest(address)).toContain('Si fue usted')
      expect(at.newest(address)).not.toContain(now)
      await named(page, 'link', 'Ver el movimiento').click()
      await said(page, 'Por teléfono coincidieron: CURP, Centro de trabajo').waitFor()
      await shoot(page, 'dia-movimiento')
    })

    test('5.4 it is reassigned once she has shown again who she is; both are told', async () => {
      const before = at.mailed(director.alternate)
      await at.h.look("update staff_session set proven_at = now() - interval '1 day'")
      await step.openAccount(page, address)
      await named(page, 'button', 'Reasignar').click()
      await step.pick(page, 'to', next.row.curp ?? '')
      await step.goOn(page)
      await named(page, 'button', 'Confirmar reasignación').waitFor()
      await step.fillOficio(page, 'DP/0240/2026')
      await shoot(page, 'dia-reasignar')
      await step.submit(page)
      await step.stepUp(page, at.her)
      await step.done(page, 'Cuenta reasignada')
      const now = at.mailed(next.alternate)
      expect([await at.binds(address, before), await at.binds(address, now)]).toEqual([false, true])
      await expect.poll(() => at.newest(director.alternate)).toContain('ya no')
      expect(at.newest(director.alternate)).not.toContain(now)
      await named(page, 'link', 'Historial de responsables').click()
      for (const name of ['José Ángel', 'Elena']) await said(page, name).waitFor()
    })

    test('5.5 it is blocked and unblocked, closed by its typed address, and comes back', async () => {
      const password = at.mailed(next.alternate)
      await named(page, 'button', 'Bloquear').click()
      await step.fillOficio(page, 'DP/0245/2026')
      await step.submit(page)
      await step.done(page, 'Cuenta bloqueada')
      expect(await at.binds(address, password)).toBe(false)
      await named(page, 'button', 'Desbloquear').click()
      await step.submit(page)
      await step.done(page, 'Cuenta desbloqueada')
      expect(await at.binds(address, password)).toBe(true)
      await named(page, 'button', 'Cerrar cuenta…').click()
      await step.fillOficio(page, 'DP/0250/2026')
      await page.fill('#confirm', 'otra@colima.example')
      await step.submit(page)
      await page.getByRole('alert').waitFor()
      expect(await at.binds(address, password)).toBe(true)
      await page.fill('#confirm', address)
      await shoot(page, 'dia-cerrar')
      await step.submit(page)
      await step.done(page, 'Cuenta cerrada')
      expect(await at.binds(address, password)).toBe(false)
      await named(page, 'button', 'Reabrir').click()
      await step.fillOficio(page, 'DP/0251/2026')
      await step.submit(page)
      await step.done(page, 'Cuenta reabierta')
      expect(await at.binds(address, at.mailed(next.alternate))).toBe(true)
    })

    test('last week’s reset is found by CURP, and exactly that one is exported', () =>
      findLastWeek(at, lucia))

    test('the directory refuses a reset: the first page says so, and once that is mended it is done', () =>
      mendWhatStopped(town(), at, ana))

    test('what was seen left no error in the window', () => {
      expect({ errors: at.seen.errors, foreign: at.seen.foreign }).toEqual({ errors: [], foreign: [] })
    })
  })
}
