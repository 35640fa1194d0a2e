import type { Page } from 'playwright-core'
import { expectPage, go, named, said } from './browser.ts'
import type { Demo } from './demo.ts'
import { aCode, answer, aResult, aVisit, fillClaim, inMinutes, running, sendClaim } from './steps.ts'

type Open = (page: Page, demo: Demo) => Promise<unknown>

const stop =
  (status: number, body: object, title: string | RegExp, headers?: Record<string, string>): Open =>
  async (page, demo) => {
    await answer(page, '/api/visits', status, body, headers)
    await sendClaim(page, demo.who('reset'))
    await expectPage(page, title)
  }

const at =
  (path: string, title: string | RegExp): Open =>
  async page => {
    await go(page, path)
    await running(page)
    await expectPage(page, title)
  }

const confirm: Open = async (page, demo) => {
  await sendClaim(page, demo.who('reset'))
  await expectPage(page, '¿Es usted?')
}

const confirmed =
  (result: object): Open =>
  async page => {
    await answer(page, '/api/visits/current', 200, { ...aVisit, result })
    await go(page, '/listo')
    await page.locator('.sello').waitFor()
  }

const accounts = [
  { id: '1', act: 'reset', account: 'm***.l***@colima.example', kind: 'personal', label: 'Personal' },
  { id: '2', act: 'create', account: '0***@colima.example', kind: 'workCentre', label: 'Centro de trabajo' },
]

const choose: Open = async (page, demo) => {
  await answer(page, '/api/visits', 201, { ...aVisit, accounts })
  await sendClaim(page, demo.who('reset'))
  await expectPage(page, '¿Cuál cuenta?')
}

/** What a paper's own code opens. */
const verified =
  (title: string, status: number, body: object): Open =>
  async (page, demo) => {
    await answer(page, `/api/verifications/${aPaper.folio}`, status, body)
    await at(`/verificar/${aPaper.folio}`, title)(page, demo)
  }
const aPaper = {
  folio: 'O-2026-K7WQ4T',
  institution: 'Secretaría de Educación del Estado de Colima',
  issuedOn: '2026-11-22',
  number: 'SE/DGA/DSTI/1234/2026',
  state: 'valid',
}

const TOKEN = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1w'
const aLink = {
  account: 'maria.lopez@colima.example',
  purpose: 'password',
  act: 'reset',
  expiresAt: inMinutes(60),
}

/** P4 as a mail's link opens it. */
const byLink =
  (title: string, status = 200, body: object = aLink): Open =>
  async (page, demo) => {
    await answer(page, '/api/links', status, body)
    await at(`/activar#${TOKEN}`, title)(page, demo)
  }
const dead = (body: object): Open => byLink('Este enlace ya no sirve', 410, body)

const chosen =
  (password: string, status: number, body: object): Open =>
  async (page, demo) => {
    await answer(page, '/api/links/password', status, body)
    await byLink('Elija su contraseña')(page, demo)
    await page.fill('#password', password)
    await named(page, 'button', 'Guardar contraseña').click()
  }

const typedKey =
  (key: string): Open =>
  async (page, demo) => {
    await at('/activar', 'Escriba su clave de activación')(page, demo)
    await page.fill('#key', key)
    await named(page, 'button', 'Continuar').click()
  }

const notMe =
  (status: number, title: string, body: object = {}): Open =>
  async (page, demo) => {
    await answer(page, '/api/alerts', status, body)
    await at(`/no-fui-yo#${TOKEN}`, '¿No fue usted?')(page, demo)
    await named(page, 'button', 'No fui yo').click()
    await expectPage(page, title)
  }

const code: Open = async (page, demo) => {
  await answer(page, '/api/visits', 201, { ...aVisit, confirmation: 'code' })
  await answer(page, '/api/visits/current/codes', 202, { ...aCode, againAt: inMinutes(1) })
  await sendClaim(page, demo.who('reset'))
  await named(page, 'button', 'Enviar el código').click()
  await expectPage(page, 'Escriba el código que enviamos')
}

const codeRefused =
  (body: object): Open =>
  async (page, demo) => {
    await answer(page, '/api/visits/current/confirmation', 403, { code: 'code-wrong', ...body })
    await answer(page, '/api/visits/current', 200, { ...aVisit, confirmation: 'code', code: aCode })
    await at('/confirmar#codigo', 'Escriba el código que enviamos')(page, demo)
    await page.fill('#code', 'K7WQ 4TRM')
    await named(page, 'button', 'Restablecer mi contraseña').click()
    await page.getByRole('alert').waitFor()
  }

