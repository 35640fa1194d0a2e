import type { Page } from 'playwright-core'
import { said } from './browser.ts'
import { goOn, pick } from './desk-steps.ts'
import * as desk from './desk-world.ts'
import { after, alert, dialog, type Open, openingIn, press, words } from './opening.ts'
import { aMovement, never, no, ok, serveWorld, type World } from './staff-world.ts'

const { ACCOUNT, OFICIO } = desk
const at = openingIn(desk.deskWorld)

const address = desk.anAccount.address
const account = (world: Partial<World> = {}, query = '') => at(`/cuentas/${ACCOUNT}${query}`, address, world)
const as = (one: object): Partial<World> => ({ [`GET /api/accounts/${ACCOUNT}`]: ok(one) })
const asked = (name: string, world: Partial<World> = {}) =>
  after(account(world), async page => {
    await press(name)(page)
    await dialog(page)
  })
const answered = (
  name: string,
  line: string,
  answer: ReturnType<typeof ok>,
  fill: (page: Page) => Promise<unknown>,
) =>
  after(asked(name), async page => {
    await serveWorld(page, { ...desk.deskWorld, [line]: answer })
    await fill(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
  })
const done = { ...aMovement, kind: 'password-reset', accountId: ACCOUNT, account: address }
const reason = (page: Page) => page.fill('#reason', 'Lo pidió por teléfono')
const resets = `POST /api/accounts/${ACCOUNT}/password-resets`
const pdf = Buffer.from('%PDF-1.7').toString('base64')

/** Every state of the screens where an account is found and acted on, and how a member gets there. */
export const accountStates: Record<string, Open> = {
  buscar: at('/buscar', 'Buscar una cuenta o a una persona'),
  'buscar-nada-escrito': after(at('/buscar', /^Buscar una cuenta/), async page => {
    await page.locator('main').getByRole('button', { name: 'Buscar' }).click()
    await alert(page)
  }),
  'buscar-lista': after(at('/buscar?q=ingles', /^Buscar una cuenta/), words('Hay más')),
  'buscar-vacio': after(
    at('/buscar?q=zzz', /^Buscar una cuenta/, { 'GET /api/accounts': ok(desk.noneFound) }),
    words('No encontramos nada'),
  ),
  'buscar-buscando': at('/buscar?q=a', /^Buscar una cuenta/, { 'GET /api/accounts': never }),
  'buscar-error': after(
    at('/buscar?q=a', /^Buscar una cuenta/, { 'GET /api/accounts': no('not-available', 503) }),
    alert,
  ),

  cuenta: after(account(), words('Restablecimiento de contraseña')),
  'cuenta-oficios': after(account({}, '?ver=oficios'), words('SSST/0045/2026')),
  'cuenta-responsables': after(account({}, '?ver=responsables'), words('Ángela Ñáñez')),
  'cuenta-directorio': after(account({}, '?ver=directorio'), words('Guarda la contraseña')),
  'cuenta-bloqueada': after(account(as(desk.blocked)), words('Espera a otra persona')),
  'cuenta-cerrada': after(account(as(desk.closed), '?ver=responsables'), words('Puede reabrirse hasta')),
  'cuenta-sin-actos': after(account(as({ ...desk.anAccount, acts: [] })), words('no hay ningún acto')),
  'cuenta-no-hay': after(at(`/cuentas/${OFICIO}`, 'Cuenta'), alert),
  'cuenta-mostrar': after(account(), async page => {
    await press('Mostrar los datos completos')(page)
    await dialog(page)
  }),
  'cuenta-mostrada': after(account(), async page => {
    await press('Mostrar los datos completos')(page)
    await page.fill('#unmask-reason', 'La persona está en ventanilla')
    await press('Mostrar')(page)
    await said(page, 'CURP anterior').waitFor()
  }),
  restablecer: asked('Restablecer'),
  'restablecer-oficio': after(asked('Restablecer'), page => page.getByLabel('Con un oficio').check()),
  'restablecer-errores': after(asked('Restablecer'), async page => {
    await page.getByText('Verifique a quien llamó').click()
    await page.getByRole('checkbox', { name: 'CURP' }).check()
    await press('Restablecer contraseña')(page)
    await alert(page)
  }),
  'restablecer-no': after(answered('Restablecer', resets, no('in-progress', 409), reason), alert),
  restablecida: after(
    answered('Restablecer', resets, ok({ ...done, slip: { name: 'hoja.pdf', pdf } }, 201), async page => {
      await reason(page)
      await page.getByLabel('Imprimir una hoja').check()
    }),
    words('Contraseña restablecida · Folio'),
  ),
  'restablecer-espera': after(
    answered('Restablecer', resets, ok({ approval: OFICIO, state: 'waiting-approval' }, 201), reason),
    words('Falta que otra persona'),
  ),
  'restablecer-atencion': after(
    answered('Restablecer', resets, ok({ ...done, state: 'needs-attention' }, 201), reason),
    words('pide atención'),
  ),
  reasignar: after(asked('Reasignar'), async page => {
    await page.fill('#to', 'López')
    await page.locator('#to-options [role=option]').first().waitFor()
  }),
  'reasignar-nadie': after(asked('Reasignar'), async page => {
    await goOn(page)
    await alert(page)
  }),
  'reasignar-confirmar': after(asked('Reasignar'), async page => {
    await pick(page, 'to', 'López')
    await goOn(page)
    await page.getByRole('button', { name: 'Confirmar reasignación' }).waitFor()
  }),
  bloquear: asked('Bloquear'),
  'bloquear-errores': after(asked('Bloquear'), async page => {
    await press('Bloquear cuenta')(page)
    await alert(page)
  }),
  desbloquear: asked('Desbloquear', as(desk.blocked)),
  cerrar: asked('Cerrar cuenta…'),
  'cerrar-errores': after(asked('Cerrar cuenta…'), async page => {
    await page.fill('#confirm', 'otra@colima.example')
    await press('Cerrar cuenta')(page)
    await alert(page)
  }),
  'cerrar-por-aprobar': asked('Cerrar cuenta…', as(desk.blocked)),
  reabrir: asked('Reabrir', as(desk.closed)),
  'clave-en-papel': asked('Clave en papel'),
}
