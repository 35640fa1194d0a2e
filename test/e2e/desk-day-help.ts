import { parse } from 'csv-parse/sync'
import readXlsx from 'read-excel-file/node'
import { expect } from 'vitest'
import type { Person } from '../house.ts'
import { qrOf } from '../servers/pdf-tools.ts'
import { expectAccessible, expectPage, named, said, shoot, visit } from './browser.ts'
import type { Day, Town } from './desk-house.ts'
import * as step from './desk-steps.ts'

const kiosk = 'cn=kiosco,ou=servicios,dc=example,dc=mx'
const database = 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n'
const day = (n: number) =>
  new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'America/Mexico_City' })

/** Weeks before: she came for her account, and for another password a week ago and today. */
export async function cameBefore({ h }: Day, her: Person) {
  for (const ago of [40, 7, 0]) {
    await h.look("update credential_issue set issued_at = issued_at - interval '40 days'")
    await h.visitor().goThrough(her)
    await h.look(`update movement set intended_at = now() - interval '${ago} days'
      where person_id = '${her.id}' and intended_at > now() - interval '1 hour'`)
  }
}

/** By the QR on the paper, at a browser that knows nothing of us. */
export async function verifies({ browser }: Town, at: Day, pdf: Buffer, hidden: string[]) {
  const outside = await visit(browser, at.url, step.desk)
  await outside.page.goto(qrOf(pdf).replace('http://localhost:3000', at.url))
  await expectPage(outside.page, 'Oficio vigente')
  const told = await outside.page.locator('body').textContent()
  expect(told).toContain('SSST/0001/2026')
  for (const one of hidden) expect(told).not.toContain(one)
  await shoot(outside.page, 'dia-verificar')
  await expectAccessible(outside.page)
  await outside.page.goto(`${at.url}/verificar/O-2026-AAAAAA`)
  await expectPage(outside.page, 'No encontramos ese folio')
  expect({ errors: outside.errors, foreign: outside.foreign }).toEqual({ errors: [], foreign: [] })
  await outside.close()
}

/** She comes without an address, and goes with one and with an account. */
export async function helpAtCounter(at: Day, her: Person) {
  const { page } = at
  await named(page, 'link', 'Correo alterno').click()
  await expectPage(page, 'Correo alterno')
  await step.pick(page, 'person', her.row.curp ?? '')
  await said(page, 'Registrar el correo alterno').waitFor()
  await page.selectOption('#check', 'ine')
  await page.fill('#reason', 'No tenía')
  for (const written of ['ana.sofia@gmial.com', her.alternate]) {
    await page.fill('#address', written)
    await named(page, 'button', 'Enviar el código').click()
    if (written === her.alternate) break
    await said(page, '¿No será gmail.com?').waitFor()
    await shoot(page, 'dia-ventanilla')
    await named(page, 'button', 'Escribir el correo otra vez').click()
  }
  await said(page, 'Enviamos un código').waitFor()
  await page.fill('#code', /^Código: (.+)$/m.exec(at.newest(her.alternate))?.[1]?.trim() ?? '')
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
  await step.create(page)
  await step.done(page, 'Cuenta creada')
  const { account, password } = at.credentials(her.alternate)
  expect(await at.binds(account, password)).toBe(true)
}

export async function findLastWeek({ page }: Day, her: Person) {
  await named(page, 'link', 'Movimientos').first().click()
  await expectPage(page, 'Movimientos')
  await page.fill('#from', day(-8))
  await page.fill('#to', day(-6))
  await page.selectOption('#kind', { label: 'Restablecimiento de contraseña' })
  await page.fill('#person', her.row.curp ?? '')
  await named(page, 'button', 'Buscar movimientos').click()
  await said(page, '1 movimiento').waitFor()
  await shoot(page, 'dia-bitacora')
  const link = page.locator('table a.key')
  const found = await link.textContent()
  const csv: string[][] = parse(await step.downloaded(page, 'Exportar 1 fila en CSV'), { bom: true })
  const [{ data = [] } = {}] = (await readXlsx(
    await step.downloaded(page, 'Exportar 1 fila en Excel'),
  )) as unknown as { data: string[][] }[]
  for (const rows of [csv, data]) {
    expect(rows).toHaveLength(2)
    expect(rows[1]).toEqual(expect.arrayContaining([found, 'Restablecimiento de contraseña', 'Terminado']))
  }
  await link.click()
  await expectPage(page, new RegExp(found ?? '-'))
}

/** Somebody tightened the directory's rules; the first page says so, and what to do. */
export async function mendWhatStopped({ directory }: Town, at: Day, her: Person) {
  const { page } = at
  const hers = () => at.credentials(her.alternate)
  const before = hers()
  const rule = `olcAccess: {0}to attrs=userPassword by dn.exact="${kiosk}" none by anonymous auth by * none`
  directory.configure(`${database}add: olcAccess\n${rule}\n`)
  await step.openAccount(page, before.account)
  await named(page, 'button', 'Restablecer').click()
  await step.giveReason(page, 'Olvidó su contraseña')
  await step.submit(page)
  const stuck = await said(page, /pide atención · Folio/).textContent()
  expect(await at.binds(before.account, before.password)).toBe(true)
  await named(page, 'link', 'Inicio').click()
  await shoot(page, 'dia-pide-atencion')
  await page.getByRole('link', { name: /M-\d{4}-\w{6}/.exec(stuck ?? '')?.[0] ?? '-' }).click()
  await said(page, 'Qué hacer').waitFor()
  await shoot(page, 'dia-que-hacer')
  directory.configure(`${database}delete: olcAccess\nolcAccess: {0}\n`)
  await named(page, 'button', 'Intentar otra vez').click()
  await page.fill('#note', 'Se devolvió el permiso en el directorio')
  await step.submit(page)
  await said(page, 'Anotado.').waitFor()
  await said(page, 'Terminado').waitFor()
  await shoot(page, 'dia-resuelto')
  expect([
    await at.binds(before.account, before.password),
    await at.binds(hers().account, hers().password),
  ]).toEqual([false, true])
}
