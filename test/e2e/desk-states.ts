import type { Page } from 'playwright-core'
import { expectPage, named, said } from './browser.ts'
import { pick } from './desk-steps.ts'
import * as desk from './desk-world.ts'
import { aMovement, aSession, never, no, ok, serveWorld, type World } from './staff-world.ts'

type Open = (page: Page) => Promise<unknown>
const { ACCOUNT, PERSON, OFICIO } = desk

const at =
  (path: string, title: string | RegExp, world: Partial<World> = {}): Open =>
  async page => {
    await serveWorld(page, { ...desk.deskWorld, ...world })
    await page.goto(`/personal${path}`)
    await expectPage(page, title)
  }
const then =
  (open: Open, more: (page: Page) => Promise<unknown>): Open =>
  async page => {
    await open(page)
    await more(page)
  }
const press = (name: string) => (page: Page) => named(page, 'button', name).click()
const dialog = (page: Page) => page.getByRole('dialog').waitFor()
const alert = (page: Page) => page.getByRole('alert').first().waitFor()
const words = (text: string | RegExp) => (page: Page) => said(page, text).waitFor()
const address = desk.anAccount.address
const account = (world: Partial<World> = {}, query = '') => at(`/cuentas/${ACCOUNT}${query}`, address, world)
const as = (one: object): Partial<World> => ({ [`GET /api/accounts/${ACCOUNT}`]: ok(one) })
const asked = (name: string, world: Partial<World> = {}) =>
  then(account(world), async page => {
    await press(name)(page)
    await dialog(page)
  })
