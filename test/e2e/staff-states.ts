import { expectPage, named, said } from './browser.ts'
import { after, alert, dialog, type Open, openingIn, press } from './opening.ts'
import {
  aSession,
  emptyDesk,
  members,
  never,
  no,
  ok,
  oneMovement,
  serveWorld,
  type World,
} from './staff-world.ts'

const at = openingIn({})

const out = { 'GET /api/session': no('not-signed-in', 401) }
const aSeed = {
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/Mi%20correo:lperez@mesa.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mi%20correo',
}
const challenge = (needs: 'code' | 'enrolment', factors: string[]) => ({
  ...out,
  'POST /api/session': ok({ challenge: 'reto', needs, factors }, 201),
  'POST /api/session/second-factor': no('code-wrong', 403),
  'POST /api/session/factor-options': ok(aSeed),
})
const enter =
  (title: string, world: Partial<World>): Open =>
  async page => {
    await at('/entrar', 'Entrar', world)(page)
    await page.fill('#login', 'lperez@mesa.example')
    await page.fill('#password', 'una frase muy larga')
    await press('Entrar')(page)
    await expectPage(page, title)
  }
const refusedSignIn = (code: string, status: number, more: object = {}) =>
  after(enter('Entrar', { ...out, 'POST /api/session': no(code, status, more) }), alert)

const codes = Array.from({ length: 10 }, (_, n) => `K7WQ-4TR${n}-M9PX`)
const enrolment = after(
  enter('Proteja su acceso', {
    ...challenge('enrolment', []),
    'POST /api/session/enrolment': ok({ session: aSession(), recoveryCodes: codes }, 201),
  }),
  async page => {
    await page.getByLabel('Aplicación de códigos en su teléfono').check()
    await said(page, 'Apunte la cámara').waitFor()
  },
)

const movements = (query = '', world: Partial<World> = {}) => at(`/movimientos${query}`, 'Movimientos', world)
const stuck = after(at('/movimientos/M-2026-C9NK5D', /M-2026-C9NK5D/), page =>
  said(page, 'Qué hacer').waitFor(),
)
const stepUp: World = {
  'PUT /api/members/00000000-0000-4000-8000-000000000005': no('step-up-required', 403),
  'POST /api/session/proof/options': ok({ factors: ['totp'] }),
  'POST /api/session/proof': no('code-wrong', 403),
}
const member = (world: Partial<World> = {}) =>
  at('/accesos/00000000-0000-4000-8000-000000000005', 'José Ramírez Güemes', world)
const proof = after(member(stepUp), async page => {
  await press('Guardar')(page)
  await page.getByRole('dialog', { name: 'Compruebe que es usted' }).waitFor()
})

const removal: World = {
  'DELETE /api/session/factors/00000000-0000-4000-8000-000000000003': no('factor-in-use', 409),
}

