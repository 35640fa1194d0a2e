import { parse } from 'csv-parse/sync'
import readXlsx from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../house.ts'
import { centre } from '../roster/synthetic.ts'
import { heardOf, openedUp, qrOf, textOf } from '../servers/pdf-tools.ts'
import { credentialsIn } from '../visitor.ts'
import { expectAccessible, expectPage, named, said, shoot, visit } from './browser.ts'
import { type Day, openDay, type Town } from './desk-house.ts'
import * as step from './desk-steps.ts'

const school = centre(104, { nombre: 'Gregorio Torres Quintero', nivel: 'Primaria' })
const address = `${school.cct?.toLowerCase()}@colima.example`
const kiosk = 'cn=kiosco,ou=servicios,dc=example,dc=mx'
const database = 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n'
const day = (n: number) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'America/Mexico_City' })

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
    const hers = () => credentialsIn(at.newest(ana.alternate))

    beforeAll(async () => {
      at = await openDay(town(), { preset: 'colima' })
      page = at.page
      const { h } = at
      const person = (nombre: string, other: object = {}) =>
        h.person({ nombre, primer_apellido: 'Ochoa', cct: school.cct, ...other })
      director = await person('Elena', { puesto: 'DIRECTORA' })
      ;[next, lucia] = [await person('José Ángel'), await person('Lucía')]
      ana = { ...(await person('Ana Sofía', { correo_alterno: '' })), alternate: 'ana.sofia.ochoa@correo-libre.mx' }
      await h.load('centres', [{ ...school, curp_director: director.row.curp ?? '' }])
      await lastWeeks()
    })
    afterAll(() => at?.end())

    /** Weeks before: she came for her account, and for another password a week ago and today. */
    async function lastWeeks() {
      for (const ago of [40, 7, 0]) {
        await at.h.look("update credential_issue set issued_at = issued_at - interval '40 days'")
        await at.h.visitor().goThrough(lucia)
        await at.h.look(`update movement set intended_at = now() - interval '${ago} days'
          where person_id = '${lucia.id}' and intended_at > now() - interval '1 hour'`)
      }
    }

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
      await shoot(page, 'dia-revise')
      await named(page, 'button', 'Crear cuenta').click()
      await expectPage(page, 'Cuenta creada')
      folio = await step.done(page, 'Cuenta creada')
      await shoot(page, 'dia-creada')
      expect(credentialsIn(at.newest(director.alternate))).toMatchObject({ account: address, folio })
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
      for (const told of ['SSST/0001/2026', 'Mtra. Ana Ruiz Peña', 'Jefa del Nivel Primaria', 'DP/0231/2026', address])
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
      await whoeverHoldsIt(pdf)
    })

    /** By the QR on the paper, at a browser that knows nothing of us. */
    async function whoeverHoldsIt(pdf: Buffer) {
      const outside = await visit(town().browser, at.url, step.desk)
      await outside.page.goto(qrOf(pdf).replace('http://localhost:3000', at.url))
      await expectPage(outside.page, 'Oficio vigente')
      const told = await outside.page.locator('body').innerText()
      expect(told).toContain('SSST/0001/2026')
      for (const secret of ['Elena', 'Ochoa', 'Ana Ruiz', address, school.cct ?? '-'])
        expect(told).not.toContain(secret)
      await shoot(outside.page, 'dia-verificar')
      await expectAccessible(outside.page)
      expect({ errors: outside.errors, foreign: outside.foreign }).toEqual({ errors: [], foreign: [] })
      await outside.close()
    }

    test('a worker without alternate e-mail registers one at the counter, and then her account stands', async () => {
      await named(page, 'link', 'Correo alterno').click()
      await expectPage(page, 'Correo alterno')
      await step.pick(page, 'person', ana.row.curp ?? '')
      await said(page, 'Registrar el correo alterno').waitFor()
      await page.selectOption('#check', 'ine')
      await page.fill('#reason', 'No tenía')
      for (const written of ['ana.sofia@gmial.com', ana.alternate]) {
        await page.fill('#address', written)
        await named(page, 'button', 'Enviar el código').click()
        if (written === ana.alternate) break
        await said(page, '¿No será gmail.com?').waitFor()
        await shoot(page, 'dia-ventanilla')
        await named(page, 'button', 'Escribir el correo otra vez').click()
      }
      await said(page, 'Enviamos un código').waitFor()
      await page.fill('#code', /^Código: (.+)$/m.exec(at.newest(ana.alternate))?.[1]?.trim() ?? '')
      await named(page, 'button', 'Comprobar el código').click()
      await said(page, 'Correo alterno registrado').waitFor()
      await shoot(page, 'dia-ventanilla-lista')
      await named(page, 'link', 'Crear ahora su cuenta').click()
      await step.chooseKind(page, /^Personal/)
      await expectPage(page, 'Busque a la persona')
      await said(page, 'Ana Sofía Ochoa').waitFor()
      await step.goOn(page)
      await step.giveReason(page, 'Vino a la ventanilla')
      await step.goOn(page)
      await named(page, 'button', 'Crear cuenta').click()
      await step.done(page, 'Cuenta creada')
      expect(await at.binds(hers().account, hers().password)).toBe(true)
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

    test('last week’s reset is found by CURP, and exactly that one is exported', async () => {
      await named(page, 'link', 'Movimientos').first().click()
      await expectPage(page, 'Movimientos')
      await page.fill('#from', day(-8))
      await page.fill('#to', day(-6))
      await page.selectOption('#kind', { label: 'Restablecimiento de contraseña' })
      await page.fill('#person', lucia.row.curp ?? '')
      await named(page, 'button', 'Buscar movimientos').click()
      await said(page, '1 movimiento').waitFor()
      await shoot(page, 'dia-bitacora')
      const link = page.locator('table a.key')
      const found = await link.innerText()
      const csv: string[][] = parse(await step.downloaded(page, 'Exportar 1 fila en CSV'), { bom: true })
      const [{ data = [] } = {}] = (await readXlsx(await step.downloaded(page, 'Exportar 1 fila en Excel'))) as unknown as { data: string[][] }[]
      for (const rows of [csv, data]) {
        expect(rows).toHaveLength(2)
        expect(rows[1]).toEqual(expect.arrayContaining([found, 'Restablecimiento de contraseña', 'Terminado']))
      }
      await link.click()
      await expectPage(page, new RegExp(found))
    })

    test('the directory refuses a reset: the first page says so, and once that is mended it is done', async () => {
      const before = hers()
      const rule = `olcAccess: {0}to attrs=userPassword by dn.exact="${kiosk}" none by anonymous auth by * none`
      town().directory.configure(`${database}add: olcAccess\n${rule}\n`)
      await step.openAccount(page, before.account)
      await named(page, 'button', 'Restablecer').click()
      await step.giveReason(page, 'Olvidó su contraseña')
      await step.submit(page)
      const stuck = await said(page, /pide atención · Folio/).innerText()
      expect(await at.binds(before.account, before.password)).toBe(true)
      await named(page, 'link', 'Inicio').click()
      await shoot(page, 'dia-pide-atencion')
      await page.getByRole('link', { name: /M-\d{4}-\w{6}/.exec(stuck)?.[0] ?? '-' }).click()
      await said(page, 'Qué hacer').waitFor()
      await shoot(page, 'dia-que-hacer')
      town().directory.configure(`${database}delete: olcAccess\nolcAccess: {0}\n`)
      await named(page, 'button', 'Intentar otra vez').click()
      await page.fill('#note', 'Se devolvió el permiso en el directorio')
      await step.submit(page)
      await said(page, 'Anotado.').waitFor()
      await said(page, 'Terminado').waitFor()
      await shoot(page, 'dia-resuelto')
      expect([await at.binds(before.account, before.password), await at.binds(hers().account, hers().password)]).toEqual([false, true])
    })

    test('what was seen left no error in the window', () => {
      expect({ errors: at.seen.errors, foreign: at.seen.foreign }).toEqual({ errors: [], foreign: [] })
    })
  })
}
