import type { Page } from 'playwright-core'
import { expectPage } from './browser.ts'
import { atStart, fillIn, type Place, toConfirm, toResult } from './station.ts'
import { answer, aVisit, inMinutes } from './steps.ts'

type Open = (page: Page, place: Place) => Promise<unknown>

const somebody = ({ h }: Place, other = {}) => h.person({ cct: '05DPR0001X', puesto: 'DOCENTE', ...other })
const goOn = (page: Page) => page.getByRole('button', { name: 'Continuar' }).click()

const stop = (
  status: number,
  body: object,
  title: string | RegExp,
  headers?: Record<string, string>,
): State => ({
  open: async (page, place) => {
    await fillIn(page, await somebody(place))
    await answer(page, '/api/visits', status, body, headers)
    await goOn(page)
    await expectPage(page, title)
  },
})

const accounts = [
  { id: '1', act: 'reset', account: 'm***.l***@docente.example', kind: 'personal' },
  { id: '2', act: 'create', account: '0***@centros.example', kind: 'workCentre' },
]

const soon = inMinutes(10)

interface State {
  open: Open
  /** There are fields for the keys on the glass. */
  typing?: true
}

/** Every state of every kiosk page, from its start. */
export const kioskStates: Record<string, State> = {
  inicio: { open: page => atStart(page) },
  trabajador: {
    typing: true,
    open: async page => {
      await page.locator('.rows a').first().click()
      await expectPage(page, /^Escriba su CURP/)
    },
  },
  'trabajador-lleno': { typing: true, open: async (page, place) => fillIn(page, await somebody(place)) },
  'trabajador-errores': {
    typing: true,
    open: async page => {
      await page.locator('.rows a').first().click()
      await goOn(page)
      await page.getByRole('alert').waitFor()
    },
  },
  estudiante: {
    typing: true,
    open: async page => {
      await page.locator('.rows a').nth(1).click()
      await expectPage(page, /^Escriba su número/)
    },
  },
  confirmar: { open: async (page, place) => toConfirm(page, await somebody(place)) },
  'cual-cuenta': {
    open: async (page, place) => {
      await fillIn(page, await somebody(place))
      await answer(page, '/api/visits', 201, { ...aVisit, accounts })
      await goOn(page)
      await expectPage(page, '¿Cuál cuenta?')
    },
  },
  listo: { open: async (page, place) => toResult(page, await somebody(place)) },
  'no-coinciden': {
    open: async (page, place) => {
      const person = await somebody(place)
      await fillIn(page, { ...person, claim: { ...person.claim, curt: 'OTRA1234' } })
      await goOn(page)
      await expectPage(page, 'Los datos no coinciden con nuestros registros')
    },
  },
  'sin-correo-alterno': {
    open: async (page, place) => {
      await fillIn(page, await somebody(place, { correo_alterno: '' }))
      await goOn(page)
      await expectPage(page, 'Falta registrar su correo alterno')
    },
  },
  'actualice-correo': {
    open: async (page, place) => {
      await toConfirm(page, await somebody(place))
      await page.getByRole('link', { name: '¿Ya no usa este correo?' }).click()
      await expectPage(page, 'Actualice su correo alterno')
    },
  },
  bloqueada: stop(409, { code: 'account-blocked' }, 'Su cuenta está bloqueada'),
  'restablecida-hace-poco': stop(
    409,
    { code: 'reset-recently', at: soon, againAt: soon, alternateEmail: 'mar***@g***.com' },
    /^Ya enviamos un correo/,
  ),
  'demasiados-intentos': stop(429, { code: 'too-many-attempts' }, 'Espere 15 minutos', {
    'retry-after': '900',
  }),
  contrasena: {
    open: async page => {
      await page.locator('.rows a').last().click()
      await expectPage(page, 'Cambie su contraseña')
    },
  },
  accesibilidad: {
    open: async page => {
      await page.getByRole('link', { name: 'Accesibilidad' }).click()
      await expectPage(page, 'Accesibilidad')
    },
  },
}
