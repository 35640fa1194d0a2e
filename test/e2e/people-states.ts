import { said } from './browser.ts'
import * as desk from './desk-world.ts'
import { after, alert, dialog, type Open, openingIn, press, words } from './opening.ts'
import { aSession, no, ok, serveWorld, type World } from './staff-world.ts'

const { PERSON, OFICIO } = desk
const at = openingIn(desk.deskWorld)

const person = (world: Partial<World> = {}) => at(`/personas/${PERSON}`, 'María Fernanda López Güemes', world)
const change = `PUT /api/persons/${PERSON}/alternate-email`
const sent = ok(
  {
    change: OFICIO,
    state: 'code-sent',
    sentTo: 'm***@g***.com',
    expiresAt: '2026-11-22T16:52:00Z',
    looksLike: 'gmail.com',
  },
  202,
)
const coded = after(person({ [change]: sent }), async page => {
  await page.selectOption('#check', 'ine')
  await page.fill('#address', 'maria@gmial.com')
  await page.fill('#reason', 'No tiene acceso al correo anterior')
  await press('Enviar el código')(page)
  await said(page, 'Enviamos un código').waitFor()
})
const verification = `POST /api/persons/${PERSON}/alternate-email/verification`
const verified = (answer: ReturnType<typeof ok>) =>
  after(coded, async page => {
    await serveWorld(page, { ...desk.deskWorld, [verification]: answer })
    await page.fill('#code', 'K7WQ4T')
    await press('Comprobar el código')(page)
  })
const director = { 'GET /api/session': ok(aSession(['director'])) }

const letter = (world: Partial<World> = {}) => at(`/oficios/${OFICIO}`, 'Oficio SSST/0045/2026', world)
const writing = (world: Partial<World> = {}) =>
  after(at('/movimientos/M-2026-K7WQ4T/oficio', 'Generar un oficio', world), page =>
    page.locator('#body').waitFor(),
  )

/** Likewise of people, decisions and letters. */
export const peopleStates: Record<string, Open> = {
  personas: at('/personas', 'Correo alterno'),
  persona: after(person(), words('Adscripciones')),
  'persona-en-pausa': after(
    person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }),
    words('está en pausa'),
  ),
  'persona-pausa': after(person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }), async page => {
    await press('Terminar la pausa')(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  'persona-aprobar': after(person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }), async page => {
    await press('Aprobar el correo')(page)
    await dialog(page)
  }),
  'correo-errores': after(person(), async page => {
    await press('Enviar el código')(page)
    await alert(page)
  }),
  'correo-rechazado': after(
    person({ [change]: no('malformed', 400, { fields: [{ name: 'address', code: 'own-domain' }] }) }),
    async page => {
      await page.selectOption('#check', 'ine')
      await page.fill('#address', 'maria@colima.example')
      await page.fill('#reason', 'Lo pide')
      await press('Enviar el código')(page)
      await alert(page)
    },
  ),
  'correo-codigo': coded,
  'correo-codigo-mal': after(verified(no('code-wrong', 403, { left: 3 })), alert),
  'correo-listo': after(
    verified(ok({ state: 'done', coolingUntil: '2026-11-25T16:52:00Z', movement: null })),
    words('Correo alterno registrado'),
  ),
  'correo-por-aprobar': after(
    verified(ok({ state: 'waiting-approval', coolingUntil: null, movement: null })),
    words('Falta que otra persona apruebe'),
  ),
  'mi-centro': after(at('/mi-centro', 'Personal de mi centro', director), words('Docente frente a grupo')),
  'mi-centro-vacio': after(
    at('/mi-centro', 'Personal de mi centro', { ...director, 'GET /api/persons/own': ok([]) }),
    words('No hay nadie'),
  ),
  aval: at(`/mi-centro/${PERSON}`, 'Responder por María Fernanda López Güemes', director),

  aprobaciones: after(at('/aprobaciones', 'Aprobaciones'), words('Lo pidió usted')),
  'aprobaciones-vacio': after(
    at('/aprobaciones', 'Aprobaciones', { 'GET /api/approvals': ok([]) }),
    words('Nada espera'),
  ),
  'aprobaciones-aprobar': after(at('/aprobaciones', 'Aprobaciones'), async page => {
    await page
      .getByRole('button', { name: /^Aprobar/ })
      .first()
      .click()
    await dialog(page)
  }),
  'aprobaciones-no': after(at('/aprobaciones', 'Aprobaciones'), async page => {
    await page
      .getByRole('button', { name: /^No aprobar/ })
      .first()
      .click()
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  propuestas: after(at('/propuestas', /^Entradas del directorio/), words('Mismo nombre')),
  'propuestas-decidir': after(at('/propuestas', /^Entradas del directorio/), async page => {
    await page.getByRole('button', { name: /^Es suya/ }).click()
    await dialog(page)
  }),
  'sin-responsable': after(at('/sin-responsable', 'Cuentas sin responsable'), words(desk.anAccount.address)),

  oficios: after(at('/oficios', 'Oficios'), words('Se muestran 2')),
  'oficios-vacio': after(
    at('/oficios?q=zzz', 'Oficios', { 'GET /api/oficios': ok({ oficios: [], cursor: null }) }),
    words('Ningún oficio'),
  ),
  'oficios-registros': at('/oficios/registros', 'Registros para imprimir'),
  'oficios-registros-errores': after(at('/oficios/registros', 'Registros para imprimir'), async page => {
    await press('Preparar el registro')(page)
    await alert(page)
  }),
  oficio: after(letter(), words('Lo que dice')),
  'oficio-con-acuse': after(
    letter({ [`GET /api/oficios/${OFICIO}`]: ok(desk.received) }),
    words('Descargar el escaneo'),
  ),
  'oficio-acuse': after(letter(), async page => {
    await press('Registrar acuse')(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  'oficio-anular': after(letter(), async page => {
    await press('Anular')(page)
    await dialog(page)
  }),
  'oficio-borrador': writing(),
  'oficio-borrador-errores': after(
    writing({
      'GET /api/movements/M-2026-K7WQ4T/oficios/drafts': ok(
        desk.drafts.map(one => ({ ...one, typedNumber: true })),
      ),
    }),
    async page => {
      await page.fill('#body', '')
      await press('Generar oficio')(page)
      await alert(page)
    },
  ),
  'oficio-borrador-listo': after(writing({ 'POST /api/oficios/previews': ok('pdf') }), async page => {
    await press('Ver cómo queda')(page)
    await said(page, 'Abrir el borrador').waitFor()
  }),
  'oficio-borrador-ninguno': after(
    at('/movimientos/M-2026-K7WQ4T/oficio', 'Generar un oficio', {
      'GET /api/movements/M-2026-K7WQ4T/oficios/drafts': ok([]),
    }),
    words('No hay un oficio'),
  ),
}