/** Every state of every public page, and how a person gets there. */
export const states: Record<string, Open> = {
  inicio: at('/', /^(Obtenga su cuenta|Escriba su)/),
  trabajador: at('/trabajador', 'Escriba su CURP'),
  'trabajador-lleno': (page, demo) => fillClaim(page, demo.who('reset')),
  'trabajador-errores': async (page, demo) => {
    await at('/trabajador', 'Escriba su CURP')(page, demo)
    await page.fill('#curp', 'XEXX01O101HNEXXXA4')
    await named(page, 'button', 'Continuar').click()
    await page.getByRole('alert').waitFor()
  },
  'trabajador-aviso': async (page, demo) => {
    await at('/trabajador', 'Escriba su CURP')(page, demo)
    await said(page, 'Aviso de privacidad (resumen)').click()
    await said(page, '¿No conoce su CURP?').click()
  },
  'trabajador-buscando': async (page, demo) => {
    await page.route('**/api/visits', () => undefined)
    await sendClaim(page, demo.who('reset'))
    await named(page, 'button', 'Buscando…').waitFor()
  },
  'aviso-de-privacidad': async (page, demo) => {
    await at('/', /./)(page, demo)
    await named(page, 'button', 'Aviso de privacidad').click()
    await page.getByRole('dialog').waitFor()
  },
  'no-coinciden': stop(403, { code: 'not-verified' }, 'Los datos no coinciden con nuestros registros'),
  'demasiados-intentos': stop(429, { code: 'too-many-attempts' }, 'Espere 15 minutos', {
    'retry-after': '900',
  }),
  'sin-correo-alterno': stop(409, { code: 'no-alternate-email' }, 'Falta registrar su correo alterno'),
  bloqueada: stop(409, { code: 'account-blocked' }, 'Su cuenta está bloqueada'),
  'restablecida-hace-poco': stop(
    409,
    { code: 'reset-recently', at: inMinutes(-5), againAt: inMinutes(10), alternateEmail: 'mar***@g***.com' },
    /^Ya enviamos un correo (a las|el)/,
  ),
  'en-proceso': stop(
    409,
    { code: 'in-progress', at: inMinutes(-1), folio: 'M-2026-K7WQ4T', alternateEmail: 'mar***@g***.com' },
    'Su trámite está en proceso',
  ),
  'con-solicitud': stop(409, { code: 'create-by-request' }, 'Esta cuenta se pide con una solicitud'),
  'en-revision': stop(409, { code: 'needs-review' }, 'Una persona debe revisar su registro'),
  'en-pausa': stop(
    409,
    { code: 'self-service-paused', until: inMinutes(72 * 60) },
    'El autoservicio de su cuenta está en pausa',
  ),
  'no-disponible': stop(503, { code: 'not-available' }, 'El servicio no está disponible', {
    'retry-after': '300',
  }),
  'otro-tropiezo': stop(418, { code: 'not-known-yet' }, 'No pudimos continuar'),
  'sin-conexion': async (page, demo) => {
    await page.route('**/api/visits', route => route.abort())
    await sendClaim(page, demo.who('reset'))
    await expectPage(page, 'No hay conexión')
  },
  'cual-cuenta': choose,
  'cual-cuenta-error': async (page, demo) => {
    await choose(page, demo)
    await named(page, 'button', 'Continuar').click()
    await page.getByRole('alert').waitFor()
  },
  confirmar: confirm,
  'confirmar-crear': async (page, demo) => {
    await sendClaim(page, demo.who('create'))
    await expectPage(page, '¿Es usted?')
  },
  'confirmar-buscando': async (page, demo) => {
    await page.route('**/api/visits/current', () => undefined)
    await at('/confirmar', 'Buscando…')(page, demo)
  },
  'confirmar-trabajando': async (page, demo) => {
    await page.route('**/api/visits/current/confirmation', () => undefined)
    await confirm(page, demo)
    await named(page, 'button', 'Restablecer mi contraseña').click()
    await said(page, 'Estamos restableciendo su contraseña.').waitFor()
  },
  'confirmar-sin-conexion': async (page, demo) => {
    await page.route('**/api/visits/current/confirmation', route => route.abort())
    await confirm(page, demo)
    await named(page, 'button', 'Restablecer mi contraseña').click()
    await page.getByRole('alert').waitFor()
  },
  'confirmar-con-codigo': async (page, demo) => {
    await answer(page, '/api/visits', 201, { ...aVisit, confirmation: 'code' })
    await sendClaim(page, demo.who('reset'))
    await said(page, 'Primero enviaremos un código').waitFor()
  },
  codigo: code,
  'codigo-errores': async (page, demo) => {
    await code(page, demo)
    await named(page, 'button', 'Restablecer mi contraseña').click()
    await page.getByRole('alert').waitFor()
  },
  'codigo-equivocado': codeRefused({ left: 3 }),
  'codigo-vencido': codeRefused({ expired: true }),
  'codigo-otro': async (page, demo) => {
    await answer(page, '/api/visits/current', 200, { ...aVisit, confirmation: 'code', code: aCode })
    await answer(page, '/api/visits/current/codes', 202, { ...aCode, againAt: inMinutes(1) })
    await at('/confirmar#codigo', 'Escriba el código que enviamos')(page, demo)
    await named(page, 'button', 'Enviar otro').click()
    await said(page, 'Enviamos otro código.').waitFor()
  },
  'codigo-trabajando': async (page, demo) => {
    await page.route('**/api/visits/current/confirmation', () => undefined)
    await code(page, demo)
    await page.fill('#code', 'K7WQ4TRM')
    await named(page, 'button', 'Restablecer mi contraseña').click()
    await said(page, 'Estamos restableciendo su contraseña.').waitFor()
  },
  comprobando: async (page, demo) => {
    await answer(page, '/api/visits', 403, { code: 'proof-required' })
    await page.route('**/api/challenges', () => undefined)
    await sendClaim(page, demo.who('reset'))
    await said(page, 'Comprobando…').waitFor()
  },
  'actualice-correo': async (page, demo) => {
    await confirm(page, demo)
    await named(page, 'link', '¿Ya no usa este correo?').click()
    await expectPage(page, 'Actualice su correo alterno')
  },
  'mas-tiempo': async (page, demo) => {
    await answer(page, '/api/visits', 201, { ...aVisit, expiresAt: inMinutes(1.5) })
    await sendClaim(page, demo.who('reset'))
    await page.getByRole('dialog').waitFor()
  },
  'ya-no-abierto': at('/confirmar', 'Este trámite ya no está abierto'),
  'tiempo-terminado': async (page, demo) => {
    await answer(page, '/api/visits', 201, { ...aVisit, expiresAt: inMinutes(0.02) })
    await sendClaim(page, demo.who('reset'))
    await expectPage(page, 'Su tiempo terminó')
  },
  listo: confirmed(aResult),
  'listo-cuenta-creada': confirmed({ ...aResult, act: 'create' }),
  'listo-puede-repetir': confirmed({ ...aResult, againAt: inMinutes(-1) }),
  'listo-en-proceso': confirmed({
    ...aResult,
    state: 'in-progress',
    expiresAt: undefined,
    againAt: undefined,
  }),
  'ya-termino': async (page, demo) => {
    await confirmed(aResult)(page, demo)
    await go(page, '/confirmar')
    await expectPage(page, 'Este trámite ya terminó')
  },
  'ya-termino-sin-visita': at('/listo', 'Este trámite ya terminó'),
  contrasena: at('/contrasena', 'Cambie su contraseña'),
  'contrasena-errores': async (page, demo) => {
    await at('/contrasena', 'Cambie su contraseña')(page, demo)
    await page.fill('#password', 'corta')
    await named(page, 'button', 'Guardar contraseña').click()
    await page.getByRole('alert').waitFor()
  },
  'contrasena-no-coincide': async (page, demo) => {
    await answer(page, '/api/passwords', 403, { code: 'not-verified' })
    await at('/contrasena', 'Cambie su contraseña')(page, demo)
    await page.fill('#account', 'maria.lopez@colima.example')
    await page.fill('#current', 'no es esta')
    await page.fill('#password', 'una frase larga y mía')
    await page.locator('button[aria-controls=password]').click()
    await named(page, 'button', 'Guardar contraseña').click()
    await page.getByRole('alert').waitFor()
  },
  'contrasena-guardada': async (page, demo) => {
    await answer(page, '/api/passwords', 204, {})
    await at('/contrasena', 'Cambie su contraseña')(page, demo)
    await page.fill('#account', 'maria.lopez@colima.example')
    await page.fill('#current', 'la del correo')
    await page.fill('#password', 'una frase larga y mía')
    await named(page, 'button', 'Guardar contraseña').click()
    await expectPage(page, 'Contraseña guardada')
  },
  activar: byLink('Elija su contraseña'),
  'activar-buscando': async (page, demo) => {
    await page.route('**/api/links', () => undefined)
    await at(`/activar#${TOKEN}`, 'Buscando…')(page, demo)
  },
  'activar-errores': async (page, demo) => {
    await chosen('corta', 204, {})(page, demo)
    await said(page, 'Le faltan 7 caracteres').waitFor()
  },
  'activar-no-se-puede-usar': async (page, demo) => {
    const reasons = [{ code: 'personal' }]
    await chosen('maria lopez 1', 400, { code: 'password-refused', reasons })(page, demo)
    await said(page, 'No use su nombre ni su CURP').waitFor()
  },
  'activar-guardada': async (page, demo) => {
    await chosen('una frase larga y mía', 204, {})(page, demo)
    await expectPage(page, 'Contraseña guardada')
  },
  'activar-directorio-caido': async (page, demo) => {
    const body = { code: 'not-available', folio: 'M-2026-K7WQ4T' }
    await chosen('una frase larga y mía', 503, body)(page, demo)
    await expectPage(page, 'El servicio no está disponible')
  },
  'activar-usado-mientras': async (page, demo) => {
    await chosen('una frase larga y mía', 410, { code: 'used', at: inMinutes(-1) })(page, demo)
    await expectPage(page, 'Este enlace ya no sirve')
  },
  'activar-usado': async (page, demo) => {
    await dead({ code: 'used', at: inMinutes(-60) })(page, demo)
    await said(page, /^Ya se usó (a las|el \d+ \w+ a las) \d\d:\d\d h\.$/).waitFor()
  },
  'activar-vencido': async (page, demo) => {
    await dead({ code: 'expired', at: inMinutes(-60) })(page, demo)
    await said(page, /^Venció (a las|el \d+ \w+ a las) \d\d:\d\d h\.$/).waitFor()
  },
  'activar-incompleto': async (page, demo) => {
    await dead({ code: 'expired' })(page, demo)
    await said(page, 'Venció, está incompleto o hubo otro cambio en su cuenta.').waitFor()
  },
  'activar-mas-reciente': async (page, demo) => {
    await dead({ code: 'superseded', at: inMinutes(-60) })(page, demo)
    await said(page, 'Enviamos uno más reciente; use ese.').waitFor()
  },
  'activar-en-pausa': byLink('El autoservicio de su cuenta está en pausa', 409, {
    code: 'self-service-paused',
  }),
  verificar: verified('Oficio vigente', 200, aPaper),
  'verificar-anulado': verified('Oficio anulado', 200, { ...aPaper, state: 'void' }),
  'verificar-desconocido': verified('No encontramos ese folio', 404, { code: 'not-found' }),
  'verificar-buscando': async page => {
    await page.route('**/api/verifications/*', () => undefined)
    await go(page, `/verificar/${aPaper.folio}`)
    await expectPage(page, 'Comprobando el oficio…')
  },
  'activar-clave': at('/activar', 'Escriba su clave de activación'),
  'activar-clave-vacia': async (page, demo) => {
    await typedKey('')(page, demo)
    await page.getByRole('alert').waitFor()
  },
  'activar-clave-desconocida': async (page, demo) => {
    await answer(page, '/api/links', 410, { code: 'expired' })
    await typedKey('k7wq 4txm 9rbh')(page, demo)
    await said(page, 'La clave no coincide').waitFor()
  },
  'activar-clave-usada': async (page, demo) => {
    await answer(page, '/api/links', 410, { code: 'used', at: inMinutes(-60) })
    await typedKey('K7WQ-4TXM-9RBH')(page, demo)
    await expectPage(page, 'Esta clave ya no sirve')
  },
  'activar-clave-buena': async (page, demo) => {
    await answer(page, '/api/links', 200, { ...aLink, purpose: 'activation', act: 'create' })
    await typedKey('K7WQ 4TXM 9RBH')(page, demo)
    await expectPage(page, 'Elija su contraseña')
  },
  'no-fui-yo': at(`/no-fui-yo#${TOKEN}`, '¿No fue usted?'),
  'no-fui-yo-recibido': notMe(204, 'Aviso recibido'),
  'no-fui-yo-ya-no-sirve': notMe(410, 'Este enlace ya no sirve', { code: 'used', at: inMinutes(-60) }),
  'no-fui-yo-sin-enlace': at('/no-fui-yo', 'Este enlace ya no sirve'),
  accesibilidad: at('/accesibilidad', 'Accesibilidad'),
  'no-existe': at('/no-hay-tal', 'No encontramos esta página'),
  demostracion: async (page, demo) => {
    await at('/demo', 'Demostración')(page, demo)
    await page.getByRole('heading', { name: 'Identidades de muestra' }).waitFor()
  },
}