/** Every state of every screen of the staff, and how a member gets there. */
export const staffStates: Record<string, Open> = {
  entrar: at('/entrar', 'Entrar', out),
  'entrar-errores': after(at('/entrar', 'Entrar', out), async page => {
    await press('Entrar')(page)
    await alert(page)
  }),
  'entrar-no-coincide': refusedSignIn('sign-in-refused', 403),
  'entrar-espera': refusedSignIn('too-many-attempts', 429, { retryAfter: 300 }),
  'entrar-falla': refusedSignIn('unexpected', 500),
  'entrar-con-proveedor': after(
    at('/entrar', 'Entrar', {
      ...out,
      'GET /api/session/ways': ok({ password: false, provider: 'Microsoft' }),
    }),
    page => named(page, 'button', 'Entrar con Microsoft').waitFor(),
  ),
  'entrar-desde-proveedor-no': after(
    at('/proveedor#code=abc&state=def', 'Entrar', {
      ...out,
      'POST /api/session/provider/answers': no('sign-in-refused', 403),
    }),
    alert,
  ),
  'entrar-terminada': after(at('/movimientos', 'Movimientos'), async page => {
    await serveWorld(page, { ...out, 'GET /api/movements': no('not-signed-in', 401) })
    await page.fill('#account', 'maria')
    await press('Buscar movimientos')(page)
    await expectPage(page, 'Entrar')
  }),
  'segundo-codigo': enter('Escriba el código de su aplicación', challenge('code', ['totp'])),
  'segundo-codigo-error': after(
    enter('Escriba el código de su aplicación', challenge('code', ['totp'])),
    async page => {
      await page.fill('#code', '123456')
      await press('Continuar')(page)
      await alert(page)
    },
  ),
  'segundo-llave': enter('Compruebe que es usted', challenge('code', ['totp', 'passkey'])),
  proteja: enrolment,
  'proteja-llave': after(enrolment, page =>
    page.getByLabel('Llave de acceso', { exact: false }).first().check(),
  ),
  'codigos-impresos': after(enrolment, async page => {
    await page.fill('#code', '123456')
    await press('Proteger mi acceso')(page)
    await expectPage(page, 'Guarde sus códigos impresos')
  }),

  inicio: at('/', /^Hoy, /),
  'inicio-vacio': after(at('/', /^Hoy, /, { 'GET /api/desk': ok(emptyDesk) }), page =>
    said(page, 'Nada espera').waitFor(),
  ),
  'inicio-buscando': at('/', /^Hoy, /, { 'GET /api/desk': never }),
  'inicio-error': after(at('/', /^Hoy, /, { 'GET /api/desk': no('not-available', 503) }), alert),
  'inicio-sin-lista': at('/', /^Hoy, /, { 'GET /api/session': ok(aSession(['director'])) }),
  atajos: after(at('/', /^Hoy, /), async page => {
    await page.keyboard.press('?')
    await dialog(page)
  }),
  'sesion-por-terminar': after(
    at('/', /^Hoy, /, {
      'GET /api/session': ok(aSession(['operator'], { idle: 1.5 })),
      'GET /api/desk': ok(emptyDesk),
    }),
    dialog,
  ),
  'sin-permiso': at('/accesos', 'Su función no permite ver esta página', {
    'GET /api/session': ok(aSession(['helpdesk'])),
  }),
  'no-hay': at('/no-hay', 'No encontramos esta página'),
  'sin-servicio': at('/', 'No pudimos abrir la página', { 'GET /api/session': no('not-available', 503) }),

  movimientos: after(movements(), page => said(page, '1,204 movimientos').waitFor()),
  'movimientos-filtrados': movements(
    '?from=2026-11-01&to=2026-11-22&kind=password-reset&state=done&channel=kiosk&person=L%C3%B3pez',
  ),
  'movimientos-vacio': after(
    movements('?folio=M-2026-ZZZZZZ', {
      'GET /api/movements': ok({ movements: [], cursor: null, count: 0, more: false }),
    }),
    page => said(page, 'Ningún movimiento con estos filtros').waitFor(),
  ),
  'movimientos-buscando': movements('', { 'GET /api/movements': never }),
  'movimientos-error': after(movements('', { 'GET /api/movements': no('malformed', 400) }), alert),
  'movimientos-fechas-al-reves': after(movements('?from=2026-11-22'), async page => {
    await page.fill('#to', '2026-11-01')
    await press('Buscar movimientos')(page)
    await said(page, 'es anterior a').waitFor()
  }),
  'movimientos-guardar-vista': after(movements('?state=done'), async page => {
    await press('Guardar esta vista')(page)
    await dialog(page)
    await press('Guardar')(page)
    await alert(page)
  }),
  movimiento: after(at('/movimientos/M-2026-K7WQ4T', /M-2026-K7WQ4T/), page =>
    said(page, 'Historia').waitFor(),
  ),
  'movimiento-atencion': after(stuck, page => said(page, 'Qué hacer').waitFor()),
  'movimiento-no-hay': after(at('/movimientos/M-2026-ZZZZZZ', /M-2026-ZZZZZZ/), alert),
  'movimiento-reenviar': after(stuck, async page => {
    await press('Reenviar')(page)
    await dialog(page)
  }),
  'movimiento-reenviar-no': after(stuck, async page => {
    await serveWorld(page, { 'POST /api/movements/M-2026-C9NK5D/resends': no('no-alternate-email', 409) })
    await press('Reenviar')(page)
    await press('Reenviar con contraseña nueva')(page)
    await alert(page)
  }),
  'movimiento-reenviado': after(stuck, async page => {
    await serveWorld(page, { 'POST /api/movements/M-2026-C9NK5D/resends': ok(oneMovement, 201) })
    await press('Reenviar')(page)
    await press('Reenviar con contraseña nueva')(page)
    await said(page, 'Reenviado. Folio').waitFor()
  }),
  'movimiento-resolver': after(stuck, async page => {
    await press('Se hizo a mano')(page)
    await dialog(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Se hizo a mano' }).click()
    await alert(page)
  }),

  accesos: after(at('/accesos', 'Personal con acceso'), page => said(page, 'José Ramírez Güemes').waitFor()),
  'accesos-vacio': at('/accesos', 'Personal con acceso', { 'GET /api/members': ok([]) }),
  'accesos-nuevo': at('/accesos/nuevo', 'Dar acceso a una persona'),
  'accesos-nuevo-errores': after(at('/accesos/nuevo', 'Dar acceso a una persona'), async page => {
    await press('Dar acceso')(page)
    await alert(page)
  }),
  'accesos-nuevo-listo': after(
    at('/accesos/nuevo', 'Dar acceso a una persona', {
      'POST /api/members': ok({ ...members[1], password: 'trigo-lente-curva-patio' }, 201),
    }),
    async page => {
      await page.fill('#login', 'jramirez@mesa.example')
      await page.fill('#name', 'José Ramírez Güemes')
      await page.getByLabel('Operación').check()
      await press('Dar acceso')(page)
      await expectPage(page, 'Acceso dado a José Ramírez Güemes')
    },
  ),
  acceso: member(),
  'acceso-propio': after(at('/accesos/00000000-0000-4000-8000-000000000001', 'Laura Pérez Núñez'), page =>
    said(page, 'Nadie cambia su propio acceso').waitFor(),
  ),
  'acceso-quitar': after(member(), async page => {
    await press('Quitar el acceso')(page)
    await dialog(page)
  }),
  'acceso-renovado': after(
    member({
      'POST /api/members/00000000-0000-4000-8000-000000000005/renewals': ok(
        { password: 'trigo-lente-curva-patio' },
        201,
      ),
    }),
    async page => {
      await press('Renovar el acceso')(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Renovar el acceso' }).click()
      await page.getByRole('dialog', { name: 'Acceso renovado' }).waitFor()
    },
  ),
  comprobar: proof,
  'comprobar-error': after(proof, async page => {
    await page.fill('#code', '000000')
    await press('Continuar')(page)
    await alert(page)
  }),
  'mi-acceso': after(at('/mi-acceso', 'Mi acceso'), page => said(page, 'Chrome en Android').waitFor()),
  'mi-acceso-quitar': after(at('/mi-acceso', 'Mi acceso', removal), async page => {
    await press('Quitar «Computadora de la oficina»')(page)
    await dialog(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Quitar' }).click()
    await alert(page)
  }),
  'mi-acceso-aplicacion': after(
    at('/mi-acceso', 'Mi acceso', {
      'POST /api/session/factors/options': ok({ challenge: 'reto', ...aSeed }, 201),
      'POST /api/session/factors': no('code-wrong', 403),
    }),
    async page => {
      await press('Registrar una aplicación de códigos')(page)
      await page.fill('#code', '123456')
      await press('Registrar mi aplicación')(page)
      await alert(page)
    },
  ),
  'mi-acceso-codigos': after(
    at('/mi-acceso', 'Mi acceso', { 'POST /api/session/recovery-codes': ok({ recoveryCodes: codes }, 201) }),
    async page => {
      await press('Hacer códigos nuevos')(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Hacer códigos nuevos' }).click()
      await expectPage(page, 'Guarde sus códigos impresos')
    },
  ),
  'primera-contrasena': after(
    at('/movimientos', 'Elija su contraseña', {
      'GET /api/session': ok(aSession(['operator'], { passwordDue: true })),
      'POST /api/session/password': no('password-refused', 400, {
        reasons: [{ code: 'too-short', missing: 3 }],
      }),
    }),
    async page => {
      await page.fill('#password', 'corta')
      await press('Guardar y continuar')(page)
      await alert(page)
    },
  ),
  'mi-acceso-errores': after(at('/mi-acceso', 'Mi acceso'), async page => {
    await press('Guardar')(page)
    await alert(page)
  }),
}