const answered = (
  name: string,
  line: string,
  answer: ReturnType<typeof ok>,
  fill: (page: Page) => Promise<unknown>,
) =>
  then(asked(name), async page => {
    await serveWorld(page, { ...desk.deskWorld, [line]: answer })
    await fill(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
  })
const done = { ...aMovement, kind: 'password-reset', accountId: ACCOUNT, account: address }
const reason = (page: Page) => page.fill('#reason', 'Lo pidió por teléfono')
const resets = `POST /api/accounts/${ACCOUNT}/password-resets`
const pdf = Buffer.from('%PDF-1.7').toString('base64')

async function fillOficio(page: Page) {
  await page.fill('#number', 'DP/0231/2026')
  await page.fill('#date', '2026-11-20')
  await page.fill('#sender', 'Mtra. Ana Ruiz Peña, Jefa del Nivel Primaria')
}

const go = (page: Page) => press('Continuar')(page)
const kindOf = (label: string, world: Partial<World> = {}): Open =>
  then(at('/crear', '¿Qué tipo de cuenta?', world), async page => {
    await page.getByRole('radio', { name: label }).check()
    await go(page)
  })
const centre = then(kindOf('Centro de trabajo'), page => expectPage(page, 'Busque el centro de trabajo'))
const responsible = (world: Partial<World> = {}) =>
  then(kindOf('Servicio', world), page => expectPage(page, 'Busque a la persona responsable'))
const naming = (world: Partial<World> = {}) =>
  then(responsible(world), async page => {
    await pick(page, 'person', 'López')
    await go(page)
    await expectPage(page, 'Nombre de la cuenta')
  })
const named2 = (world: Partial<World> = {}) =>
  then(naming(world), async page => {
    await page.fill('#unit', 'Programa Nacional de Inglés')
    await page.fill('#name', 'programa.ingles2')
    await said(page, 'Quedará así').waitFor()
    await page.locator('.tried .standing').waitFor()
  })
const review = (world: Partial<World> = {}) =>
  then(named2(world), async page => {
    await go(page)
    await expectPage(page, 'Oficio')
    await fillOficio(page)
    await go(page)
    await expectPage(page, 'Revise y cree')
  })

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
const coded = then(person({ [change]: sent }), async page => {
  await page.selectOption('#check', 'ine')
  await page.fill('#address', 'maria@gmial.com')
  await page.fill('#reason', 'No tiene acceso al correo anterior')
  await press('Enviar el código')(page)
  await said(page, 'Enviamos un código').waitFor()
})
const verification = `POST /api/persons/${PERSON}/alternate-email/verification`
const verified = (answer: ReturnType<typeof ok>) =>
  then(coded, async page => {
    await serveWorld(page, { ...desk.deskWorld, [verification]: answer })
    await page.fill('#code', 'K7WQ4T')
    await press('Comprobar el código')(page)
  })
const director = { 'GET /api/session': ok(aSession(['director'])) }

const letter = (world: Partial<World> = {}) => at(`/oficios/${OFICIO}`, 'Oficio SSST/0045/2026', world)
const writing = (world: Partial<World> = {}) =>
  then(at('/movimientos/M-2026-K7WQ4T/oficio', 'Generar un oficio', world), page =>
    page.locator('#body').waitFor(),
  )

/** Every state of the screens of the desk, and how a member gets there. */
export const deskStates: Record<string, Open> = {
  buscar: at('/buscar', 'Buscar una cuenta o a una persona'),
  'buscar-nada-escrito': then(at('/buscar', /^Buscar una cuenta/), async page => {
    await page.locator('main').getByRole('button', { name: 'Buscar' }).click()
    await alert(page)
  }),
  'buscar-lista': then(at('/buscar?q=ingles', /^Buscar una cuenta/), words('Hay más')),
  'buscar-vacio': then(
    at('/buscar?q=zzz', /^Buscar una cuenta/, { 'GET /api/accounts': ok(desk.noneFound) }),
    words('No encontramos nada'),
  ),
  'buscar-buscando': at('/buscar?q=a', /^Buscar una cuenta/, { 'GET /api/accounts': never }),
  'buscar-error': then(
    at('/buscar?q=a', /^Buscar una cuenta/, { 'GET /api/accounts': no('not-available', 503) }),
    alert,
  ),

  cuenta: then(account(), words('Restablecimiento de contraseña')),
  'cuenta-oficios': then(account({}, '?ver=oficios'), words('SSST/0045/2026')),
  'cuenta-responsables': then(account({}, '?ver=responsables'), words('Ángela Ñáñez')),
  'cuenta-directorio': then(account({}, '?ver=directorio'), words('Guarda la contraseña')),
  'cuenta-bloqueada': then(account(as(desk.blocked)), words('Espera a otra persona')),
  'cuenta-cerrada': then(account(as(desk.closed), '?ver=responsables'), words('Puede reabrirse hasta')),
  'cuenta-sin-actos': then(account(as({ ...desk.anAccount, acts: [] })), words('no hay ningún acto')),
  'cuenta-no-hay': then(at(`/cuentas/${OFICIO}`, 'Cuenta'), alert),
  'cuenta-mostrar': then(account(), async page => {
    await press('Mostrar los datos completos')(page)
    await dialog(page)
  }),
  'cuenta-mostrada': then(account(), async page => {
    await press('Mostrar los datos completos')(page)
    await page.fill('#unmask-reason', 'La persona está en ventanilla')
    await press('Mostrar')(page)
    await said(page, 'CURP anterior').waitFor()
  }),
  restablecer: asked('Restablecer'),
  'restablecer-oficio': then(asked('Restablecer'), page => page.getByLabel('Con un oficio').check()),
  'restablecer-errores': then(asked('Restablecer'), async page => {
    await page.getByText('Verifique a quien llamó').click()
    await page.getByRole('checkbox', { name: 'CURP' }).check()
    await press('Restablecer contraseña')(page)
    await alert(page)
  }),
  'restablecer-no': then(answered('Restablecer', resets, no('in-progress', 409), reason), alert),
  restablecida: then(
    answered('Restablecer', resets, ok({ ...done, slip: { name: 'hoja.pdf', pdf } }, 201), async page => {
      await reason(page)
      await page.getByLabel('Imprimir una hoja').check()
    }),
    words('Contraseña restablecida · Folio'),
  ),
  'restablecer-espera': then(
    answered('Restablecer', resets, ok({ approval: OFICIO, state: 'waiting-approval' }, 201), reason),
    words('Falta que otra persona'),
  ),
  'restablecer-atencion': then(
    answered('Restablecer', resets, ok({ ...done, state: 'needs-attention' }, 201), reason),
    words('pide atención'),
  ),
  reasignar: then(asked('Reasignar'), async page => {
    await page.fill('#to', 'López')
    await page.locator('#to-options [role=option]').first().waitFor()
  }),
  'reasignar-nadie': then(asked('Reasignar'), async page => {
    await go(page)
    await alert(page)
  }),
  'reasignar-confirmar': then(asked('Reasignar'), async page => {
    await pick(page, 'to', 'López')
    await go(page)
    await page.getByRole('button', { name: 'Confirmar reasignación' }).waitFor()
  }),
  bloquear: asked('Bloquear'),
  'bloquear-errores': then(asked('Bloquear'), async page => {
    await press('Bloquear cuenta')(page)
    await alert(page)
  }),
  desbloquear: asked('Desbloquear', as(desk.blocked)),
  cerrar: asked('Cerrar cuenta…'),
  'cerrar-errores': then(asked('Cerrar cuenta…'), async page => {
    await page.fill('#confirm', 'otra@colima.example')
    await press('Cerrar cuenta')(page)
    await alert(page)
  }),
  'cerrar-por-aprobar': asked('Cerrar cuenta…', as(desk.blocked)),
  reabrir: asked('Reabrir', as(desk.closed)),
  'clave-en-papel': asked('Clave en papel'),

  'crear-tipo': then(at('/crear', '¿Qué tipo de cuenta?'), page => page.getByRole('radio').first().waitFor()),
  'crear-tipo-errores': then(at('/crear', '¿Qué tipo de cuenta?'), async page => {
    await go(page)
    await alert(page)
  }),
  'crear-centro': centre,
  'crear-centro-elegido': then(centre, async page => {
    await pick(page, 'centre', '06DPR')
    await said(page, 'Se corrigen en el catálogo').waitFor()
  }),
  'crear-centro-falta': then(centre, async page => {
    await page.fill('#centre', '06DPR')
    await page.getByRole('option', { name: /Benito/ }).click()
    await go(page)
    await alert(page)
  }),
  'crear-persona': responsible(),
  'crear-persona-falta': then(responsible(), async page => {
    await page.fill('#person', 'Ñáñez')
    await page.getByRole('option', { name: /Ñáñez/ }).click()
    await said(page, 'falta correo alterno').waitFor()
  }),
  'crear-nombre': naming(),
  'crear-nombre-libre': named2(),
  'crear-nombre-tomado': named2({ 'GET /api/accounts/addresses': ok(desk.taken) }),
  'crear-nombre-arroba': then(naming(), async page => {
    await page.fill('#name', 'direccion@x')
    await said(page, 'sin @ ni dominio').waitFor()
  }),
  'crear-oficio-errores': then(named2(), async page => {
    await go(page)
    await expectPage(page, 'Oficio')
    await go(page)
    await alert(page)
  }),
  'crear-revise': review(),
  'crear-no': then(review({ 'POST /api/accounts': no('unit-has-account', 409) }), async page => {
    await page.check('#policy')
    await press('Crear cuenta')(page)
    await alert(page)
  }),
  'crear-lista': then(
    review({ 'POST /api/accounts': ok({ ...done, kind: 'account-creation' }, 201) }),
    async page => {
      await page.check('#policy')
      await press('Crear cuenta')(page)
      await expectPage(page, 'Cuenta creada')
    },
  ),

  personas: at('/personas', 'Correo alterno'),
  persona: then(person(), words('Adscripciones')),
  'persona-en-pausa': then(
    person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }),
    words('está en pausa'),
  ),
  'persona-pausa': then(person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }), async page => {
    await press('Terminar la pausa')(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  'persona-aprobar': then(person({ [`GET /api/persons/${PERSON}`]: ok(desk.paused) }), async page => {
    await press('Aprobar el correo')(page)
    await dialog(page)
  }),
  'correo-errores': then(person(), async page => {
    await press('Enviar el código')(page)
    await alert(page)
  }),
  'correo-rechazado': then(
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
  'correo-codigo-mal': then(verified(no('code-wrong', 403, { left: 3 })), alert),
  'correo-listo': then(
    verified(ok({ state: 'done', coolingUntil: '2026-11-25T16:52:00Z', movement: null })),
    words('Correo alterno registrado'),
  ),
  'correo-por-aprobar': then(
    verified(ok({ state: 'waiting-approval', coolingUntil: null, movement: null })),
    words('Falta que otra persona apruebe'),
  ),
  'mi-centro': then(at('/mi-centro', 'Personal de mi centro', director), words('Docente frente a grupo')),
  'mi-centro-vacio': then(
    at('/mi-centro', 'Personal de mi centro', { ...director, 'GET /api/persons/own': ok([]) }),
    words('No hay nadie'),
  ),
  aval: at(`/mi-centro/${PERSON}`, 'Responder por María Fernanda López Güemes', director),

  aprobaciones: then(at('/aprobaciones', 'Aprobaciones'), words('Lo pidió usted')),
  'aprobaciones-vacio': then(
    at('/aprobaciones', 'Aprobaciones', { 'GET /api/approvals': ok([]) }),
    words('Nada espera'),
  ),
  'aprobaciones-aprobar': then(at('/aprobaciones', 'Aprobaciones'), async page => {
    await page
      .getByRole('button', { name: /^Aprobar/ })
      .first()
      .click()
    await dialog(page)
  }),
  'aprobaciones-no': then(at('/aprobaciones', 'Aprobaciones'), async page => {
    await page
      .getByRole('button', { name: /^No aprobar/ })
      .first()
      .click()
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  propuestas: then(at('/propuestas', /^Entradas del directorio/), words('Mismo nombre')),
  'propuestas-decidir': then(at('/propuestas', /^Entradas del directorio/), async page => {
    await page.getByRole('button', { name: /^Es suya/ }).click()
    await dialog(page)
  }),
  'sin-responsable': then(at('/sin-responsable', 'Cuentas sin responsable'), words(address)),

  oficios: then(at('/oficios', 'Oficios'), words('Se muestran 2')),
  'oficios-vacio': then(
    at('/oficios?q=zzz', 'Oficios', { 'GET /api/oficios': ok({ oficios: [], cursor: null }) }),
    words('Ningún oficio'),
  ),
  'oficios-registros': at('/oficios/registros', 'Registros para imprimir'),
  'oficios-registros-errores': then(at('/oficios/registros', 'Registros para imprimir'), async page => {
    await press('Preparar el registro')(page)
    await alert(page)
  }),
  oficio: then(letter(), words('Lo que dice')),
  'oficio-con-acuse': then(
    letter({ [`GET /api/oficios/${OFICIO}`]: ok(desk.received) }),
    words('Descargar el escaneo'),
  ),
  'oficio-acuse': then(letter(), async page => {
    await press('Registrar acuse')(page)
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await alert(page)
  }),
  'oficio-anular': then(letter(), async page => {
    await press('Anular')(page)
    await dialog(page)
  }),
  'oficio-borrador': writing(),
  'oficio-borrador-errores': then(
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
  'oficio-borrador-listo': then(writing({ 'POST /api/oficios/previews': ok('pdf') }), async page => {
    await press('Ver cómo queda')(page)
    await said(page, 'Abrir el borrador').waitFor()
  }),
  'oficio-borrador-ninguno': then(
    at('/movimientos/M-2026-K7WQ4T/oficio', 'Generar un oficio', {
      'GET /api/movements/M-2026-K7WQ4T/oficios/drafts': ok([]),
    }),
    words('No hay un oficio'),
  ),
}
