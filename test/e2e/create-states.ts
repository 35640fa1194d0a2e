import type { Page } from 'playwright-core'
import { expectPage, said } from './browser.ts'
import { goOn, pick } from './desk-steps.ts'
import * as desk from './desk-world.ts'
import { after, alert, type Open, openingIn, press } from './opening.ts'
import { aMovement, no, ok, type World } from './staff-world.ts'

const at = openingIn(desk.deskWorld)

async function fillOficio(page: Page) {
  await page.fill('#number', 'DP/0231/2026')
  await page.fill('#date', '2026-11-20')
  await page.fill('#sender', 'Mtra. Ana Ruiz Peña, Jefa del Nivel Primaria')
}

const kindOf = (label: string, world: Partial<World> = {}): Open =>
  after(at('/crear', '¿Qué tipo de cuenta?', world), async page => {
    await page.getByRole('radio', { name: label }).check()
    await goOn(page)
  })
const centre = after(kindOf('Centro de trabajo'), page => expectPage(page, 'Busque el centro de trabajo'))
const responsible = (world: Partial<World> = {}) =>
  after(kindOf('Servicio', world), page => expectPage(page, 'Busque a la persona responsable'))
const naming = (world: Partial<World> = {}) =>
  after(responsible(world), async page => {
    await pick(page, 'person', 'López')
    await goOn(page)
    await expectPage(page, 'Nombre de la cuenta')
  })
const named2 = (world: Partial<World> = {}) =>
  after(naming(world), async page => {
    await page.fill('#unit', 'Programa Nacional de Inglés')
    await page.fill('#name', 'programa.ingles2')
    await said(page, 'Quedará así').waitFor()
    await page.locator('.tried .standing').waitFor()
  })
const review = (world: Partial<World> = {}) =>
  after(named2(world), async page => {
    await goOn(page)
    await expectPage(page, 'Oficio')
    await fillOficio(page)
    await goOn(page)
    await expectPage(page, 'Revise y cree')
  })

/** Likewise of creating an account. */
export const createStates: Record<string, Open> = {
  'crear-tipo': after(at('/crear', '¿Qué tipo de cuenta?'), page =>
    page.getByRole('radio').first().waitFor(),
  ),
  'crear-tipo-errores': after(at('/crear', '¿Qué tipo de cuenta?'), async page => {
    await goOn(page)
    await alert(page)
  }),
  'crear-centro': centre,
  'crear-centro-elegido': after(centre, async page => {
    await pick(page, 'centre', '06DPR')
    await said(page, 'Se corrigen en el catálogo').waitFor()
  }),
  'crear-centro-falta': after(centre, async page => {
    await page.fill('#centre', '06DPR')
    await page.getByRole('option', { name: /Benito/ }).click()
    await goOn(page)
    await alert(page)
  }),
  'crear-persona': responsible(),
  'crear-persona-falta': after(responsible(), async page => {
    await page.fill('#person', 'Ñáñez')
    await page.getByRole('option', { name: /Ñáñez/ }).click()
    await said(page, 'falta correo alterno').waitFor()
  }),
  'crear-nombre': naming(),
  'crear-nombre-libre': named2(),
  'crear-nombre-tomado': named2({ 'GET /api/accounts/addresses': ok(desk.taken) }),
  'crear-nombre-arroba': after(naming(), async page => {
    await page.fill('#name', 'direccion@x')
    await said(page, 'sin @ ni dominio').waitFor()
  }),
  'crear-oficio-errores': after(named2(), async page => {
    await goOn(page)
    await expectPage(page, 'Oficio')
    await goOn(page)
    await alert(page)
  }),
  'crear-revise': review(),
  'crear-no': after(review({ 'POST /api/accounts': no('unit-has-account', 409) }), async page => {
    await page.check('#policy')
    await press('Crear cuenta')(page)
    await alert(page)
  }),
  'crear-lista': after(
    review({
      'POST /api/accounts': ok({ ...aMovement, kind: 'account-creation', accountId: desk.ACCOUNT }, 201),
    }),
    async page => {
      await page.check('#policy')
      await press('Crear cuenta')(page)
      await expectPage(page, 'Cuenta creada')
    },
  ),
}
